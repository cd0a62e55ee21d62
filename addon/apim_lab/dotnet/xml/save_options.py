"""`SaveOptions`, which `ToString` takes. Source: .NET Core 3.1."""

import enum

from apim_lab.csharp.runtime.enumerations import Flags

SaveOptions = enum.Enum("SaveOptions", {"None": 0, "DisableFormatting": 1, "OmitDuplicateNamespaces": 2}, type=Flags)
