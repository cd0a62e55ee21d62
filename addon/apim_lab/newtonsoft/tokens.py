"""Newtonsoft.Json.Linq's tokens: JSON as a tree that knows its parents.

A text that was read stays what Python's json module made of it until somebody asks for a child: then one level of it
becomes tokens (`JArray.items`, `JObject.members`). Source: Newtonsoft.Json 13.0.1, Linq/*.cs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from apim_lab.csharp import types
from apim_lab.csharp.runtime.exceptions import InsufficientExecutionStackException, InvalidOperationException
from apim_lab.csharp.runtime.memory import OBJECT as OBJECT_SIZE
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.values import Int64, object_text
from apim_lab.dotnet.exceptions import (
    ArgumentException,
    ArgumentNullException,
    ArgumentOutOfRangeException,
    JsonException,
)
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import Convertible, KeyValuePair, pair_type, pairs
from apim_lab.newtonsoft.casts import CONVERSIONS
from apim_lab.newtonsoft.comparison import compare
from apim_lab.newtonsoft.dates import is_like_a_date, read_date
from apim_lab.newtonsoft.token_types import (
    ARRAY,
    BOOLEAN,
    COMMENT,
    CONSTRUCTOR,
    DATE,
    FLOAT,
    INTEGER,
    NULL,
    OBJECT,
    PROPERTY,
    STRING,
    BigInteger,
    JTokenType,
    class_name,
    value_type,
)
from apim_lab.newtonsoft.writer import write_array, write_constructor, write_object, write_property, write_value

# What a token takes with the value it holds, and with what it takes to make it
_TOKEN_SIZE = 4 * OBJECT_SIZE
_LONG = range(-(2**63), 2**63)


class JToken(Convertible):
    """Any JSON value. `parent` is the JObject, JArray or JConstructor it stands in, or a JProperty that is in none."""

    __slots__ = ("parent",)
    parent: "JContainer | None"
    type: JTokenType

    def children(self) -> Sequence["JToken"]:
        """What stands in the token: an object's properties, an array's items."""
        return ()

    def __iter__(self) -> Iterator["JToken"]:
        return iter(())

    def clone(self) -> "JToken":
        raise NotImplementedError

    def written(self, line: str) -> str:
        """The token as JSON; `line` is what begins a line at this depth, "" if there are none."""
        raise NotImplementedError

    def equals(self, other: "JToken") -> bool:
        """`JToken.DeepEquals`: by value; the order of an object's members does not matter."""
        raise NotImplementedError


class JValue(JToken):
    """A value: `value` has its exact .NET type. JSON's integers are Int64, and BigInteger where they are too large."""

    __slots__ = ("type", "value")
    is_value: ClassVar[bool] = True
    value: Any

    def __init__(self, value: object, type_: JTokenType | None = None) -> None:
        self.parent = None
        self.value = value
        self.type = value_type(value) if type_ is None else type_

    def clone(self) -> "JValue":
        allocate(_TOKEN_SIZE)
        return JValue(self.value, self.type)

    def equals(self, other: JToken) -> bool:
        return self is other or (
            isinstance(other, JValue) and self.type is other.type and compare(self.type, self.value, other.value) == 0
        )

    def written(self, line: str) -> str:
        return write_value(self.type, self.value)

    def compare_to(self, other: "JValue") -> int:
        """Below 0, 0 or above 0: a text is compared as what the other one is."""
        return compare(other.type if self.type is STRING else self.type, self.value, other.value)

    def assign(self, value: object) -> None:
        """`Value = value`: the kind follows the value, unless its class stays."""
        if value.__class__ is not self.value.__class__:
            self.type = COMMENT if value.__class__ is str and self.type is COMMENT else value_type(value)
        self.value = value

    def plain(self) -> Any:
        return self.value

    def convert_to(self, keyword: str) -> Any:
        return CONVERSIONS[keyword].to_value(self.type, self.value)

    def same_as(self, other: object) -> bool:
        return isinstance(other, JValue) and self.equals(other)

    def text(self) -> str:
        return to_string(self.value)


class JContainer(JToken):
    """What has children. `version` counts its changes, so that an enumeration notices them."""

    __slots__ = ("version",)
    version: int

    def __len__(self) -> int:
        raise NotImplementedError

    def __iter__(self) -> Iterator[JToken]:
        """The children; raises InvalidOperationException if there is a change meanwhile."""
        return iterate(self, self.children())

    def insert(self, index: int, item: JToken) -> None:
        """Put one token at a position: a copy of it, if it stands elsewhere already or would close a circle."""
        raise NotImplementedError

    def replace_at(self, index: int, item: JToken | None) -> None:
        raise NotImplementedError

    def remove_at(self, index: int) -> None:
        raise NotImplementedError

    def clear(self) -> None:
        raise NotImplementedError

    def index_of(self, item: JToken | None) -> int:
        """Where this very token is among the children, -1 if nowhere."""
        return position_in(self.children(), item)

    def remove(self, item: JToken) -> bool:
        index = self.index_of(item)
        if index >= 0:
            self.remove_at(index)
        return index >= 0

    def add(self, content: object) -> None:
        """`Add(object)`: an enumerable adds each of its items."""
        self.insert_content(len(self), content)

    def insert_content(self, index: int, content: object) -> None:
        """As Newtonsoft does it: item n of an enumerable goes to the position of its first plus n, nested or not."""
        if not is_enumerable(content):
            self.insert(index, content if isinstance(content, JToken) else JValue(content))
            return
        for number, item in enumerate(items_of(content)):
            self.insert_content(index + number, item)

    def owned(self, item: JToken) -> JToken:
        """The item as it may become a child of this: itself, or a copy."""
        allocate(_TOKEN_SIZE)
        if item.parent is not None or item is self:
            return item.clone()
        return item.clone() if isinstance(item, JContainer) and len(item) and item is root_of(self) else item

    def refusal(self, item: JToken) -> ArgumentException:
        return ArgumentException(f"Can not add {class_name(item)} to {class_name(self)}.")

    def text(self) -> str:
        return write_json(self)


def is_enumerable(content: object) -> bool:
    """Whether Newtonsoft takes it for several contents: an array, but no text, no token and no `byte[]`."""
    return isinstance(content, Iterable) and not isinstance(content, str | bytearray | JToken)


def items_of(content: Any) -> Iterable[object]:
    return pairs(types.STRING, types.OBJECT)(content) if isinstance(content, Mapping) else content


def position_in(tokens: Sequence[JToken], item: JToken | None) -> int:
    """Where this very token is, -1 if nowhere."""
    # Not memory but the time of the search
    allocate(len(tokens) * REFERENCE)
    return next((index for index, token in enumerate(tokens) if token is item), -1)


def root_of(token: JToken) -> JToken:
    """The token that all this one stands in begins with."""
    depth = 0
    while token.parent is not None:
        token = token.parent
        depth += 1
    # Not memory but time, which a deep tree would take again for every token put into it
    if depth:
        allocate(depth * OBJECT_SIZE)
    return token


def _null() -> JValue:
    return JValue(None, NULL)


def is_unchanged(existing: JToken, item: JToken | None) -> bool:
    """Whether the item equals the value it would replace: then Newtonsoft leaves that where it is."""
    if not isinstance(existing, JValue):
        return False
    return existing.type is NULL if item is None else existing.equals(item)


# .NET's on Windows
NEW_LINE = "\r\n"


def write_json(token: JToken, *, indented: bool = True) -> str:
    """`token.ToString(Formatting)`: two spaces for each level, or no white space at all."""
    try:
        return token.written(NEW_LINE if indented else "")
    except RecursionError:
        raise InsufficientExecutionStackException from None


def _counted(text: str) -> str:
    """What was written of a text that was read: several tokens may share it, as copies do."""
    allocate(len(text))
    return text


_OUTSIDE = "Index was out of range. Must be non-negative and less than the size of the collection."


def _out_of_range(message: str) -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException(f"{message} (Parameter 'index')")


class JList(JContainer):
    """An array or a constructor. `raw` are the items as the json module read them, until `items` is asked for."""

    __slots__ = ("items", "raw")
    items: list[JToken]

    def __init__(self, raw: list[object] | None = None) -> None:
        self.parent = None
        self.version = 0
        self.raw = raw
        if raw is None:
            self.items = []

    def __getattr__(self, name: str) -> list[JToken]:
        if name != "items" or self.raw is None:
            raise AttributeError(name)
        allocate(len(self.raw) * _TOKEN_SIZE)
        self.items = [_from_raw(value, self) for value in self.raw]
        self.raw = None
        return self.items

    def __len__(self) -> int:
        return len(self.items if self.raw is None else self.raw)

    def children(self) -> Sequence[JToken]:
        return self.items

    def clone(self) -> Self:
        allocate(_TOKEN_SIZE)
        copy = self.empty()
        if self.raw is None:
            copy.items = [item.clone() for item in self.items]
            for item in copy.items:
                item.parent = copy
        return copy

    def empty(self) -> Self:
        """A new one, of the same raw items if there are any."""
        return self.__class__(self.raw)

    def equals(self, other: JToken) -> bool:
        if self is other:
            return True
        same = other.__class__ is self.__class__ and isinstance(other, JList) and len(self) == len(other)
        return same and all(a.equals(b) for a, b in zip(self.children(), other.children(), strict=True))

    def checked(self, item: JToken) -> JToken:
        item = self.owned(item)
        if isinstance(item, JProperty):
            raise self.refusal(item)
        return item

    def at(self, index: int) -> JToken:
        """Raises ArgumentOutOfRangeException."""
        if not 0 <= index < len(self):
            raise _out_of_range(_OUTSIDE)
        return self.items[index]

    def insert(self, index: int, item: JToken) -> None:
        if index > len(self):
            raise _out_of_range("Index must be within the bounds of the List.")
        item = self.checked(item)
        if index < 0:
            raise _out_of_range(_OUTSIDE)
        self.version += 1
        item.parent = self
        self.items.insert(index, item)

    def replace_at(self, index: int, item: JToken | None) -> None:
        self._check_bounds(index)
        existing = self.items[index]
        if is_unchanged(existing, item):
            return
        item = self.checked(_null() if item is None else item)
        self.version += 1
        item.parent, existing.parent = self, None
        self.items[index] = item

    def remove_at(self, index: int) -> None:
        self._check_bounds(index)
        self.version += 1
        self.items.pop(index).parent = None

    def _check_bounds(self, index: int) -> None:
        if index < 0:
            raise _out_of_range("Index is less than 0.")
        if index >= len(self):
            raise _out_of_range("Index is equal to or greater than Count.")

    def clear(self) -> None:
        self.version += 1
        for item in self.items:
            item.parent = None
        self.items = []


class JArray(JList):
    __slots__ = ()
    type = ARRAY

    def written(self, line: str) -> str:
        return write_array(self.items, line) if self.raw is None else _counted(write_array(self.raw, line))


class JConstructor(JList):
    """`new Date(1)` in what JavaScript took for JSON."""

    __slots__ = ("name",)
    type = CONSTRUCTOR

    def __init__(self, name: str) -> None:
        """Raises ArgumentException for an empty name."""
        super().__init__()
        if not name:
            raise ArgumentException("Constructor name cannot be empty.", "name")
        self.name = name

    def empty(self) -> Self:
        return self.__class__(self.name)

    def equals(self, other: JToken) -> bool:
        return isinstance(other, JConstructor) and self.name == other.name and super().equals(other)

    def written(self, line: str) -> str:
        return write_constructor(self.name, self.items, line)


# What enumerating a JObject yields
_MEMBER = pair_type(types.STRING, types.Type("JToken", full_name="Newtonsoft.Json.Linq.JToken"))


class JObject(JContainer):
    """`members` are the values by their names. A JProperty is made of one when it is asked for, and then kept."""

    __slots__ = ("_properties", "members", "raw")
    type = OBJECT
    members: dict[str, JToken]

    def __init__(self, raw: dict[str, object] | None = None) -> None:
        self.parent = None
        self.version = 0
        self.raw = raw
        self._properties: dict[str, JProperty] = {}
        if raw is None:
            self.members = {}

    def __getattr__(self, name: str) -> dict[str, JToken]:
        if name != "members" or self.raw is None:
            raise AttributeError(name)
        allocate(len(self.raw) * _TOKEN_SIZE)
        self.members = {key: _from_raw(value, self) for key, value in self.raw.items()}
        self.raw = None
        return self.members

    def __len__(self) -> int:
        return len(self.members if self.raw is None else self.raw)

    def pairs(self) -> Iterator[KeyValuePair]:
        """What `foreach` sees of it."""
        return (KeyValuePair(item.name, item.value, _MEMBER) for item in iterate(self, self.children()))

    def children(self) -> Sequence["JProperty"]:
        if len(self._properties) < len(self):
            allocate(len(self) * _TOKEN_SIZE)
        return [self._property(name) for name in self.members]

    def get(self, name: str) -> JToken | None:
        """The member of this name; no tokens are made of the others for the sake of one that is not there."""
        return None if self.raw is not None and name not in self.raw else self.members.get(name)

    def property(self, name: str | None) -> "JProperty | None":
        return self._property(name) if name is not None and name in self.members else None

    def _property(self, name: str) -> "JProperty":
        found = self._properties.get(name)
        if found is None:
            found = self._properties[name] = JProperty(name)
            found.parent = self
        return found

    def name_of(self, value: JToken) -> str:
        """The name of a member, by its value."""
        allocate(len(self.members) * REFERENCE)
        return next(name for name, member in self.members.items() if member is value)

    def clone(self) -> "JObject":
        allocate(_TOKEN_SIZE)
        copy = JObject(self.raw)
        if self.raw is None:
            copy.members = {name: value.clone() for name, value in self.members.items()}
            for value in copy.members.values():
                value.parent = copy
        return copy

    def equals(self, other: JToken) -> bool:
        if self is other:
            return True
        if not isinstance(other, JObject) or len(self) != len(other):
            return False
        theirs = other.members
        return all(name in theirs and value.equals(theirs[name]) for name, value in self.members.items())

    def written(self, line: str) -> str:
        return write_object(self.members, line) if self.raw is None else _counted(write_object(self.raw, line))

    def set(self, name: str | None, item: JToken | None) -> None:
        """`this[name] = item`."""
        if name is None or name not in self.members:
            self.add(new_property(name, item))
            return
        existing = self.members[name]
        if is_unchanged(existing, item):
            return
        value = self._property(name).checked(_null() if item is None else item)
        value.parent, existing.parent = self, None
        self.members[name] = value

    def insert(self, index: int, item: JToken) -> None:
        if item.type is COMMENT:
            return
        if index > len(self):
            raise _out_of_range("Index must be within the bounds of the List.")
        added = self._checked(self.owned(item), "")
        self.version += 1
        is_last = index == len(self.members)
        added.attach(self)
        self.members[added.name] = added.held
        self._properties[added.name] = added
        if not is_last:
            self._move_last_to(index)

    def _move_last_to(self, index: int) -> None:
        allocate(len(self.members) * REFERENCE)
        items = list(self.members.items())
        items.insert(index, items.pop())
        self.members = dict(items)

    def _checked(self, item: JToken, replaced: str | None) -> "JProperty":
        """Raises ArgumentException for what is no property, and for one whose name is there already."""
        if not isinstance(item, JProperty):
            raise self.refusal(item)
        if item.name != replaced and item.name in self.members:
            raise ArgumentException(
                f"Can not add property {item.name} to {class_name(self)}. "
                "Property with the same name already exists on object."
            )
        return item

    def replace_at(self, index: int, item: JToken | None) -> None:
        name = list(self.members)[index]
        added = self._checked(self.owned(_null() if item is None else item), name)
        self.version += 1
        self.detached(name)
        added.attach(self)
        names = [*self.members]
        names.insert(index, added.name)
        self._properties[added.name] = added
        self.members = {key: added.held if key == added.name else self.members[key] for key in names}

    def remove_at(self, index: int) -> None:
        self.version += 1
        self.detached(list(self.members)[index])

    def detached(self, name: str) -> "JProperty":
        """The property of this name, taken out of the object."""
        taken = self._property(name)
        del self._properties[name]
        taken.parent = None
        taken.held = self.members.pop(name)
        taken.held.parent = taken
        return taken

    def remove_named(self, name: str | None) -> bool:
        if name is None or name not in self.members:
            return False
        self.version += 1
        self.detached(name)
        return True

    def clear(self) -> None:
        self.version += 1
        for name in list(self.members):
            self.detached(name)


class JProperty(JContainer):
    """A name and its value. The value of a property that stands in an object is the object's member."""

    __slots__ = ("held", "name")
    type = PROPERTY
    held: JToken

    def __init__(self, name: str) -> None:
        self.parent = None
        self.version = 0
        self.name = name

    def __len__(self) -> int:
        return 1

    @property
    def value(self) -> JToken:
        return self.parent.members[self.name] if isinstance(self.parent, JObject) else self.held

    def attach(self, owner: JObject) -> None:
        self.parent = owner
        self.held.parent = owner

    def children(self) -> Sequence[JToken]:
        return [self.value]

    def clone(self) -> "JProperty":
        return new_property(self.name, self.value.clone())

    def equals(self, other: JToken) -> bool:
        return isinstance(other, JProperty) and self.name == other.name and self.value.equals(other.value)

    def written(self, line: str) -> str:
        return write_property(self.name, self.value, line)

    def checked(self, item: JToken) -> JToken:
        item = self.owned(item)
        if isinstance(item, JProperty):
            raise self.refusal(item)
        return item

    def replace_at(self, index: int, item: JToken | None) -> None:
        if index != 0:
            raise ArgumentOutOfRangeException
        if isinstance(self.parent, JObject):
            self.parent.set(self.name, item)
        elif not is_unchanged(self.held, item):
            self.held.parent = None
            self.hold(item)

    def hold(self, item: JToken | None) -> None:
        held = self.checked(_null() if item is None else item)
        held.parent = self
        self.held = held

    def insert(self, index: int, item: JToken) -> None:
        if item.type is not COMMENT:
            raise JsonException("Newtonsoft.Json.Linq.JProperty cannot have multiple values.")

    def remove_at(self, index: int) -> None:
        raise _fixed()

    def remove(self, item: JToken) -> bool:
        raise _fixed()

    def clear(self) -> None:
        raise _fixed()


def _fixed() -> JsonException:
    return JsonException("Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.")


def new_property(name: str | None, content: object) -> JProperty:
    """`new JProperty(name, content)`: several contents become an array."""
    if name is None:
        raise ArgumentNullException("name")
    created = JProperty(name)
    if is_enumerable(content):
        array = JArray()
        array.add(content)
        created.hold(array)
    else:
        created.hold(content if isinstance(content, JToken) else JValue(content))
    return created


def iterate[T: JToken](owner: JContainer, tokens: Sequence[T]) -> Iterator[T]:
    """The children one by one; raises InvalidOperationException when the owner was changed meanwhile."""
    version = owner.version
    for token in tokens:
        if owner.version != version:
            break
        yield token
    if owner.version != version:
        raise InvalidOperationException("Collection was modified; enumeration operation may not execute.")


_KINDS: Mapping[type, JTokenType] = {bool: BOOLEAN, float: FLOAT, type(None): NULL}


def _from_raw(value: Any, parent: JContainer) -> JToken:
    """The token of what the json module read."""
    token = token_of(value)
    token.parent = parent
    return token


def token_of(value: Any) -> JToken:
    """The token of a value as the json module reads it; a text may be a date."""
    class_ = value.__class__
    if class_ is str:
        return _text_token(value)
    if class_ is int:
        return JValue(Int64(value) if value in _LONG else BigInteger(value), INTEGER)
    if class_ is dict:
        return JObject(value)
    if class_ is list:
        return JArray(value)
    return JValue(value, _KINDS[class_])


def _text_token(text: str) -> JValue:
    date = read_date(text) if is_like_a_date(text) else None
    return JValue(text, STRING) if date is None else JValue(date, DATE)


@object_text.register
def _class_name(token: JToken) -> str:
    return f"Newtonsoft.Json.Linq.{token.__class__.__name__}"
