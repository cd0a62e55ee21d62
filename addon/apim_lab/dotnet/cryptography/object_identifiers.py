"""`Oid`, a number with a name. Source: .NET Core 3.1, OidLookup.cs; the names of hashes and keys alone."""

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.exceptions import ArgumentNullException
from apim_lab.dotnet.values import Convertible

_FULL_NAME = "System.Security.Cryptography.Oid"
_NAMES = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.5": "sha1RSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "sha256RSA",
    "1.2.840.113549.1.1.12": "sha384RSA",
    "1.2.840.113549.1.1.13": "sha512RSA",
    "1.2.840.10045.2.1": "ECC",
    "1.2.840.10045.4.3.2": "sha256ECDSA",
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_NUMBERS = {name.lower(): number for number, name in _NAMES.items()}


class Oid(Convertible):
    """`value` is the number, `name` the friendly name that it was given."""

    __slots__ = ("name", "value")
    type = Type("Oid", full_name=_FULL_NAME)

    def __init__(self, value: str | None = None, name: str | None = None) -> None:
        allocate(OBJECT)
        self.value = value
        self.name = name

    def text(self) -> str:
        return _FULL_NAME

    @property
    def friendly_name(self) -> str | None:
        return self.name if self.name is not None else _NAMES.get(self.value or "")


def _of(text: str | None) -> Oid:
    """By a number, or by the name of one."""
    if text is None:
        raise ArgumentNullException("friendlyName")
    number = _NUMBERS.get(text.lower())
    return Oid(number, text) if number else Oid(text)


DEFINITIONS = (
    Definition(
        "class Oid",
        _FULL_NAME,
        python=Oid,
        members={
            "new()": Oid,
            "new(string oid)": _of,
            "new(string value, string friendlyName)": Oid,
            "string Value": lambda oid: oid.value,
            "string FriendlyName": lambda oid: oid.friendly_name,
        },
    ),
)
