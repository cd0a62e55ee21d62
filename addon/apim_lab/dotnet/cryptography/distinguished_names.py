"""The names in a certificate as Windows writes them. Source: .NET Core 3.1, X500NameEncoder.cs."""

import re

from cryptography.x509 import Name, NameAttribute

# By the numbers of the attributes; the others are written as "OID.1.2.3"
_KEYS = {
    "1.2.840.113549.1.9.1": "E",
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "S",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.42": "G",
    "2.5.4.43": "I",
    "0.9.2342.19200300.100.1.25": "DC",
}
_NEEDS_QUOTES = re.compile(r'[,+="\r\n<>#;]|^\s|\s$|^$')


def name_text(name: Name, *, reverse: bool = True) -> str:
    """`E=a@b.example, CN=client.example, O="Lab, Inc"`: from the last attribute on, unless not `reverse`."""
    attributes = [" + ".join(map(_attribute, part)) for part in name.rdns]
    return ", ".join(reversed(attributes) if reverse else attributes)


def _attribute(attribute: "NameAttribute[str | bytes]") -> str:
    number = attribute.oid.dotted_string
    value = str(attribute.value)
    if _NEEDS_QUOTES.search(value):
        value = '"' + value.replace('"', '""') + '"'
    return f"{_KEYS.get(number, f'OID.{number}')}={value}"
