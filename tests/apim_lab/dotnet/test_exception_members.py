import pytest

from apim_lab.csharp.runtime.exceptions import DotNetError, OutOfMemoryException
from apim_lab.dotnet import exception_members
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "exception_members.jsonl")


def test_the_text_of_an_exception_that_was_thrown_has_no_stack_trace(evaluate):
    source = (
        '@{ try { int.Parse("x"); } catch (Exception e) { return e.ToString() + e.StackTrace + e.Source; } return 1; }'
    )

    assert evaluate(source) == "System.FormatException: Input string was not in a correct format."


def test_the_text_of_a_chain_that_shares_a_message_is_bounded(evaluate):
    longest = "var e = new Exception(new string('a', 1000000)); for (int i = 0; i < 200; i++) { e = new Exception(e.Message, e); }"

    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ {longest} return e.ToString(); }}")


def test_every_exception_is_seen_as_one():
    found = {definition.python for definition in exception_members.definitions()}

    assert {DotNetError, OutOfMemoryException} <= found


def test_what_dotnet_keeps_to_itself_cannot_be_named(mistakes):
    assert mistakes("@{ try { return 1; } catch (RegexParseException) { return 2; } }")
