"""The parts of a URI. Source: RFC 3986; dotnet/corefx 3.1, Uri.cs; recorded from .NET Core 3.1."""

import ipaddress
import re
from dataclasses import dataclass, field
from enum import Enum

from apim_lab.dotnet.exceptions import UriFormatException
from apim_lab.dotnet.net.uri_escapes import canonical, readable

UriKind = Enum("UriKind", {"RelativeOrAbsolute": 0, "Absolute": 1, "Relative": 2})
UriHostNameType = Enum("UriHostNameType", {"Unknown": 0, "Basic": 1, "Dns": 2, "IPv4": 3, "IPv6": 4})

DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
    "ftp": 21,
    "gopher": 70,
    "nntp": 119,
    "telnet": 23,
    "ldap": 389,
    "mailto": 25,
    "net.tcp": 808,
}
# They are nothing without a host
_WITH_HOST = {"http", "https", "ws", "wss", "ftp", "gopher", "net.tcp", "net.pipe"}
_OPAQUE = {"news", "urn", "data", "javascript", "tel", "uuid"}
_SPACES = " \t\r\n"
_SCHEME = re.compile("([A-Za-z][A-Za-z0-9+.-]*):")
_DOS_PATH = re.compile(r"([A-Za-z])[:|]([\\/].*|$)", re.DOTALL)
_AUTHORITY = re.compile(r"//([^/?#\\]*)")
_DNS_NAME = re.compile(r"(?!-)[\w-]{1,63}(?:\.(?!-)[\w-]{1,63})*\.?")
_BASIC_NAME = re.compile(r"[\w.~-]+")
_NUMBER = re.compile("0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9][0-9]*")


@dataclass(frozen=True)
class Parts:
    """`path`, `query` and `fragment` as they are written; `host_type` is Basic where there is none."""

    scheme: str
    path: str
    host: str = ""
    host_type: Enum = field(default_factory=lambda: UriHostNameType(0))
    user_info: str = ""
    has_user_info: bool = False
    port: int = -1
    has_authority: bool = False
    query: str = ""
    fragment: str = ""
    is_unc: bool = False

    @property
    def default_port(self) -> int:
        return DEFAULT_PORTS.get(self.scheme, -1)


class _NotAbsolute(UriFormatException):
    """The text may still be a relative URI."""

    full_name = "System.UriFormatException"


def parse(text: str) -> Parts:
    """The parts of an absolute URI; raises UriFormatException."""
    text = text.strip(_SPACES)
    if not text:
        raise _NotAbsolute("Invalid URI: The URI is empty.")
    dos = _DOS_PATH.fullmatch(text)
    if dos:
        return _file("", text.replace("\\", "/"))
    if text.startswith("\\\\"):
        return _file_of_server(text.replace("\\", "/"))
    found = _SCHEME.match(text)
    if found is None:
        raise _NotAbsolute(_bad_start(text))
    if len(found.group(1)) == 1:
        raise UriFormatException("Invalid URI: A Dos path must be rooted, for example, 'c:\\\\'.")
    return _with_scheme(found.group(1).lower(), text[found.end() :])


def is_relative(text: str) -> bool:
    """Whether the text is no absolute URI, not even a wrong one."""
    try:
        parse(text)
    except _NotAbsolute:
        return True
    except UriFormatException:
        return False
    return False


def _bad_start(text: str) -> str:
    before = re.match("[^:/?#]+:", text)
    if before:
        return "Invalid URI: The URI scheme is not valid."
    return "Invalid URI: The format of the URI could not be determined."


def _with_scheme(scheme: str, rest: str) -> Parts:
    if scheme == "file":
        return _file_uri(rest)
    if scheme == "mailto":
        return _mail(rest)
    authority = _AUTHORITY.match(rest)
    if scheme in _WITH_HOST and authority is None:
        if rest.startswith("\\\\"):
            raise UriFormatException(_BAD_HOST)
        raise _NotAbsolute("Invalid URI: The Authority/Host could not be parsed.")
    if authority is None or scheme in _OPAQUE:
        path, query, fragment = _split(rest)
        return Parts(scheme, path, query=query, fragment=fragment)
    return _hierarchical(scheme, authority.group(1), rest[authority.end() :])


_BAD_HOST = "Invalid URI: The hostname could not be parsed."


def _hierarchical(scheme: str, authority: str, rest: str) -> Parts:
    user_info, at, host = authority.rpartition("@")
    host, port = _port(host, DEFAULT_PORTS.get(scheme, -1))
    host, host_type = _host(host, short_addresses=scheme in _WITH_HOST)
    if not host and scheme in _WITH_HOST:
        raise UriFormatException(_BAD_HOST)
    path, query, fragment = _split(rest)
    if scheme == "ftp":  # which has no queries
        path, query = path + query.replace("?", "%3F", 1), ""
    path = without_dots(path.replace("\\", "/")) or "/"
    return Parts(scheme, path, host, host_type, user_info, bool(at), port, True, query, fragment)


def _split(rest: str) -> tuple[str, str, str]:
    rest, sharp, fragment = rest.partition("#")
    path, mark, query = rest.partition("?")
    return path, mark + query, sharp + fragment


def _port(host: str, default: int) -> tuple[str, int]:
    found = re.fullmatch(r"(.*?\]|[^:]*)(?::(.*))?", host, re.DOTALL)
    if found is None:
        raise UriFormatException(_BAD_HOST)
    digits = found.group(2)
    if not digits:
        return found.group(1), default
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or int(digits) > 65535:
        raise UriFormatException("Invalid URI: Invalid port specified.")
    return found.group(1), int(digits)


def _host(host: str, *, short_addresses: bool = False) -> tuple[str, Enum]:
    """The host and its kind; `short_addresses`: `1.2` stands for 1.0.0.2."""
    if not host:
        return "", UriHostNameType["Basic"]
    if host.startswith("["):
        return _ipv6(host), UriHostNameType["IPv6"]
    four = ipv4_address(host)
    if four and (short_addresses or four == host):
        return four, UriHostNameType["IPv4"]
    if _DNS_NAME.fullmatch(host):
        return host.lower(), UriHostNameType["Dns"]
    if _BASIC_NAME.fullmatch(host) and ".." not in host:
        return host.lower(), UriHostNameType["Basic"]
    raise UriFormatException(_BAD_HOST)


def _ipv6(host: str) -> str:
    address = host[1:-1].partition("%")[0]
    try:
        return f"[{ipaddress.IPv6Address(address).compressed}]"
    except ValueError:
        raise UriFormatException(_BAD_HOST) from None


def ipv4_address(host: str) -> str | None:
    """Up to four numbers, decimal, octal or hexadecimal; the last fills the rest."""
    numbers = host.split(".")
    if len(numbers) > 4 or not all(_NUMBER.fullmatch(number) and len(number) < 20 for number in numbers):
        return None
    values = [int(number, 16 if number[:2] in {"0x", "0X"} else 8 if number[0] == "0" else 10) for number in numbers]
    if any(value > 255 for value in values[:-1]) or values[-1] >= 256 ** (5 - len(values)):
        return None
    packed = sum(value << (24 - 8 * place) for place, value in enumerate(values[:-1])) + values[-1]
    return str(ipaddress.IPv4Address(packed))


def without_dots(path: str) -> str:
    """The path without its `.` and `..`. Source: RFC 3986, section 5.2.4."""
    if "." not in path and "%2" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for place, segment in enumerate(segments):
        plain = re.sub("%2[eE]", ".", segment)
        is_last = place == len(segments) - 1
        if plain == "..":
            if len(kept) > 1:
                kept.pop()
        elif plain != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return "/".join(kept)


def _file(host: str, path: str) -> Parts:
    path, query, fragment = _split(path)
    return Parts("file", without_dots(path), host, UriHostNameType["Basic"], "", False, -1, True, query, fragment)


def _file_of_server(rest: str) -> Parts:
    authority = re.match("//([^/?#]*)", rest)
    assert authority is not None
    host, host_type = _host(authority.group(1))
    path, query, fragment = _split(rest[authority.end() :])
    return Parts("file", without_dots(path) or "/", host, host_type, "", False, -1, True, query, fragment, True)


def _file_uri(rest: str) -> Parts:
    rest = rest.replace("\\", "/")
    if not rest.startswith("//"):
        if not _DOS_PATH.fullmatch(rest.lstrip("/")):
            raise _NotAbsolute("Invalid URI: The format of the URI could not be determined.")
        return _file("", rest.lstrip("/"))
    local = rest[2:].lstrip("/")
    if rest.startswith("///") or _DOS_PATH.fullmatch(local):
        return _file("", local if _DOS_PATH.fullmatch(local) else f"/{local}")
    return _file_of_server(rest)


def _mail(rest: str) -> Parts:
    path, query, fragment = _split(rest)
    user, at, host = path.rpartition("@")
    if not at:
        return Parts("mailto", path, port=25, query=query, fragment=fragment)
    host, host_type = _host(host)
    return Parts("mailto", "", host, host_type, user, True, 25, False, query, fragment)


# ---- put together again -------------------------------------------------------------------------------------------


def authority_text(parts: Parts, *, user_info: bool) -> str:
    port = "" if parts.port == parts.default_port else f":{parts.port}"
    user = f"{parts.user_info}@" if parts.has_user_info and user_info else ""
    return f"{user}{parts.host}{port}"


def left_part(parts: Parts) -> str:
    """All before the path."""
    separator = "://" if parts.has_authority else ":"
    slash = "/" if parts.scheme == "file" and not parts.host and not parts.path.startswith("/") else ""
    return f"{parts.scheme}{separator}{authority_text(parts, user_info=True)}{slash}"


def absolute_text(parts: Parts) -> str:
    return left_part(parts) + canonical(parts.path) + canonical(parts.query) + canonical(parts.fragment)


def readable_text(parts: Parts) -> str:
    return left_part(parts) + readable(parts.path) + readable(parts.query) + readable(parts.fragment)
