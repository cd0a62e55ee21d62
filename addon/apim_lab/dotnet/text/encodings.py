"""`Encoding`, text as bytes. Source: learn.microsoft.com/dotnet/api/system.text.encoding, and .NET Core 3.1.

.NET Core has eight of them without packages; what cannot be encoded or decoded becomes a replacement character.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apim_lab.csharp.runtime.code_units import characters, code_units
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, NotSupportedException
from apim_lab.dotnet.text import latin1, utf7


@dataclass(frozen=True, eq=False)
class Encoding:
    """One encoding: its names and numbers, and its two functions between code units and bytes.

    `most_bytes` and `most_characters` say how many a text of that many of the other may take; `marks`: what it does
    for, "browser display", "browser save" and "mail".
    """

    code_page: int
    name: str
    title: str
    class_name: str
    encode: Callable[[str], bytes]
    decode: Callable[[bytes], str]
    most_bytes: Callable[[int], int]
    most_characters: Callable[[int], int]
    preamble: bytes = b""
    windows_code_page: int = 1200
    marks: frozenset[str] = frozenset()
    is_single_byte: bool = False
    fallback: str = "EncoderReplacementFallback"

    @property
    def type(self) -> Type:
        return Type("Encoding", full_name=f"System.Text.{self.class_name}")


def _encoder(codec: str) -> Callable[[str], bytes]:
    return lambda units: characters(units, "replace").encode(codec)


def _decoder(codec: str) -> Callable[[bytes], str]:
    return lambda data: code_units(data.decode(codec, "replace"))


def _utf(codec: str, size: int) -> Mapping[str, Any]:
    """What the encodings with so many bytes for a unit have in common; bytes at the end that are too few for one are
    a unit that cannot be read."""
    decode = _decoder(codec)

    def decode_whole_units(data: bytes) -> str:
        rest = len(data) % size
        return decode(data[: len(data) - rest]) + "\ufffd" * bool(rest)

    return {
        "encode": _encoder(codec),
        "decode": decode_whole_units,
        "most_bytes": lambda count: (count + 1) * size,
        "most_characters": lambda count: count // 2 + count % 2 + 1 if size == 2 else count // 2 + 2,
    }


_SINGLE_BYTE: Mapping[str, Any] = {
    "most_bytes": lambda count: count + 1,
    "most_characters": lambda count: count,
    "windows_code_page": 1252,
    "is_single_byte": True,
}
_EVERYWHERE = frozenset({"browser display", "browser save", "mail"})
_MAIL = frozenset({"mail"})

UTF8 = Encoding(
    65001,
    "utf-8",
    "Unicode (UTF-8)",
    "UTF8Encoding+UTF8EncodingSealed",
    _encoder("utf-8"),
    _decoder("utf-8"),
    lambda count: (count + 1) * 3,
    lambda count: count + 1,
    b"\xef\xbb\xbf",
    marks=_EVERYWHERE,
)
# What .NET Core takes by default: the same without a preamble
DEFAULT = replace(UTF8, preamble=b"")
ASCII = Encoding(
    20127,
    "us-ascii",
    "US-ASCII",
    "ASCIIEncoding+ASCIIEncodingSealed",
    lambda units: units.encode("ascii", "replace"),
    lambda data: data.decode("ascii", "replace").replace("\ufffd", "?"),
    **_SINGLE_BYTE,
    marks=_MAIL,
)
_LATIN_1 = Encoding(
    28591,
    "iso-8859-1",
    "Western European (ISO)",
    "Latin1Encoding",
    latin1.encode,
    lambda data: data.decode("latin-1"),
    **_SINGLE_BYTE,
    marks=_EVERYWHERE,
    fallback="InternalEncoderBestFitFallback",
)
UNICODE = Encoding(
    1200,
    "utf-16",
    "Unicode",
    "UnicodeEncoding",
    **_utf("utf-16-le", 2),
    preamble=b"\xff\xfe",
    marks=frozenset({"browser save"}),
)
BIG_ENDIAN_UNICODE = Encoding(
    1201,
    "utf-16BE",
    "Unicode (Big-Endian)",
    "UnicodeEncoding",
    **_utf("utf-16-be", 2),
    preamble=b"\xfe\xff",
)
UTF32 = Encoding(12000, "utf-32", "Unicode (UTF-32)", "UTF32Encoding", **_utf("utf-32-le", 4), preamble=b"\xff\xfe\0\0")
_BIG_ENDIAN_UTF32 = Encoding(
    12001,
    "utf-32BE",
    "Unicode (UTF-32 Big-Endian)",
    "UTF32Encoding",
    **_utf("utf-32-be", 4),
    preamble=b"\0\0\xfe\xff",
)
UTF7 = Encoding(
    65000,
    "utf-7",
    "Unicode (UTF-7)",
    "UTF7Encoding",
    utf7.encode,
    utf7.decode,
    lambda count: count * 3 + 2,
    lambda count: max(count, 1),
    marks=_MAIL,
)
_ENCODINGS = (UTF8, ASCII, _LATIN_1, UNICODE, BIG_ENDIAN_UNICODE, UTF32, _BIG_ENDIAN_UTF32, UTF7)
_BY_CODE_PAGE = {0: DEFAULT, **{encoding.code_page: encoding for encoding in _ENCODINGS}}

_NAMES: Mapping[int, str] = {
    1200: "iso-10646-ucs-2 ucs-2 unicode utf-16 utf-16le",
    1201: "unicodefffe utf-16be",
    12000: "utf-32 utf-32le",
    12001: "utf-32be",
    20127: "ansi_x3.4-1968 ansi_x3.4-1986 ascii cp367 csascii ibm367 iso-ir-6 iso646-us iso_646.irv:1991 us us-ascii",
    28591: "cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso_8859-1 iso_8859-1:1987 l1 latin1",
    65000: "csunicode11utf7 unicode-1-1-utf-7 unicode-2-0-utf-7 utf-7 x-unicode-1-1-utf-7 x-unicode-2-0-utf-7",
    65001: "unicode-1-1-utf-8 unicode-2-0-utf-8 utf-8 x-unicode-1-1-utf-8 x-unicode-2-0-utf-8",
}
_BY_NAME = {name: _BY_CODE_PAGE[code_page] for code_page, names in _NAMES.items() for name in names.split()}
_REGISTER = (
    "For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."
)


def encoding_named(name: str | None) -> Encoding:
    """`GetEncoding(name)`."""
    found = _BY_NAME.get(given(name, "name").lower())
    if found is None:
        raise ArgumentException(f"'{name}' is not a supported encoding name. {_REGISTER}", "name")
    return found


def encoding_numbered(code_page: int) -> Encoding:
    """`GetEncoding(codepage)`."""
    if not 0 <= code_page <= 65535:
        raise ArgumentOutOfRangeException("Valid values are between 0 and 65535, inclusive.", "codepage")
    if code_page in {1, 2, 3, 42}:
        raise ArgumentException(f"{code_page} is not a supported code page.", "codepage")
    if code_page not in _BY_CODE_PAGE:
        raise NotSupportedException(f"No data is available for encoding {code_page}. {_REGISTER}")
    return _BY_CODE_PAGE[code_page]
