from click.testing import CliRunner

from apim_lab.commands import main


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_the_tree_is_shown_also_of_what_does_not_compile():
    found = run("expression", "@{ unsafe { return 2; } }")

    assert "unsafe_statement" in found.output
    assert "column 4: 'unsafe { return 2; }' is not supported in a policy expression here" in found.output
    assert found.exit_code == 1


def test_a_mistake_is_shown_at_its_column_counted_from_1():
    told = "Error: column 5: CS1061: 'int' does not contain a definition for 'Foo'"
    assert told in run("expression", "@(1.Foo)").output


def test_what_an_expression_reads_is_shown():
    assert run("expression", '@(context.Request.Headers["a"])').output.endswith("type: string[]\nreads: header a\n")
    assert run("expression", "@(1)").output.endswith("type: int\nreads: nothing\n")
