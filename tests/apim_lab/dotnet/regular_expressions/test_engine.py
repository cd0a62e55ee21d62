"""No pattern and no text holds up the gateway; the limits are those of docs/limits.md."""

import time

import pytest

from apim_lab.csharp.runtime.budget import TooLongInline
from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.dotnet.exceptions import NotSupportedException
from apim_lab.dotnet.regular_expressions.engine import engine_for
from apim_lab.dotnet.regular_expressions.errors import RegexMatchTimeoutException
from apim_lab.expressions import compile_expression

ENDLESS = '@(Regex.IsMatch(new string(\'a\', 5000) + "c", "(?:(?:a+)+)+(?=b|d)(?<=x)"))'


@pytest.mark.parametrize("aside", [False, True])
def test_a_search_that_takes_too_long_throws(context, aside):
    began = time.thread_time()
    with pytest.raises(RegexMatchTimeoutException):
        compile_expression(ENDLESS).evaluate(context, aside=aside)

    assert time.thread_time() - began < 10


def test_an_expression_that_can_be_repeated_leaves_the_event_loop(context):
    expression = compile_expression(ENDLESS)
    with pytest.raises(TooLongInline):
        expression.evaluate(context, may_leave=True)

    assert expression.weight.was_heavy


@pytest.mark.parametrize("pattern", ["a{2147483647}", "(?:(?:ab?){1000}){1000}", "(" * 300 + ")" * 300, "a" * 30_000])
def test_a_pattern_that_would_be_too_large_is_refused(pattern):
    with pytest.raises(OutOfMemoryException):
        engine_for(pattern, 0)


def test_a_long_text_is_not_searched_for_repeated_groups(context):
    source = "@(Regex.IsMatch(new string('a', 2000000), \"PATTERN\"))"
    with pytest.raises(OutOfMemoryException):
        compile_expression(source.replace("PATTERN", "(a|b)*")).evaluate(context)

    assert compile_expression(source.replace("PATTERN", "[ab]*")).evaluate(context) is True


def test_balancing_groups_are_refused():
    with pytest.raises(NotSupportedException, match="Balancing groups"):
        engine_for("(?<a>x)(?<-a>y)", 0)
