"""Numbers as Newtonsoft reads them: also octal and hexadecimal ones, and integers of any length.

Source: Newtonsoft.Json 13.0.1, JsonTextReader.cs, `ParseReadNumber`.
"""

import re

from apim_lab.csharp.runtime.values import Int64
from apim_lab.newtonsoft.token_types import BigInteger

MAX_INTEGER_LENGTH = 380
NUMBER_CHARACTERS = re.compile(r"[-+a-fA-FxX.0-9]*")

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_LONG = range(-(2**63), 2**63)
_ULONG = range(2**64)


def read_number(text: str) -> Int64 | BigInteger | float:
    """Raises ValueError, with Newtonsoft's message."""
    if len(text) > 1 and text[0] == "0" and text[1] not in {".", "e", "E"}:
        return _in_another_base(text)
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if not _NUMBER.fullmatch(text):
        raise _no_number(text)
    return float(text)


def _integer(text: str) -> Int64 | BigInteger:
    digits = text.lstrip("-")
    if len(digits) > 19 and len(text) > MAX_INTEGER_LENGTH:
        raise ValueError(f"JSON integer {text} is too large to parse.")
    value = int(text)
    return Int64(value) if value in _LONG else BigInteger(value)


def _in_another_base(text: str) -> Int64:
    """`0x1F` and `017`, of at most 64 bits; the highest bit is the sign."""
    is_hexadecimal = text[1] in {"x", "X"}
    digits = text[2:] if is_hexadecimal else text
    if not re.fullmatch("[0-9a-fA-F]+" if is_hexadecimal else "[0-7]+", digits):
        raise _no_number(text)
    value = int(digits.lstrip("0")[:32] or "0", 16 if is_hexadecimal else 8)
    if value not in _ULONG:
        raise _no_number(text)
    return Int64(value if value in _LONG else value - 2**64)


def _no_number(text: str) -> ValueError:
    return ValueError(f"Input string '{text}' is not a valid number.")
