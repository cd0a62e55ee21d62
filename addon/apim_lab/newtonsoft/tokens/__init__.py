"""Newtonsoft.Json.Linq's tokens: JSON as a tree that knows its parents.

A text that was read stays what Python's json module made of it until somebody asks for a child: then one level of it
becomes tokens (`JArray.items`, `JObject.members`). Source: Newtonsoft.Json 13.0.1, Linq/*.cs.
"""

from apim_lab.newtonsoft.tokens.arrays import JArray, JConstructor, JList
from apim_lab.newtonsoft.tokens.content import add_content, insert_content, is_enumerable, items_of, property_of
from apim_lab.newtonsoft.tokens.objects import JObject, JProperty, new_property
from apim_lab.newtonsoft.tokens.raw import token_of
from apim_lab.newtonsoft.tokens.token import JContainer, JToken, iterate, position_in, root_of, write_json
from apim_lab.newtonsoft.tokens.value import JRaw, JValue

__all__ = [
    "JArray",
    "JConstructor",
    "JContainer",
    "JList",
    "JObject",
    "JProperty",
    "JRaw",
    "JToken",
    "JValue",
    "add_content",
    "insert_content",
    "is_enumerable",
    "items_of",
    "iterate",
    "new_property",
    "position_in",
    "property_of",
    "root_of",
    "token_of",
    "write_json",
]
