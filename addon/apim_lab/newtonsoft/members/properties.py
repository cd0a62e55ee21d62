"""`JProperty`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JProperty.cs."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.newtonsoft.members.making import copied
from apim_lab.newtonsoft.tokens import JProperty, property_of

_PROPERTY = Definition(
    "class JProperty : JContainer",
    "Newtonsoft.Json.Linq.JProperty",
    python=JProperty,
    members={
        "new(JProperty other)": copied,
        "new(string name, params object[] content)": property_of,
        "new(string name, object content)": property_of,
        "string Name": lambda owner: owner.name,
        "JToken Value": lambda owner: owner.value,
        "JToken Value { set; }": lambda owner, value: owner.replace_at(0, value),
    },
)

DEFINITIONS = (_PROPERTY,)
