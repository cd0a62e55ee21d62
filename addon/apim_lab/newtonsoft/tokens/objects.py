"""Objects and their properties. Source: Newtonsoft.Json 13.0.1, Linq/JObject.cs, Linq/JProperty.cs."""

from collections.abc import Iterator, Sequence

from apim_lab.csharp import types
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.dotnet.exceptions import (
    ArgumentException,
    ArgumentNullException,
    ArgumentOutOfRangeException,
    JsonException,
)
from apim_lab.dotnet.values import KeyValuePair, pair_type
from apim_lab.newtonsoft.text.writer import write_object, write_property
from apim_lab.newtonsoft.token_types import COMMENT, OBJECT, PROPERTY, class_name
from apim_lab.newtonsoft.tokens.raw import EXPANDING, MAKERS, child_of, counted
from apim_lab.newtonsoft.tokens.token import TOKEN_SIZE, JContainer, JToken, iterate, out_of_range
from apim_lab.newtonsoft.tokens.value import is_unchanged, null

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
        if name != "members":
            raise AttributeError(name)
        with EXPANDING:
            raw = self.raw
            if raw is not None:
                allocate(len(raw) * TOKEN_SIZE)
                self.members = {key: child_of(value, self) for key, value in raw.items()}
                self.raw = None
        return self.members

    def __len__(self) -> int:
        raw = self.raw
        return len(self.members if raw is None else raw)

    def pairs(self) -> Iterator[KeyValuePair]:
        """What `foreach` sees of it."""
        return (KeyValuePair(item.name, item.value, _MEMBER) for item in iterate(self, self.children()))

    def children(self) -> Sequence["JProperty"]:
        if len(self._properties) < len(self):
            allocate(len(self) * TOKEN_SIZE)
        return [self._property(name) for name in self.members]

    def get(self, name: str) -> JToken | None:
        """The member of this name. If there is none, no tokens are made of the others."""
        raw = self.raw
        return None if raw is not None and name not in raw else self.members.get(name)

    def property(self, name: str | None) -> "JProperty | None":
        return self._property(name) if name is not None and name in self.members else None

    def _property(self, name: str) -> "JProperty":
        found = self._properties.get(name)
        if found is None:
            created = JProperty(name)
            created.parent = self
            found = self._properties.setdefault(name, created)
        return found

    def name_of(self, value: JToken) -> str:
        """The name of a member, by its value."""
        allocate(len(self.members) * REFERENCE)
        return next(name for name, member in self.members.items() if member is value)

    def clone(self) -> "JObject":
        allocate(TOKEN_SIZE)
        copy = JObject(self.raw)
        if copy.raw is None:
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
        raw = self.raw
        return write_object(self.members, line) if raw is None else counted(write_object(raw, line))

    def set(self, name: str | None, item: JToken | None) -> None:
        """`this[name] = item`."""
        if name is None or name not in self.members:
            self.append(new_property(name, item))
            return
        existing = self.members[name]
        if is_unchanged(existing, item):
            return
        value = self._property(name).checked(null() if item is None else item)
        value.parent, existing.parent = self, None
        self.members[name] = value

    def insert(self, index: int, item: JToken) -> None:
        if item.type is COMMENT:
            return
        if index > len(self):
            raise out_of_range("Index must be within the bounds of the List.")
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
        """Raises ArgumentException for a token that is no property, and for a name that the object has already."""
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
        added = self._checked(self.owned(null() if item is None else item), name)
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
        held = self.checked(null() if item is None else item)
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


def new_property(name: str | None, item: JToken | None) -> JProperty:
    if name is None:
        raise ArgumentNullException("name")
    created = JProperty(name)
    created.hold(item)
    return created


MAKERS[dict] = JObject
