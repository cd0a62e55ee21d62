"""`JArray`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JArray.cs."""

from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.text.searches import given
from apim_lab.newtonsoft.members.making import copied, parser, with_content
from apim_lab.newtonsoft.members.settings import LOAD_SETTINGS
from apim_lab.newtonsoft.serializer.writing import container_from
from apim_lab.newtonsoft.text.parsing import parse_array
from apim_lab.newtonsoft.token_types import NULL
from apim_lab.newtonsoft.tokens import JArray, JContainer, JToken, JValue, add_content


def _insert(owner: JArray, index: int, item: JToken | None) -> None:
    owner.insert(index, JValue(None, NULL) if item is None else item)


def copy_to(owner: JContainer, array: Array | None, index: int) -> None:
    """`CopyTo(array, arrayIndex)`."""
    target = given(array, "array")
    if index < 0:
        raise ArgumentOutOfRangeException("arrayIndex is less than 0.", "arrayIndex")
    if index >= len(target) and index:
        raise ArgumentException("arrayIndex is equal to or greater than the length of array.")
    if len(owner) > len(target) - index:
        raise ArgumentException(
            "The number of elements in the source JObject is greater than the available space from arrayIndex to the "
            "end of the destination array."
        )
    target[index : index + len(owner)] = owner.children()


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
        "void CopyTo(JToken[] array, int arrayIndex)": copy_to,
        "void Insert(int index, JToken item)": _insert,
        "void RemoveAt(int index)": JArray.remove_at,
        "static JArray FromObject(object o)": container_from(JArray),
        "static JArray Parse(string json)": parser(parse_array),
        f"static JArray Parse(string json, {LOAD_SETTINGS} settings)": lambda json, _: parser(parse_array)(json),
    },
)

DEFINITIONS = (_ARRAY,)
