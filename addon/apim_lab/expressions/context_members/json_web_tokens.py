"""`Jwt`, and `AsJwt`, which reads one and verifies nothing: neither its signature nor its times.

Source: api-management-policy-expressions.md, "Context variable"; RFC 7519. Claims are texts: of a number, of true
and of an object the JSON, as in Microsoft's policy toolkit; an array has a text for each item, null is "".
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import STRING
from apim_lab.dotnet.conversion.base64 import read_base64
from apim_lab.dotnet.dates.dates import DateTime, DateTimeKind
from apim_lab.dotnet.dates.time_spans import TICKS_PER_MILLISECOND

_BEARER = re.compile(r"\Abearer ", re.IGNORECASE)
_EPOCH_TICKS = 621_355_968_000_000_000
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


@dataclass(frozen=True)
class Jwt:
    """A JSON Web Token, read and not verified."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    claims: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        claims = {code_units(name): _texts(value) for name, value in self.payload.items()}
        object.__setattr__(self, "claims", claims)
        for name in ("exp", "iat", "nbf"):
            self.time(name)

    def text(self, name: str) -> str | None:
        """A claim as one text; null if there is none."""
        value = self.payload.get(name)
        return None if value is None else code_units(_text(value))

    def time(self, name: str) -> DateTime | None:
        """A claim in seconds since 1970. Raises ValueError for one that is no such number."""
        if self.payload.get(name) is None:
            return None
        seconds = float(self.payload[name])
        if math.isnan(seconds) or not 0 <= seconds <= _LAST_SECOND:
            raise ValueError(name)
        return DateTime(_EPOCH_TICKS + round(seconds * 1000) * TICKS_PER_MILLISECOND, DateTimeKind.Utc)


def read_jwt(text: str | None) -> Jwt | None:
    """The token, with or without "Bearer " in front; None for anything else."""
    text = _BEARER.sub("", text or "", count=1)
    parts = text.split(".", 3)
    if len(parts) != 3:
        return None
    allocate(len(text))
    try:
        return Jwt(_read_part(parts[0]), _read_part(parts[1]))
    except (DotNetError, RecursionError, TypeError, ValueError):
        return None


def _read_part(part: str) -> Mapping[str, Any]:
    """The JSON object of the header or the payload. Raises ValueError or FormatException."""
    base64 = part.replace("-", "+").replace("_", "/")
    content = bytes(read_base64(base64 + "=" * (-len(base64) % 4))).decode("utf-8", "replace")
    found = json.loads(content, parse_int=_Number, parse_float=_Number, parse_constant=_refuse)
    if not isinstance(found, dict):
        raise TypeError(part)
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _texts(value: Any) -> Array:
    items = value if isinstance(value, list) else [value]
    return Array([code_units(_text(item)) for item in items], STRING)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    """The value as JSON, numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(name)}:{_json(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _try_read(text: str | None) -> tuple[bool, Jwt | None]:
    token = read_jwt(text)
    return token is not None, token


DEFINITIONS = (
    Definition(
        "class Jwt",
        "Jwt",
        python=Jwt,
        members={
            "DateTime? ExpirationTime": lambda token: token.time("exp"),
            "DateTime? IssuedAt": lambda token: token.time("iat"),
            "DateTime? NotBefore": lambda token: token.time("nbf"),
            "IEnumerable<string> Audiences": lambda token: token.claims.get("aud") or Array([], STRING),
            "IReadOnlyDictionary<string, string[]> Claims": lambda token: token.claims,
            "string Algorithm": lambda token: _of_header(token, "alg"),
            "string Id": lambda token: token.text("jti"),
            "string Issuer": lambda token: token.text("iss"),
            "string Subject": lambda token: token.text("sub"),
            "string Type": lambda token: _of_header(token, "typ"),
        },
    ),
    Definition(
        "static class JwtExtensions",
        "JwtExtensions",
        members={
            "static Jwt AsJwt(this string input)": read_jwt,
            "static bool TryParseJwt(this string input, out Jwt result)": _try_read,
        },
    ),
)


def _of_header(token: Jwt, name: str) -> str | None:
    value = token.header.get(name)
    return None if value is None else code_units(_text(value))
