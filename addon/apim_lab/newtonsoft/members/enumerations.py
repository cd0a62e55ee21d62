"""The enumerations of Newtonsoft.Json, and the integers that no `long` can hold."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.values import Formatting
from apim_lab.newtonsoft.token_types import BigInteger, JTokenType

DEFINITIONS = (
    enumeration("Newtonsoft.Json.Formatting", Formatting),
    enumeration("Newtonsoft.Json.Linq.JTokenType", JTokenType),
    Definition("struct BigInteger", "System.Numerics.BigInteger", python=BigInteger, default=BigInteger()),
)
