"""The members of `Uri`. Source: learn.microsoft.com/dotnet/api/system.uri, and .NET Core 3.1."""

import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import STRING
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, UriFormatException
from apim_lab.dotnet.net.uri_escapes import canonical, escape_data, escape_uri, unescape_data
from apim_lab.dotnet.net.uri_parsing import UriHostNameType, UriKind
from apim_lab.dotnet.net.uris import Uri, UriPartial, check_host, combined

_SCHEMES = ("file", "ftp", "gopher", "http", "https", "mailto", "news", "nntp")
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*")
_HEXADECIMAL = "0123456789abcdefABCDEF"


def _trying(make: Callable[..., Uri]) -> Callable[..., tuple[bool, Uri | None]]:
    """`TryCreate`."""

    def tried(*arguments: Any) -> tuple[bool, Uri | None]:
        if None in arguments:
            return False, None
        try:
            return True, make(*arguments)
        except (UriFormatException, ArgumentOutOfRangeException):
            return False, None

    return tried


def _is_well_formed(text: str | None, kind: Enum) -> bool:
    """Whether it is a URI that nothing must be escaped in."""
    found, uri = _trying(Uri)(text, kind)
    if not found or uri is None or text is None:
        return False
    if uri.is_absolute:
        parts = uri.parts
        written = [parts.path, parts.query, parts.fragment]
        return "\\" not in text and all(canonical(part) == _with_utf8(part) for part in written)
    return ":" not in text.partition("/")[0] and "\\" not in text and canonical(text) == _with_utf8(text)


def _with_utf8(part: str) -> str:
    """Letters beyond ASCII need no escape, and escapes may stand for anything."""
    kept = re.sub("(?:%[0-9A-Fa-f]{2})+", lambda run: canonical(run.group()), part)
    return re.sub("[^\0-\x7f]+", lambda run: canonical(run.group()), kept)


def _from_hex(digit: str) -> int:
    if digit not in _HEXADECIMAL:
        raise ArgumentException("digit")
    return int(digit, 16)


def _hex_escape(character: str) -> str:
    if ord(character) > 0xFF:
        raise ArgumentOutOfRangeException(parameter="character")
    return f"%{ord(character):02X}"


def _is_hex_encoding(pattern: str | None, index: int) -> bool:
    if pattern is None:
        raise NullReferenceException
    return re.match("%[0-9A-Fa-f]{2}", pattern[index : index + 3]) is not None


def _not_equal(left: Uri | None, right: Uri | None) -> bool:
    return not _equal(left, right)


def _equal(left: Uri | None, right: Uri | None) -> bool:
    return left is right if left is None or right is None else left.same_as(right)


def _constantly(value: str) -> Callable[[], str]:
    return lambda: value


_PARTS: dict[str, Callable[[Uri], Any]] = {
    "string AbsolutePath": lambda uri: uri.path,
    "string AbsoluteUri": lambda uri: uri.absolute,
    "string Authority": lambda uri: uri.authority,
    "string DnsSafeHost": lambda uri: uri.dns_safe_host,
    "string Fragment": lambda uri: uri.fragment,
    "string Host": lambda uri: uri.parts.host,
    "UriHostNameType HostNameType": lambda uri: uri.parts.host_type,
    "string IdnHost": lambda uri: uri.idn_host,
    "bool IsAbsoluteUri": lambda uri: uri.is_absolute,
    "bool IsDefaultPort": lambda uri: uri.parts.port == uri.parts.default_port,
    "bool IsFile": lambda uri: uri.parts.scheme == "file",
    "bool IsLoopback": lambda uri: uri.is_loopback,
    "bool IsUnc": lambda uri: uri.parts.is_unc,
    "string LocalPath": lambda uri: uri.local_path,
    "string OriginalString": lambda uri: uri.original,
    "string PathAndQuery": lambda uri: uri.path + uri.query,
    "int Port": lambda uri: uri.parts.port,
    "string Query": lambda uri: uri.query,
    "string Scheme": lambda uri: uri.parts.scheme,
    "string[] Segments": lambda uri: Array(uri.segments(), STRING),
    "bool UserEscaped": lambda _: False,
    "string UserInfo": lambda uri: uri.parts.user_info,
}
_URI = Definition(
    "class Uri",
    "System.Uri",
    python=Uri,
    members={
        "new(string uriString)": Uri,
        "new(string uriString, UriKind uriKind)": Uri,
        "new(string uriString, bool dontEscape)": lambda text, _escaped: Uri(text),
        "new(Uri baseUri, string relativeUri)": combined,
        "new(Uri baseUri, Uri relativeUri)": combined,
        **_PARTS,
        **{f"static string UriScheme{scheme.capitalize()}": _constantly(scheme) for scheme in _SCHEMES},
        "static string SchemeDelimiter": _constantly("://"),
        "static bool TryCreate(string uriString, UriKind uriKind, out Uri result)": _trying(Uri),
        "static bool TryCreate(Uri baseUri, string relativeUri, out Uri result)": _trying(combined),
        "static bool TryCreate(Uri baseUri, Uri relativeUri, out Uri result)": _trying(combined),
        "static string EscapeDataString(string stringToEscape)": escape_data,
        "static string EscapeUriString(string stringToEscape)": escape_uri,
        "static string UnescapeDataString(string stringToUnescape)": unescape_data,
        "static bool IsWellFormedUriString(string uriString, UriKind uriKind)": _is_well_formed,
        "bool IsWellFormedOriginalString()": lambda uri: _is_well_formed(uri.original, UriKind(0)),
        "static UriHostNameType CheckHostName(string name)": check_host,
        "static bool CheckSchemeName(string schemeName)": lambda name: bool(name and _SCHEME.fullmatch(name)),
        "static int FromHex(char digit)": _from_hex,
        "static string HexEscape(char character)": _hex_escape,
        "static bool IsHexDigit(char character)": lambda character: character in _HEXADECIMAL,
        "static bool IsHexEncoding(string pattern, int index)": _is_hex_encoding,
        "string GetLeftPart(UriPartial part)": Uri.left,
        "bool IsBaseOf(Uri uri)": Uri.is_base_of,
        "Uri MakeRelativeUri(Uri uri)": Uri.relative_to,
        "static bool operator ==(Uri uri1, Uri uri2)": _equal,
        "static bool operator !=(Uri uri1, Uri uri2)": _not_equal,
    },
)

DEFINITIONS = (
    _URI,
    enumeration("System.UriKind", UriKind),
    enumeration("System.UriPartial", UriPartial),
    enumeration("System.UriHostNameType", UriHostNameType),
)
