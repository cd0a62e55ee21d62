"""`JObject`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JObject.cs."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.text.comparison import StringComparison
from apim_lab.dotnet.values import Enumerable
from apim_lab.newtonsoft.access import member
from apim_lab.newtonsoft.members.making import copied, parser, with_content
from apim_lab.newtonsoft.members.settings import LOAD_SETTINGS
from apim_lab.newtonsoft.sequences import JEnumerable
from apim_lab.newtonsoft.serializer.writing import container_from
from apim_lab.newtonsoft.text.parsing import parse_object
from apim_lab.newtonsoft.tokens import JObject, JProperty, JToken, new_property

_PROPERTY = Type("JProperty", full_name="Newtonsoft.Json.Linq.JProperty")


def _properties(owner: JObject) -> Enumerable[JToken]:
    return Enumerable(lambda: owner, _PROPERTY)


def _property_values(owner: JObject) -> JEnumerable[JToken]:
    return JEnumerable(lambda: (item.value for item in owner.children()))


def _property_ignoring(owner: JObject, name: str | None, comparison: StringComparison) -> JProperty | None:
    found = owner.property(name)
    if found is not None or name is None or not comparison.name.endswith("IgnoreCase"):
        return found
    folded = name.upper()
    return owner.property(next((key for key in owner.members if key.upper() == folded), None))


def _value_ignoring(owner: JObject, name: str | None, comparison: StringComparison) -> JToken | None:
    found = _property_ignoring(owner, name, comparison)
    return None if found is None else found.value


def _try_value_ignoring(owner: JObject, name: str | None, comparison: StringComparison) -> tuple[bool, JToken | None]:
    found = _value_ignoring(owner, name, comparison)
    return found is not None, found


def _try_value(owner: JObject, name: str) -> tuple[bool, JToken | None]:
    return name in owner.members, owner.members.get(name)


def _add(owner: JObject, name: str | None, value: JToken | None) -> None:
    owner.append(new_property(name, value))


def _value(owner: JObject, name: str | None) -> JToken | None:
    return None if name is None else owner.members.get(name)


_OBJECT = Definition(
    "class JObject : JContainer, IDictionary<string, JToken>",
    "Newtonsoft.Json.Linq.JObject",
    python=JObject,
    iterate=JObject.pairs,
    members={
        "new()": JObject,
        "new(JObject other)": copied,
        "new(params object[] content)": with_content(JObject),
        "new(object content)": with_content(JObject),
        "JToken this[string propertyName]": member,
        "JToken this[string propertyName] { set; }": JObject.set,
        "IEnumerable<JProperty> Properties()": _properties,
        "JEnumerable<JToken> PropertyValues()": _property_values,
        "bool ContainsKey(string propertyName)": lambda owner, name: given(name, "propertyName") in owner.members,
        "bool Remove(string propertyName)": JObject.remove_named,
        "bool TryGetValue(string propertyName, out JToken value)": _try_value,
        "bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)": _try_value_ignoring,
        "JToken GetValue(string propertyName)": _value,
        "JToken GetValue(string propertyName, StringComparison comparison)": _value_ignoring,
        "JProperty Property(string name)": JObject.property,
        "JProperty Property(string name, StringComparison comparison)": _property_ignoring,
        "void Add(string propertyName, JToken value)": _add,
        "static JObject Parse(string json)": parser(parse_object),
        f"static JObject Parse(string json, {LOAD_SETTINGS} settings)": lambda json, _: parser(parse_object)(json),
        "static JObject FromObject(object o)": container_from(JObject),
    },
)

DEFINITIONS = (_OBJECT,)
