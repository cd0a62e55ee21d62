from contextlib import nullcontext

import pytest

from apim_lab.syntax.node import CompileError
from apim_lab.syntax.parsing import MAX_ANGLES, MAX_DEPTH, MAX_LENGTH, parse
from tests import oracle

test_commas_agree_with_csharp = oracle.table(__file__, "commas.jsonl")


def offsets(source):
    with pytest.raises(CompileError) as caught:
        parse(source)
    return [offset for offset, _ in caught.value.mistakes]


@pytest.mark.parametrize(
    "source", ["", "@", "@(", "@()", "@{}", "x", "@(1", "@{ return 1;", "@[1]", "(1)", "@(1}", " @(1)", "@( )"]
)
def test_what_is_no_expression(source):
    assert offsets(source)[0] in {0, 2}


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("@(a +)", 5, "Expression expected"),
        ("@((a)", 4, ") expected"),
        ("@(a.)", 4, "Expression expected"),
        ("@{ return 1 }", 11, "; expected"),
        ("@{ return 1; } }", 13, "Invalid expression term '}'"),
        ("@(1;2)", 4, "Invalid expression term '2'"),
        ("@(a!)", 3, "Invalid expression term '!'"),
    ],
)
def test_syntax_errors_name_their_place(source, offset, message):
    with pytest.raises(CompileError) as caught:
        parse(source)

    assert caught.value.mistakes == [(offset, message)]


def test_several_syntax_errors_are_reported_together():
    assert len(offsets("@{ int x = ; int y = ; return 1; }")) == 2


@pytest.mark.parametrize(
    "source",
    ["@(1}; void X() {)", "@(1; } object Q() { return 2)", "@(a) + (b)) + (c)", "@{ } object Q() { return 1; }"],
)
def test_the_text_cannot_end_the_function_it_stands_in(source):
    assert offsets(source)


def test_one_expression_is_no_list_of_statements():
    assert offsets("@(1; return 2)")


@pytest.mark.parametrize(
    "source",
    [
        "@(" + "(" * 5000 + "1" + ")" * 5000 + ")",
        "@(" + "!" * 5000 + "true)",
        "@(" + "1+" * 30_000 + "1)",
        "@(a" + ".b" * 5000 + ")",
        "@(" + "a?b:" * 5000 + "c)",
        "@{" + "{" * 5000 + "}" * 5000 + "return 1; }",
    ],
)
def test_deep_nesting_is_a_mistake_and_no_crash(source):
    with pytest.raises(CompileError, match="nested too deeply"):
        parse(source)


def test_what_people_write_is_not_too_deep():
    parts = MAX_DEPTH // 2

    assert parse("@(" + "+".join(["a"] * parts) + ")").kind == "block"


def test_a_comment_alone_is_no_expression():
    assert offsets("@(/* nothing */)") == [2]


def test_offsets_count_characters_and_not_bytes():
    assert offsets('@("äö😀" + )') == [9]


def test_comments_are_no_part_of_the_tree():
    block = parse("@(1 /* one */ + 2 // two\n)")

    assert [child.text for child in block.parts[0].parts[0].parts] == ["1", "2"]


@pytest.mark.parametrize(
    ("source", "is_too_long"),
    [
        (f"@({'1' * (MAX_LENGTH - 3)})", False),
        (f"@({'1' * (MAX_LENGTH - 2)})", True),
        ('@("' + "<" * MAX_ANGLES + '")', False),
        (f"@({'a<' * MAX_ANGLES}<b)", True),
    ],
)
def test_an_expression_has_a_greatest_length(source, is_too_long):
    with pytest.raises(CompileError) if is_too_long else nullcontext() as raised:
        parse(source)

    assert not is_too_long or "more than 65536 characters, or 2000" in raised.value.mistakes[0][1]
