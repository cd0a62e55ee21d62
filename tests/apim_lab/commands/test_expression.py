from click.testing import CliRunner

from apim_lab.commands import main
from apim_lab.expressions.reference import BEGIN, END


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_the_tree_is_shown_also_of_what_does_not_compile():
    found = run("expression", "@{ unsafe { return 2; } }")

    assert "unsafe_statement" in found.output
    assert "3: 'unsafe { return 2; }' is not supported in a policy expression here" in found.output
    assert found.exit_code == 1


def test_what_an_expression_reads_is_shown():
    assert run("expression", '@(context.Request.Headers["a"])').output.endswith("type: string[]\nreads: header a\n")
    assert run("expression", "@(1)").output.endswith("type: int\nreads: nothing\n")


def test_types_are_listed_with_their_members():
    assert "| `IMessageBody` | `As` |" in run("types").output.splitlines()


def test_the_list_of_types_is_renewed_in_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    assert run("types", "--write", str(page)).exit_code == 0
    assert page.read_text() == f"before\n{BEGIN}\n{run('types').output}{END}\nafter\n"
