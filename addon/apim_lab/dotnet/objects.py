"""`object`. Source: learn.microsoft.com/dotnet/api."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.identity import equal, hash_code, is_same

_OBJECT = Definition(
    "class object",
    "System.Object",
    python=object,
    members={
        "string ToString()": to_string,
        "bool Equals(object obj)": equal,
        "static bool Equals(object objA, object objB)": equal,
        "static bool ReferenceEquals(object objA, object objB)": is_same,
        "int GetHashCode()": hash_code,
        "new()": object,
    },
)


DEFINITIONS = (_OBJECT,)
