"""Enumerations: their names are constants. Source: learn.microsoft.com/dotnet/api/system.enum."""

from dataclasses import replace
from enum import Enum

from apim_lab.csharp.symbols.definitions import Definition, enum_definition
from apim_lab.dotnet.formatting import format_value


def enumeration(full_name: str, members: type[Enum]) -> Definition:
    """The type of an enumeration whose Python members have the values of .NET's."""
    named = enum_definition(full_name, members)
    return replace(named, members={**named.members, "string ToString(string format)": format_value})
