"""`Queue<T>` and `Stack<T>`: items that are taken one by one. Source: .NET Core 3.1, Queue.cs and Stack.cs."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Array, Bytes, holding
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import BAD_INDEX, NOT_NEGATIVE, OUT_OF_BOUNDS, given
from apim_lab.dotnet.collections.enumeration import MODIFIED_SINCE, enumerate_unchanged
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.identity import equal


class Line:
    """Items of which the first is the next to be taken."""

    __slots__ = ("element", "items", "type", "version")
    name: ClassVar[str]

    def __init__(self, element: TypeArgument) -> None:
        self.element = element
        self.type = Type(self.name, (element.type,), f"System.Collections.Generic.{self.name}")
        self.items: deque[Any] = deque()
        self.version = 0

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return enumerate_unchanged(self, list(self.items), MODIFIED_SINCE)

    def put(self, item: Any) -> None:
        """Raises OutOfMemoryException if there are too many."""
        raise NotImplementedError

    def peek(self) -> Any:
        if not self.items:
            raise InvalidOperationException(f"{self.name} empty.")
        return self.items[0]

    def take(self) -> Any:
        item = self.peek()
        self.version += 1
        self.items.popleft()
        return item

    def try_peek(self) -> tuple[bool, Any]:
        return (True, self.items[0]) if self.items else (False, self.element.default)

    def try_take(self) -> tuple[bool, Any]:
        return (True, self.take()) if self.items else (False, self.element.default)

    def clear(self) -> None:
        self.items.clear()
        self.version += 1

    def contains(self, item: Any) -> bool:
        return any(equal(each, item) for each in self.items)

    def to_array(self) -> Array | Bytes:
        return holding(self.items, self.element.type)

    def copy_to(self, array: Any, index: int) -> None:
        given(array, "array")
        if not 0 <= index <= len(array):
            raise ArgumentOutOfRangeException.of(index, BAD_INDEX, "arrayIndex")
        if len(array) - index < len(self.items):
            raise ArgumentException(OUT_OF_BOUNDS)
        array[index : index + len(self.items)] = list(self.items)


class Queue(Line):
    """A `Queue<T>`."""

    __slots__ = ()
    name = "Queue"

    def put(self, item: Any) -> None:
        allocate(OBJECT)
        self.items.append(item)
        self.version += 1


class Stack(Line):
    """A `Stack<T>`."""

    __slots__ = ()
    name = "Stack"

    def put(self, item: Any) -> None:
        allocate(OBJECT)
        self.items.appendleft(item)
        self.version += 1


type _Constructor = Callable[[TypeArgument], Callable[..., Line]]


def _with_capacity(class_: type[Line]) -> _Constructor:
    def constructor(element: TypeArgument) -> Callable[[int], Line]:
        def create(capacity: int) -> Line:
            if capacity < 0:
                raise ArgumentOutOfRangeException.of(capacity, NOT_NEGATIVE, "capacity")
            allocate(capacity * OBJECT)
            return class_(element)

        return create

    return constructor


def _of_items(class_: type[Line]) -> _Constructor:
    def constructor(element: TypeArgument) -> Callable[[Any], Line]:
        def create(collection: Any) -> Line:
            created = class_(element)
            for item in element.items(given(collection, "collection")):
                created.put(item)
            created.version = 0
            return created

        return create

    return constructor


def _definition(class_: type[Line], put: str, take: str) -> Definition:
    return Definition(
        f"class {class_.name}<T> : IEnumerable<T>, IReadOnlyCollection<T>",
        f"System.Collections.Generic.{class_.name}",
        members={
            "new()": lambda element: lambda: class_(element),
            "new(int capacity)": _with_capacity(class_),
            "new(IEnumerable<T> collection)": _of_items(class_),
            "int Count": len,
            "void Clear()": class_.clear,
            "bool Contains(T item)": class_.contains,
            "void CopyTo(T[] array, int arrayIndex)": class_.copy_to,
            "T Peek()": class_.peek,
            f"T {take}()": class_.take,
            f"void {put}(T item)": class_.put,
            "T[] ToArray()": class_.to_array,
            "void TrimExcess()": lambda _: None,
            "bool TryPeek(out T result)": class_.try_peek,
            f"bool Try{take}(out T result)": class_.try_take,
        },
    )


DEFINITIONS = (_definition(Queue, "Enqueue", "Dequeue"), _definition(Stack, "Push", "Pop"))
