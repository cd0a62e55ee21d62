"""`Uri`. Source: learn.microsoft.com/dotnet/api/system.uri, and .NET Core 3.1."""

from enum import Enum
from functools import cached_property

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, UriFormatException
from apim_lab.dotnet.net.uri_escapes import canonical, unescape_data
from apim_lab.dotnet.net.uri_parsing import (
    Parts,
    UriHostNameType,
    UriKind,
    absolute_text,
    authority_text,
    is_relative,
    left_part,
    parse,
    readable_text,
    without_dots,
)
from apim_lab.dotnet.values import Convertible

UriPartial = Enum("UriPartial", {"Scheme": 0, "Authority": 1, "Path": 2, "Query": 3})
ABSOLUTE, RELATIVE = UriKind["Absolute"], UriKind["Relative"]
_LONGEST = 65519


class Uri(Convertible):
    """An absolute URI, or a relative one, which has no parts."""

    type = Type("Uri", full_name="System.Uri")

    def __init__(self, text: str | None, kind: Enum = ABSOLUTE) -> None:
        self.original = given(text, "uriString")
        if kind.value not in {0, 1, 2}:
            raise ArgumentException(f"The value '{kind.value}' passed for the UriKind parameter is invalid.")
        if len(self.original) > _LONGEST:
            raise UriFormatException("Invalid URI: The Uri string is too long.")
        relative = kind is not ABSOLUTE and is_relative(self.original)
        if kind is RELATIVE and not relative:
            raise UriFormatException(
                "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI."
            )
        self._parts = None if relative else parse(self.original)

    @property
    def is_absolute(self) -> bool:
        return self._parts is not None

    @property
    def parts(self) -> Parts:
        if self._parts is None:
            raise InvalidOperationException("This operation is not supported for a relative URI.")
        return self._parts

    # ---- texts

    def text(self) -> str:
        return self.original if self._parts is None else readable_text(self._parts)

    @cached_property
    def absolute(self) -> str:
        return absolute_text(self.parts)

    @property
    def path(self) -> str:
        return canonical(self.parts.path)

    @property
    def query(self) -> str:
        return canonical(self.parts.query)

    @property
    def fragment(self) -> str:
        return canonical(self.parts.fragment)

    @property
    def local_path(self) -> str:
        parts = self.parts
        path = unescape_data(parts.path)
        if parts.scheme != "file":
            return path
        path = path.replace("/", "\\") if parts.host or not path.startswith("/") else path
        return f"\\\\{parts.host}{path}" if parts.host else path

    @property
    def authority(self) -> str:
        return authority_text(self.parts, user_info=False)

    def segments(self) -> list[str]:
        path = self.path
        pieces = [f"{piece}/" for piece in path.split("/")[:-1]] + [path.rpartition("/")[2]]
        root = ["/"] if self.parts.scheme == "file" and path and not path.startswith("/") else []
        return root + [piece for piece in pieces if piece]

    def left(self, partial: Enum) -> str:
        """`GetLeftPart`."""
        parts = self.parts
        if partial.name == "Scheme":
            return f"{parts.scheme}{'://' if parts.has_authority else ':'}"
        if partial.name == "Authority":
            return left_part(parts) if parts.has_authority else ""
        return left_part(parts) + self.path + (self.query if partial.name == "Query" else "")

    # ---- the host

    @property
    def is_loopback(self) -> bool:
        host = self.parts.host
        local = host in {"localhost", "loopback", "[::1]"} or host.startswith("127.")
        return local or (self.parts.scheme == "file" and not host)

    @property
    def dns_safe_host(self) -> str:
        return self.parts.host.strip("[]")

    @property
    def idn_host(self) -> str:
        host = self.dns_safe_host
        try:
            return host if host.isascii() else host.encode("idna").decode()
        except UnicodeError:
            return host

    # ---- compared

    def same_as(self, other: object) -> bool:
        """`Equals`: also with a text that is a URI; the fragment does not count."""
        if isinstance(other, str):
            try:
                other = Uri(other, UriKind["RelativeOrAbsolute"])
            except UriFormatException:
                return False
        if not isinstance(other, Uri) or self.is_absolute != other.is_absolute:
            return False
        if not self.is_absolute:
            return self.original == other.original
        return self._key == other._key

    @property
    def _key(self) -> tuple[str, str]:
        return left_part(self.parts), self.path + self.query

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Uri) and self.same_as(other)

    def __hash__(self) -> int:
        return hash(self._key if self.is_absolute else self.original)

    # ---- relative ones

    def relative_to(self, other: "Uri | None") -> "Uri":
        """`MakeRelativeUri`: how `other` is written from here."""
        other = given(other, "uri")
        here, there = self.parts, other.parts
        if left_part(here) != left_part(there):
            return other
        rest = _path_from(self.path, other.path) + other.query + other.fragment
        return Uri(rest, RELATIVE)

    def is_base_of(self, other: "Uri | None") -> bool:
        other = given(other, "uri")
        if not other.is_absolute:
            return True
        folder = self.path.rpartition("/")[0] + "/"
        return left_part(self.parts) == left_part(other.parts) and f"{other.path}/".startswith(folder)


def _path_from(here: str, there: str) -> str:
    if here == there:
        return ""
    common = 0
    for place, (one, two) in enumerate(zip(here, there, strict=False)):
        if one != two:
            break
        if one == "/":
            common = place + 1
    return "../" * here.count("/", common) + there[common:]


def combined(base: Uri | None, relative: "str | Uri | None") -> Uri:
    """`new Uri(baseUri, relativeUri)`. Source: RFC 3986, section 5.2."""
    base = given(base, "baseUri")
    if not base.is_absolute:
        raise ArgumentOutOfRangeException(parameter="baseUri")
    if isinstance(relative, Uri) and relative.is_absolute:
        return relative
    text = (relative.original if isinstance(relative, Uri) else relative or "").strip()
    return Uri(text) if not is_relative(text) else Uri(_resolved(base, text))


def _resolved(base: Uri, text: str) -> str:
    parts, left = base.parts, left_part(base.parts)
    if not text:
        return left + base.path + base.query
    if text.startswith("//"):
        return f"{parts.scheme}:{text}"
    if text[0] in "/\\":
        return left + text
    if text[0] == "?":
        return left + base.path + text
    if text[0] == "#":
        return left + base.path + base.query + text
    path, mark, rest = text.partition("?")
    return left + without_dots(base.path.rpartition("/")[0] + "/" + path) + mark + rest


def check_host(name: str | None) -> Enum:
    """`Uri.CheckHostName`."""
    if name and ":" in name and not name.startswith("["):
        name = f"[{name}]"
    try:
        found = parse(f"http://{name}/").host_type if name and "/" not in name else UriHostNameType(0)
    except UriFormatException:
        return UriHostNameType(0)
    return UriHostNameType(0) if found.name == "Basic" else found
