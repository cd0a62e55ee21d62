"""How the serializer reads collections and tuples. Source: Newtonsoft.Json 13.0.1, Serialization/JsonArrayContract.cs,
JsonDictionaryContract.cs, JsonObjectContract.cs, Converters/KeyValuePairConverter.cs.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.collections.lines import Queue, Stack
from apim_lab.dotnet.collections.lists import List
from apim_lab.dotnet.collections.sets import HashSet
from apim_lab.dotnet.collections.tuples import Tuple
from apim_lab.dotnet.values import KeyValuePair

type Build = Callable[[Any], Any]


def _list(element: TypeArgument) -> Build:
    return lambda items: List(element, items)


def _set(element: TypeArgument) -> Build:
    def build(items: Iterable[Any]) -> HashSet:
        created = HashSet(element)
        for item in items:
            created.add(item)
        return created

    return build


def _line(class_: type[Queue | Stack]) -> Callable[[TypeArgument], Build]:
    def of_type(element: TypeArgument) -> Build:
        def build(items: Iterable[Any]) -> Queue | Stack:
            created = class_(element)
            for item in items:
                created.put(item)
            return created

        return build

    return of_type


def dictionary(key: TypeArgument, value: TypeArgument) -> Build:
    def build(pairs: Iterable[tuple[Any, Any]]) -> Dictionary:
        created = Dictionary(key, value)
        for name, item in pairs:
            created.set_item(name, item)
        return created

    return build


# How a collection is made of its items, by the name of its type
OF_ITEMS: Mapping[str, Callable[[TypeArgument], Build]] = {
    **dict.fromkeys(("ICollection", "IEnumerable", "IList", "IReadOnlyCollection", "IReadOnlyList", "List"), _list),
    **dict.fromkeys(("HashSet", "ISet"), _set),
    "Queue": _line(Queue),
    "Stack": _line(Stack),
}
DICTIONARIES = {"Dictionary", "IDictionary", "IReadOnlyDictionary"}


def _pair(type_: TypeArgument) -> Build:
    return lambda values: KeyValuePair(values["Key"], values["Value"], type_.type)


# How an object is made of its members, by the name of its type, with the names of those
OF_MEMBERS: Mapping[str, Callable[[TypeArgument], Build]] = {
    "KeyValuePair": _pair,
    "Tuple": lambda type_: lambda values: Tuple(list(values.values()), type_.type),
    "ValueTuple": lambda type_: lambda values: ValueTuple(type_.type, list(values.values())),
}


def member_names(type_: TypeArgument) -> list[str]:
    if type_.type.name == "KeyValuePair":
        return ["Key", "Value"]
    return [f"Item{number}" for number in range(1, len(type_.type.arguments) + 1)]
