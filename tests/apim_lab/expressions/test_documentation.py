"""What the documentation says of expressions is true: docs/expressions.md, and the table in docs/policies.md."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from apim_lab.commands import main
from apim_lab.csharp.compiler import Grammar
from apim_lab.csharp.grammar import GRAMMAR
from apim_lab.csharp.symbols.library import Library
from apim_lab.expressions import CompileError, compile_expression
from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.reference import replaced

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "expressions.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def module(source: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(source, names)
    return names


def test_the_tree_on_the_page_is_what_the_command_prints():
    (shown,) = re.findall(r"^\$ .venv/bin/apim-lab expression '(.*?)'\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)

    assert CliRunner().invoke(main, ["expression", shown[0]]).output == shown[1]


def test_a_class_is_added_as_the_page_says(context):
    added = module(blocks("python")[0])["DEFINITIONS"]
    library = Library([*LIBRARY.definitions.values(), *added])

    assert compile_expression(blocks("csharp")[0].strip(), library).evaluate(context) is True


def test_a_construct_is_added_as_the_page_says(context):
    source, added = blocks("csharp")[1].strip(), module(blocks("python")[1])["STATEMENTS"]
    grammar = Grammar(GRAMMAR.expressions, {**GRAMMAR.statements, **added})

    with pytest.raises(CompileError, match="not supported"):
        compile_expression(source)
    assert compile_expression(source, grammar=grammar).evaluate(context) == "POST"


def test_the_page_lists_the_types_that_the_compiler_knows():
    page = (DOCS / "policies.md").read_text(encoding="utf-8")

    assert page == replaced(page, LIBRARY), "apim-lab types --write docs/policies.md"
