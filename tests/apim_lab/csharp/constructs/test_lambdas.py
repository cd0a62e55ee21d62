import pytest

from apim_lab.expressions import compile_expression
from apim_lab.expressions.reads import Place, Read
from tests import oracle
from tests.apim_lab.expression_fixtures import no_definition

test_agrees_with_csharp = oracle.table(__file__, "lambdas.jsonl")


def test_the_mistakes_in_a_lambda_are_told_at_their_places(mistakes):
    source = '@(new[] {"a"}.Any(s => s.Foo > s.Bar))'

    assert mistakes(source) == [
        (source.index("Foo"), no_definition("string", "Foo")),
        (source.index("Bar"), no_definition("string", "Bar")),
    ]


def test_what_a_lambda_reads_is_read_by_the_expression():
    expression = compile_expression('@(new[] {"a"}.Any(s => context.Request.Headers.ContainsKey(s)))')

    assert Read(Place.HEADER) in expression.reads


def test_the_rounds_of_loops_in_lambdas_count_together(thrown):
    source = """@{
        Func<int, int> count = n => { for (int i = 0; i < n; i++) { } return n; };
        for (int i = 0; i < 3; i++) { count(400000); }
        return 1;
    }"""

    assert (
        thrown(source)
        == "The expressions of the request went through more than 1000000 loop iterations (apim_loop_iterations)."
    )


def test_a_lambda_that_calls_itself_without_end_is_an_exception(thrown):
    source = "@{ Func<int, int> f = null; f = n => f(n) + 1; return f(1); }"

    assert thrown(source) == "Insufficient execution stack to continue executing the program safely."


def test_lambdas_are_nested_only_so_deep(mistakes):
    source = f"@({''.join(f'new[] {{1}}.Any(x{n} => ' for n in range(12))}true{')' * 12})"

    assert "Lambdas are nested too deeply" in [message for _, message in mistakes(source)]


@pytest.mark.parametrize("call", ["Select(x => x)", "Where(x => true)"])
def test_a_query_is_computed_each_time_that_it_is_asked(evaluate, call):
    source = f"@{{ var a = new[] {{1, 2}}; var q = a.{call}; a[0] = 5; int s = 0; foreach (var x in q) {{ s += x; }} return s; }}"

    assert evaluate(source) == 7
