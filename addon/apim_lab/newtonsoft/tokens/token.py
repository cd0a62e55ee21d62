"""Tokens, and those that have children. Source: Newtonsoft.Json 13.0.1, Linq/JToken.cs, Linq/JContainer.cs."""

from collections.abc import Iterator, Sequence

from apim_lab.csharp.runtime.exceptions import InsufficientExecutionStackException, InvalidOperationException
from apim_lab.csharp.runtime.memory import OBJECT, REFERENCE, allocate
from apim_lab.csharp.runtime.values import object_text
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.values import Convertible
from apim_lab.newtonsoft.text.writer import NEW_LINE
from apim_lab.newtonsoft.token_types import JTokenType, class_name

# What a token takes with the value it holds, and with what it takes to make it
TOKEN_SIZE = 4 * OBJECT


class JToken(Convertible):
    """Any JSON value. `parent` is the JObject, JArray or JConstructor it stands in, or a JProperty that is in none.

    `source` is the text that it was read from, of the root alone.
    """

    __slots__ = ("parent", "source")
    parent: "JContainer | None"
    source: str
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

    def append(self, item: JToken) -> None:
        self.insert(len(self), item)

    def owned(self, item: JToken) -> JToken:
        """The item as it may become a child of this: itself, or a copy."""
        allocate(TOKEN_SIZE)
        if item.parent is not None or item is self:
            return item.clone()
        return item.clone() if isinstance(item, JContainer) and len(item) and item is root_of(self) else item

    def refusal(self, item: JToken) -> ArgumentException:
        return ArgumentException(f"Can not add {class_name(item)} to {class_name(self)}.")

    def text(self) -> str:
        return write_json(self)


def root_of(token: JToken) -> JToken:
    """The token that all this one stands in begins with."""
    depth = 0
    while token.parent is not None:
        token = token.parent
        depth += 1
    # Not memory but time, which a deep tree would take again for every token put into it
    if depth:
        allocate(depth * OBJECT)
    return token


def position_in(tokens: Sequence[JToken], item: JToken | None) -> int:
    """Where this very token is, -1 if nowhere."""
    # Not memory but the time of the search
    allocate(len(tokens) * REFERENCE)
    return next((index for index, token in enumerate(tokens) if token is item), -1)


@object_text.register
def _class_name(token: JToken) -> str:
    return f"Newtonsoft.Json.Linq.{token.__class__.__name__}"


def iterate[T: JToken](owner: JContainer, tokens: Sequence[T]) -> Iterator[T]:
    """The children one by one; raises InvalidOperationException when the owner was changed meanwhile."""
    version = owner.version
    for token in tokens:
        if owner.version != version:
            break
        yield token
    if owner.version != version:
        raise InvalidOperationException("Collection was modified; enumeration operation may not execute.")


def write_json(token: JToken, *, indented: bool = True) -> str:
    """`token.ToString(Formatting)`: two spaces for each level, or no white space at all."""
    try:
        return token.written(NEW_LINE if indented else "")
    except RecursionError:
        raise InsufficientExecutionStackException from None


def out_of_range(message: str) -> ArgumentOutOfRangeException:
    return ArgumentOutOfRangeException(f"{message} (Parameter 'index')")
