"""`JArray`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JArray.cs."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.newtonsoft.collections import copy_to
from apim_lab.newtonsoft.members.making import copied, parser, with_content
from apim_lab.newtonsoft.members.settings import LOAD_SETTINGS
from apim_lab.newtonsoft.serializer.writing import container_from
from apim_lab.newtonsoft.text.parsing import parse_array
from apim_lab.newtonsoft.token_types import NULL
from apim_lab.newtonsoft.tokens import JArray, JToken, JValue, add_content


def _insert(owner: JArray, index: int, item: JToken | None) -> None:
    owner.insert(index, JValue(None, NULL) if item is None else item)


_ARRAY = Definition(
    "class JArray : JContainer",
    "Newtonsoft.Json.Linq.JArray",
    python=JArray,
    members={
        "new()": JArray,
        "new(JArray other)": copied,
        "new(params object[] content)": with_content(JArray),
        "new(object content)": with_content(JArray),
        "JToken this[int index]": JArray.at,
        "JToken this[int index] { set; }": JArray.replace_at,
        "bool IsReadOnly": lambda _: False,
        "bool Contains(JToken item)": lambda owner, item: owner.index_of(item) >= 0,
        "bool Remove(JToken item)": JArray.remove,
        "int IndexOf(JToken item)": JArray.index_of,
        "void Add(JToken item)": add_content,
        "void Clear()": JArray.clear,
        "void CopyTo(JToken[] array, int arrayIndex)": lambda owner, array, index: copy_to(owner.items, array, index),
        "void Insert(int index, JToken item)": _insert,
        "void RemoveAt(int index)": JArray.remove_at,
        "static JArray FromObject(object o)": container_from(JArray),
        "static JArray Parse(string json)": parser(parse_array),
        f"static JArray Parse(string json, {LOAD_SETTINGS} settings)": lambda json, _: parser(parse_array)(json),
    },
)

DEFINITIONS = (_ARRAY,)
