"""`JRaw`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JRaw.cs."""

from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.newtonsoft.tokens import JRaw


def _copied(other: JRaw | None) -> JRaw:
    if other is None:
        raise NullReferenceException
    return other.clone()


_RAW = Definition(
    "class JRaw : JValue",
    "Newtonsoft.Json.Linq.JRaw",
    python=JRaw,
    members={
        "new(JRaw other)": _copied,
        "new(object rawJson)": JRaw,
    },
)

DEFINITIONS = (_RAW,)
