import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.exceptions import OutOfMemoryException

OUT_OF_MEMORY = "Exception of type 'System.OutOfMemoryException' was thrown."


@pytest.fixture(autouse=True)
def fresh() -> None:
    memory.start()


def test_all_that_an_evaluation_allocates_is_counted():
    memory.allocate(memory.MAX_ALLOCATED - 1)
    memory.allocate(1)

    with pytest.raises(OutOfMemoryException):
        memory.allocate(1)


def test_what_is_afforded_is_not_counted():
    memory.afford(memory.MAX_ALLOCATED)
    memory.afford(memory.MAX_ALLOCATED)

    with pytest.raises(OutOfMemoryException):
        memory.afford(memory.MAX_ALLOCATED + 1)


@pytest.mark.parametrize(
    "source",
    [
        "new int[2000000000]",
        '"x".PadLeft(2000000000)',
        "\"x\".PadRight(2000000000, 'y')",
        "new string('x', 2000000000)",
        "new string('x', 100000000).ToCharArray()",
        "new string('x', 100000000).Split('x')",
        "string.Concat(new string('x', 100000000), new string('x', 100000000))",
        "JToken.Parse(new string(',', 2200000))",
    ],
)
def test_a_value_can_be_too_large(thrown, source):
    assert thrown(f"@({source})") == OUT_OF_MEMORY


@pytest.mark.parametrize(
    "step",
    [
        "s += s;",
        's = $"{s}{s}";',
        "s = s.Insert(1, s);",
        's = s.Replace("x", s);',
        "s = string.Concat(s, s);",
        "s = string.Join(s, s, s);",
        's = string.Format("{0}{0}", s);',
        's = string.Format("{0,900000}{0,900000}", s);',
        "s = s.ToUpper() + s.Trim();",
    ],
)
def test_a_text_that_grows_in_a_loop_ends_the_evaluation(thrown, step):
    assert thrown(f'@{{ var s = "xx"; while (true) {{ {step} }} return s; }}') == OUT_OF_MEMORY


@pytest.mark.parametrize(
    "block",
    [
        "var a = new JArray(); while (true) { a.Add(a); }",
        "var a = new JArray(); while (true) { var b = new JArray(); b.Add(a); b.Add(a); a = b; }",
        "var a = new JArray(); while (true) { var b = new JArray(); b.Add(1); a.Add(b); a = b; }",
        "var a = new JArray(); while (true) { a.Add(new int[1000]); }",
        'var a = new string[100000]; var s = "x".PadLeft(9999); int i = 0; while (true) { a[i++] = s.Substring(1); }',
    ],
)
def test_a_structure_that_grows_in_a_loop_ends_the_evaluation(thrown, block):
    assert thrown(f"@{{ {block} return 1; }}") == OUT_OF_MEMORY


def test_every_evaluation_starts_with_all_of_it(evaluate):
    for _ in range(3):
        assert evaluate("@(new string('x', 60000000).Length)") == 60_000_000
