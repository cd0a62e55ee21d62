"""Whatever LINQ goes through is bounded, also where no code of the policy runs."""

import pytest

TOO_MANY = "The expressions of the request went through more than 1000000 loop iterations (apim_loop_iterations)."


@pytest.mark.parametrize(
    "source",
    [
        "@(Enumerable.Range(0, int.MaxValue).Count())",
        "@(Enumerable.Range(0, int.MaxValue).Sum(x => (long)x))",
        "@(Enumerable.Range(0, int.MaxValue).Last())",
        "@(Enumerable.Range(0, int.MaxValue).Skip(int.MaxValue - 1).First())",
        "@(Enumerable.Repeat(1, int.MaxValue).Concat(new[] {2}).Last())",
        "@(Enumerable.Range(0, 5000).SelectMany(x => Enumerable.Range(0, 5000)).Count())",
        "@(Enumerable.Repeat('a', int.MaxValue).ToArray().Length)",
        "@{ IEnumerable<int> q = new int[500]; for (int i = 0; i < 40; i++) { q = q.Concat(q); } return q.Count(); }",
        "@{ var a = new int[100]; for (int i = 0; i < 20000; i++) { a.Sum(); } return 1; }",
    ],
)
def test_a_long_sequence_ends_in_an_exception(thrown, source):
    assert thrown(source) == TOO_MANY


@pytest.mark.parametrize("call", ["Select(x => x)", "Where(x => true)", "Append(1)", "Skip(1)"])
def test_a_deep_chain_ends_in_an_exception(thrown, call):
    source = (
        f"@{{ IEnumerable<int> q = new[] {{1}}; for (int i = 0; i < 5000; i++) {{ q = q.{call}; }} return q.Count(); }}"
    )

    assert thrown(source) == "Insufficient execution stack to continue executing the program safely."


def test_only_what_is_asked_for_counts(evaluate):
    source = "@{ var a = new int[1000]; int n = 0; for (int i = 0; i < 20000; i++) { n += a.First(); } return n; }"

    assert evaluate(source) == 0
