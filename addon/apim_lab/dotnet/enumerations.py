"""Enumerations: their names are constants. Source: learn.microsoft.com/dotnet/api/system.enum."""

from enum import Enum

from apim_lab.csharp.symbols.definitions import Definition, enum_definition

ENUMERATIONS: dict[str, type[Enum]] = {}
"""By the names that .NET has for them."""


def enumeration(full_name: str, members: type[Enum]) -> Definition:
    """The type of an enumeration whose Python members have the values of .NET's."""
    ENUMERATIONS[full_name] = members
    return enum_definition(full_name, members)
