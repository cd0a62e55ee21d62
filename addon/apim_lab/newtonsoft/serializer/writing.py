"""What Newtonsoft's serializer makes of .NET objects: `JToken.FromObject`, `JsonConvert.SerializeObject`.

Source: Newtonsoft.Json 13.0.1, JsonSerializerInternalWriter.cs. A dictionary becomes an object, what can be enumerated
an array, any other object one of its properties.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import singledispatch
from typing import Any

from apim_lab.csharp.runtime.anonymous_objects import AnonymousObject
from apim_lab.csharp.runtime.memory import LOOK, OBJECT, allocate
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.runtime.values import Char, Int64, type_of
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.tuples import Tuple
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.exceptions import ArgumentException, JsonSerializationException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import KeyValuePair
from apim_lab.newtonsoft.paths.token_path import Step, path_text
from apim_lab.newtonsoft.text.dates import written_date
from apim_lab.newtonsoft.token_types import NULL, STRING, VALUE_TYPES
from apim_lab.newtonsoft.tokens import JArray, JContainer, JObject, JToken, JValue

# The properties of an object, by their names
type Members = Iterable[tuple[str, Any]]


@singledispatch
def members_of(value: Any) -> Members | None:
    """The properties that are written of an object; None for an object of which they are not known.

    A class registers its own.
    """
    return () if value.__class__ is object else None


@members_of.register(AnonymousObject)
@members_of.register(ValueTuple)
def _of_names(value: AnonymousObject | ValueTuple) -> Members:
    return value.items()


@members_of.register(Tuple)
@members_of.register(ValueTuple)
def _of_tuple(value: Tuple | ValueTuple) -> Members:
    return value.items()


@members_of.register
def _of_pair(value: KeyValuePair) -> Members:
    return (("Key", value.key), ("Value", value.value))


def token_from(value: object) -> JToken:
    """`JToken.FromObject`: raises ArgumentNullException for null."""
    token = serialized(given(value, "o"))
    if isinstance(value, JValue) and value.value is None:
        return JValue(None, NULL)
    return token.clone() if token is value else token


def serialized(value: object) -> JToken:
    """The value as a token; a token is itself."""
    return _Writer().token(value)


class _Writer:
    """What it is within, as the objects and the steps to them: an object within itself has no end."""

    def __init__(self) -> None:
        self.objects: list[object] = []
        self.path: list[Step] = []

    def token(self, value: Any, of: str = "") -> JToken:
        if isinstance(value, JToken):
            return value
        if value is None or value.__class__ in VALUE_TYPES:
            return JValue(value)
        if value.__class__ is Char:
            return JValue(str.__str__(value), STRING)
        if isinstance(value, Enum):
            return JValue(Int64(value.value))
        return self.container(value, of)

    def container(self, value: Any, of: str) -> JToken:
        """Raises JsonSerializationException for an object that it is within."""
        if any(value is other for other in self.objects):
            path = path_text(self.path[:-1])
            name = type_of(value).runtime_name
            raise JsonSerializationException(f"Self referencing loop detected{of} with type '{name}'. Path '{path}'.")
        allocate(LOOK)
        self.objects.append(value)
        token = self.parts(value)
        self.objects.pop()
        return token

    def parts(self, value: Any) -> JToken:
        if isinstance(value, Mapping):
            return self.with_members((_key(key), item, "") for key, item in value.items())
        members = members_of(value)
        if members is not None:
            return self.with_members((name, item, f" for property '{name}'") for name, item in members)
        return self.with_items(value) if isinstance(value, Iterable) else JValue(value)

    def with_members(self, members: Iterable[tuple[str, Any, str]]) -> JObject:
        created = JObject()
        for name, item, of in members:
            created.set(name, self.child(item, name, of))
        return created

    def with_items(self, items: Iterable[Any]) -> JArray:
        created = JArray()
        for index, item in enumerate(items):
            created.append(self.child(item, index))
        return created

    def child(self, value: object, step: Step, of: str = "") -> JToken:
        allocate(OBJECT)
        self.path.append(step)
        token = self.token(value, of)
        self.path.pop()
        return token.clone() if token is value else token


def _key(key: object) -> str:
    return written_date(key) if isinstance(key, DateTime | DateTimeOffset) else to_string(key)


def container_from[T: JContainer](class_: type[T]) -> Callable[[object], T]:
    """`JObject.FromObject` and `JArray.FromObject`."""

    def from_object(value: object) -> T:
        token = token_from(value)
        if not isinstance(token, class_):
            raise ArgumentException(f"Object serialized to {token.type.name}. {class_.__name__} instance expected.")
        return token

    return from_object
