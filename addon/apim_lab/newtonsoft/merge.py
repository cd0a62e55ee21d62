"""`JContainer.Merge`: arrays are joined, objects merged member by member.

Source: Newtonsoft.Json 13.0.1, `MergeItem`.
"""

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.newtonsoft.token_types import NULL
from apim_lab.newtonsoft.tokens import (
    JArray,
    JConstructor,
    JContainer,
    JObject,
    JProperty,
    JToken,
    JValue,
    add_content,
    is_enumerable,
    items_of,
    new_property,
)


def merge(owner: JContainer, content: object) -> None:
    """Content that does not fit the owner changes nothing; null replaces nothing."""
    allocate(OBJECT)
    if isinstance(owner, JObject) and isinstance(content, JObject):
        for name, value in list(content.members.items()):
            _merge_member(owner, name, value)
    elif isinstance(owner, JArray) and (isinstance(content, JArray) or is_enumerable(content)):
        for item in list(content.items) if isinstance(content, JArray) else items_of(content):
            add_content(owner, item)
    elif isinstance(owner, JConstructor) and isinstance(content, JConstructor):
        owner.name = content.name
        for item in list(content.items):
            add_content(owner, item)
    elif isinstance(owner, JProperty) and isinstance(content, JProperty) and content.value.type is not NULL:
        owner.replace_at(0, content.value)


def _merge_member(owner: JObject, name: str, value: JToken) -> None:
    existing = owner.members.get(name)
    if existing is None:
        owner.append(new_property(name, value))
    elif isinstance(existing, JContainer) and existing.type is value.type:
        merge(existing, value)
    elif value.type is not NULL and not (isinstance(value, JValue) and value.value is None):
        owner.set(name, value)
