"""`apim-lab types`: the list of types in a terminal and in a page, and one type with its signatures."""

import pytest
from click.testing import CliRunner, Result

from apim_lab.commands import main
from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.reference import BEGIN, END, reference


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["types", *arguments])


def test_the_list_of_types_is_renewed_in_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    assert run("--write", str(page)).exit_code == 0
    assert page.read_text() == f"before\n{BEGIN}\n{reference(LIBRARY)}\n{END}\nafter\n"


def test_all_types_are_shown_by_namespace():
    lines = run().output.splitlines()

    assert "System.Collections.Generic" in lines
    assert any("● IRequest" in line for line in lines)
    assert any("● DateTimeKind" in line for line in lines)


@pytest.mark.parametrize("name", ["DateTimeKind", "datetimekind", "System.DateTimeKind"])
def test_a_type_is_shown_with_what_api_management_refuses(name):
    assert run(name).output.splitlines() == [
        "● System.DateTimeKind   full",
        "",
        "  enum DateTimeKind : Enum",
        "    ! const DateTimeKind Local",
        "    ! const DateTimeKind Unspecified",
        "      const DateTimeKind Utc",
        "",
        "  ! works here; API Management's documentation does not list it.",
    ]


def test_a_type_is_found_by_its_keyword():
    assert "System.Int32" in run("int").output
    assert "      static int Parse(string s)" in run("int").output


def test_a_constructor_is_called_by_its_type():
    assert "      Random(int Seed)" in run("Random").output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("HttpClient", "there is no type HttpClient. API Management does not allow System.Net.Http.HttpClient"),
        ("Lst", "there is no type Lst. Did you mean 'List'?"),
        ("Zebra", "there is no type Zebra."),
    ],
)
def test_a_type_that_there_is_not_is_told(name, message):
    result = run(name)

    assert result.exit_code == 1
    assert result.stderr == f"Error: {message}\n"
