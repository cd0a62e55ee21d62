"""Values of few objects and very many parts, like a tuple of twice the same tuple, and so on: a look at each counts."""

from typing import Any

import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.errors import ExpressionError
from apim_lab.expressions import compile_expression, to_text
from apim_lab.policy.context import Context
from apim_lab.policy.values import Computed

WITHIN = ("(x, x)", "new { x, y = x }", "Tuple.Create(x, x)", "new KeyValuePair<object, object>(x, x)")


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_ALLOCATED", 1 << 18)


def doubled(new: str, use: str) -> str:
    return (
        f"@{{ Func<object, object> twice = x => {new}; object a = 1, b = 1;"
        f" for (int i = 0; i < 40; i++) {{ a = twice(a); b = twice(b); }} return {use}; }}"
    )


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("use", ['$"{a}"', "a.GetHashCode()", "a.Equals(b)", "JsonConvert.SerializeObject(a)"])
@pytest.mark.parametrize("new", WITHIN)
def test_an_expression_that_looks_at_all_parts_ends(context: Context, new: str, use: str) -> None:
    with pytest.raises(OutOfMemoryException):
        compile_expression(doubled(new, use)).evaluate(context)


async def test_a_value_that_is_too_deep_to_have_a_text_is_an_error_of_the_expression(
    gateway: Any,
) -> None:
    deep = compile_expression("@{ object d = 1; for (int i = 0; i < 5000; i++) { d = (d, 1); } return d; }")

    with pytest.raises(ExpressionError, match="Insufficient execution stack"):
        await Computed(deep, to_text, "set-body[1]").get(gateway.context())
