"""`BasicAuthCredentials`, and `AsBasic`, which reads them of an Authorization header.

Source: api-management-policy-expressions.md, "Context variable"; RFC 7617.
"""

from dataclasses import dataclass

from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.conversion.base64 import read_base64
from apim_lab.dotnet.text.characters import WHITE_SPACE

_SCHEME = "basic "


@dataclass(frozen=True)
class BasicAuthCredentials:
    """A user's name, which has no colon, and password."""

    user_id: str
    password: str


def read_basic(text: str | None) -> BasicAuthCredentials | None:
    """The credentials of "Basic dXNlcjpwYXNzd29yZA=="; None for anything else."""
    if text is None or text[: len(_SCHEME)].lower() != _SCHEME:
        return None
    try:
        content = bytes(read_base64(text[len(_SCHEME) :].strip(WHITE_SPACE)))
    except DotNetError:
        return None
    user_id, colon, password = code_units(content.decode("utf-8", "replace")).partition(":")
    return BasicAuthCredentials(user_id, password) if colon else None


def _try_read(text: str | None) -> tuple[bool, BasicAuthCredentials | None]:
    found = read_basic(text)
    return found is not None, found


DEFINITIONS = (
    Definition(
        "class BasicAuthCredentials",
        "BasicAuthCredentials",
        python=BasicAuthCredentials,
        members={
            "string Password": lambda credentials: credentials.password,
            "string UserId": lambda credentials: credentials.user_id,
        },
    ),
    Definition(
        "static class BasicExtensions",
        "BasicExtensions",
        members={
            "static BasicAuthCredentials AsBasic(this string input)": read_basic,
            "static bool TryParseBasic(this string input, out BasicAuthCredentials result)": _try_read,
        },
    ),
)
