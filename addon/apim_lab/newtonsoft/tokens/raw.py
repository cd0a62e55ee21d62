"""The tokens of what Python's json module reads, made when somebody asks for them."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Int64
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.token_types import BOOLEAN, DATE, FLOAT, INTEGER, NULL, STRING, BigInteger
from apim_lab.newtonsoft.tokens.token import JContainer, JToken
from apim_lab.newtonsoft.tokens.value import JValue

# A token that is kept for several calls may be read in two threads at once: one of them makes its children
EXPANDING = Lock()


def child_of(value: Any, parent: JContainer) -> JToken:
    """The token of what the json module read."""
    token = token_of(value)
    token.parent = parent
    return token


def token_of(value: Any) -> JToken:
    """The token of a value as the json module reads it; a text may be a date."""
    return MAKERS[value.__class__](value)


_LONG = range(-(2**63), 2**63)


def _text_token(text: str) -> JValue:
    date = read_date(text) if is_like_a_date(text) else None
    return JValue(text, STRING) if date is None else JValue(date, DATE)


# By the class of what the json module reads; those of `dict` and `list` stand where their tokens do
MAKERS: dict[type, Callable[[Any], JToken]] = {
    bool: lambda value: JValue(value, BOOLEAN),
    float: lambda value: JValue(value, FLOAT),
    int: lambda value: JValue(Int64(value) if value in _LONG else BigInteger(value), INTEGER),
    str: _text_token,
    type(None): lambda _: JValue(None, NULL),
}


def counted(text: str) -> str:
    """What was written of a text that was read: several tokens may share it, as copies do."""
    allocate(len(text))
    return text
