"""`IPAddress`. Source: learn.microsoft.com/dotnet/api/system.net.ipaddress, and .NET Core 3.1."""

import re
from dataclasses import replace
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.net.uri_parsing import ipv4_address
from apim_lab.dotnet.values import Convertible

AddressFamily = Enum(
    "AddressFamily", {"Unknown": -1, "Unspecified": 0, "Unix": 1, "InterNetwork": 2, "InterNetworkV6": 23}
)
# Perhaps in brackets and with a port, which does not count
_IPV6 = re.compile(r"\[([^\[\]%]*)(?:%([^\[\]]*))?\](?::\d+)?|([^\[\]%]*)(?:%([^\[\]]*))?")
_MAPPED = 0xFFFF << 32


class IPAddress(Convertible):
    """`zone` is the number behind the "%" of an IPv6 address, "" without one."""

    __slots__ = ("address", "zone")
    type = Type("IPAddress", full_name="System.Net.IPAddress")

    def __init__(self, address: IPv4Address | IPv6Address, zone: str = "") -> None:
        self.address, self.zone = address, zone

    def text(self) -> str:
        if isinstance(self.address, IPv4Address):
            return str(self.address)
        number = int(self.address)
        last = IPv4Address(number & 0xFFFFFFFF)
        if number >> 32 == _MAPPED >> 32:
            return f"::ffff:{last}"
        text = f"::{last}" if 0xFFFF < number < 1 << 32 else self.address.compressed
        return f"{text}%{self.zone}" if self.zone else text

    def same_as(self, other: object) -> bool:
        return isinstance(other, IPAddress) and (self.address, self.zone) == (other.address, other.zone)

    def __hash__(self) -> int:
        return hash(self.address)

    def __eq__(self, other: object) -> bool:
        return self.same_as(other)

    @property
    def family(self) -> Enum:
        return AddressFamily(2 if isinstance(self.address, IPv4Address) else 23)


def parse_address(text: str | None) -> IPAddress:
    """`IPAddress.Parse`: raises FormatException."""
    found = _parsed(given(text, "ipString"))
    if found is None:
        raise FormatException("An invalid IP address was specified.")
    return found


def _parsed(text: str) -> IPAddress | None:
    if ":" not in text:
        four = ipv4_address(text)
        return IPAddress(IPv4Address(four)) if four else None
    found = _IPV6.fullmatch(text)
    if found is None:
        return None
    bracketed, bracketed_zone, bare, bare_zone = found.groups()
    zone = bracketed_zone or bare_zone or ""
    try:
        # A zone with a name is one of this machine's
        return IPAddress(IPv6Address(bracketed or bare), zone if zone.isascii() and zone.isdigit() else "")
    except ValueError:
        return None


def _try_parse(text: str | None) -> tuple[bool, IPAddress | None]:
    found = None if text is None else _parsed(text)
    return found is not None, found


def _is_loopback(address: IPAddress | None) -> bool:
    value = given(address, "address").address
    mapped = isinstance(value, IPv6Address) and value.ipv4_mapped
    return (mapped or value).is_loopback


DEFINITIONS = (
    Definition(
        "class IPAddress",
        "System.Net.IPAddress",
        python=IPAddress,
        members={
            "static IPAddress Parse(string ipString)": parse_address,
            "static bool TryParse(string ipString, out IPAddress address)": _try_parse,
            "static bool IsLoopback(IPAddress address)": _is_loopback,
            "AddressFamily AddressFamily": lambda address: address.family,
            "byte[] GetAddressBytes()": lambda address: Bytes(address.address.packed),
        },
    ),
    # Its namespace is none that API Management imports
    replace(enumeration("System.Net.Sockets.AddressFamily", AddressFamily), is_allowed=False),
)
