"""What `Add(object)` and constructors make of a content. Source: Newtonsoft.Json 13.0.1, Linq/JContainer.cs."""

from collections.abc import Iterable, Mapping
from typing import Any

from apim_lab.csharp import types
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.values import pairs
from apim_lab.newtonsoft.tokens.arrays import JArray
from apim_lab.newtonsoft.tokens.objects import JProperty, new_property
from apim_lab.newtonsoft.tokens.token import JContainer, JToken
from apim_lab.newtonsoft.tokens.value import JValue


def add_content(owner: JContainer, content: object) -> None:
    """`Add(object)`: an enumerable adds each of its items."""
    insert_content(owner, len(owner), content)


def insert_content(owner: JContainer, index: int, content: object) -> None:
    """As Newtonsoft does it: item n of an enumerable goes to the position of its first plus n, nested or not."""
    if not is_enumerable(content):
        owner.insert(index, _token(content))
        return
    for number, item in enumerate(items_of(content)):
        insert_content(owner, index + number, item)


def _token(content: object) -> JToken:
    return content if isinstance(content, JToken) else JValue(content)


def is_enumerable(content: object) -> bool:
    """Whether Newtonsoft takes it for several contents: an array, but no text, no token and no `byte[]`."""
    return isinstance(content, Iterable) and not isinstance(content, str | bytearray | JToken)


def items_of(content: Any) -> Iterable[object]:
    if isinstance(content, Dictionary):
        return content.pairs()
    return pairs(types.STRING, types.OBJECT)(content) if isinstance(content, Mapping) else content


def property_of(name: str | None, content: object) -> JProperty:
    """`new JProperty(name, content)`: several contents become an array."""
    if not is_enumerable(content):
        return new_property(name, _token(content))
    array = JArray()
    add_content(array, content)
    return new_property(name, array)
