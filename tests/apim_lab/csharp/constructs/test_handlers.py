import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.budget import Budget, Limits
from apim_lab.csharp.runtime.exceptions import InsufficientExecutionStackException, OutOfMemoryException
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.errors import LimitExceeded
from apim_lab.expressions import compile_expression
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "handlers.jsonl")


@pytest.mark.parametrize("handler", ["catch { }", "catch (Exception) when (true) { }", "finally { }"])
@pytest.mark.parametrize("text", ["1", "x"])
def test_nothing_catches_that_the_request_has_used_up_its_iterations(context, text, handler):
    context.budget = Budget(Limits(loop_iterations=100))
    expression = compile_expression(f'@{{ while (true) {{ try {{ int.Parse("{text}"); }} {handler} }} }}')

    with pytest.raises(LimitExceeded if text == "1" or "catch" in handler else FormatException):
        expression.evaluate(context)


def test_each_exception_that_is_caught_counts(context, monkeypatch):
    monkeypatch.setattr(memory, "MAX_ALLOCATED", 10_000)
    expression = compile_expression('@{ while (true) { try { int.Parse("x"); } catch { } } }')

    with pytest.raises(OutOfMemoryException):
        expression.evaluate(context)


def test_nothing_catches_the_exhausted_stack(evaluate):
    tries = "try { return f(n + 1); } catch { return f(n + 1); } finally { n++; }"

    with pytest.raises(InsufficientExecutionStackException):
        evaluate(f"@{{ Func<int, int> f = null; f = n => {{ {tries} }}; return f(0); }}")


def test_that_a_text_would_be_too_large_can_be_caught(evaluate):
    assert evaluate("@{ try { return new string('a', 1000000000); } catch (Exception e) { return e.Message; } }") == (
        "Exception of type 'System.OutOfMemoryException' was thrown."
    )


def test_an_exception_that_was_caught_keeps_nothing_alive(evaluate):
    error = evaluate('@{ try { int.Parse("x"); } catch (Exception e) { return e; } return 1; }')

    assert error.__traceback__ is error.__context__ is error.handler is None


def test_the_base_of_the_systems_exceptions_cannot_be_named(mistakes):
    assert mistakes("@{ try { return 1; } catch (SystemException) { return 2; } }")[0][0] == 28
