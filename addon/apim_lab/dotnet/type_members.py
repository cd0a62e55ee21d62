"""`System.Type`, as far as policies may use it: no reflection. Source: learn.microsoft.com/dotnet/api/system.type."""

import operator

from apim_lab.csharp.runtime.runtime_types import RuntimeType
from apim_lab.csharp.symbols.definitions import Definition

_TYPE = Definition(
    "class Type",
    "System.Type",
    members={
        "string Name": lambda type_: type_.name,
        "string FullName": lambda type_: type_.full_name,
        "bool Equals(Type o)": operator.is_,
        "static bool operator ==(Type left, Type right)": operator.is_,
        "static bool operator !=(Type left, Type right)": operator.is_not,
    },
)
_RUNTIME_TYPE = Definition(
    "sealed class RuntimeType : Type", "System.RuntimeType", python=RuntimeType, is_allowed=False
)

DEFINITIONS = (_TYPE, _RUNTIME_TYPE)
