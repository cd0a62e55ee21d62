"""Arrays and their initializers.

Source: the C# specification, "Array creation expressions" and "Array initializers".
"""

from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.binding.best_type import best_common_type
from apim_lab.csharp.binding.conversions import implicit
from apim_lab.csharp.code import Code
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.values import Array, Bytes, holding
from apim_lab.csharp.types import INT, INVALID, LONG, UINT, ULONG, Type, array_of
from apim_lab.syntax.node import Node

_MAX_LENGTH = 2**31 - 1


def _new_array(compiler: Compiler, node: Node) -> Code:
    """`new T[] { a, b }` and `new T[n]`; `new T[n][]` is an array of n arrays."""
    element, rank = _written_array(compiler, node["type"])
    sizes = rank.parts
    if rank.has(","):
        return compiler.mistake(node["type"], "Arrays of several dimensions are not supported here")
    size = _size(compiler, sizes[0]) if sizes else None
    initializer = next((part for part in node.parts if part.kind == "initializer_expression"), None)
    if initializer is not None:
        if size is not None:
            _check_size(compiler, initializer, size)
        return array_of_items(compiler, element, initializer)
    if size is None:
        return compiler.mistake(node, "Array creation must have array size or array initializer")
    return _sized_array(element, compiler.library.default_of(element), size)


def _written_array(compiler: Compiler, written: Node) -> tuple[Type, Node]:
    """The type of the elements, and the first brackets, which hold the size: those behind belong to the elements."""
    depth = 0
    while written["type"].kind == "array_type":
        written, depth = written["type"], depth + 1
    element = compiler.type(written["type"])
    if compiler.library.is_static(element):
        compiler.mistake(written, f"'{element}': array elements cannot be of static type")
    for _ in range(depth):
        element = array_of(element)
    return element, written["rank"]


# What the size of an array is converted to: the first of these that it converts to by itself
_SIZES = (INT, UINT, LONG, ULONG)


def _size(compiler: Compiler, node: Node) -> Code:
    value = compiler.value(node)
    target = next((type_ for type_ in _SIZES if implicit(compiler.library, value, type_)), INT)
    size = compiler.converted(value, target, node)
    if isinstance(size.constant, int) and size.constant < 0:
        return compiler.mistake(node, "Cannot create an array with a negative size")
    return size


def _check_size(compiler: Compiler, initializer: Node, size: Code) -> None:
    """A size in front of an initializer says what is there anyway."""
    if size.type == INVALID:
        return
    if not size.is_constant:
        compiler.mistake(initializer, "A constant value is expected")
    elif size.constant != len(initializer.parts):
        compiler.mistake(initializer, f"An array initializer of length '{size.constant}' is expected")


def _sized_array(element: Type, default: object, size: Code) -> Code:
    run = size.run

    def make(frame: Any) -> Array | Bytes:
        length = run(frame)
        if length < 0:
            raise OverflowException
        if length > _MAX_LENGTH:
            raise OverflowException("Array dimensions exceeded supported range.")
        allocate(length * REFERENCE)
        return holding([default] * length, element)

    return Code(array_of(element), make)


def _implied_array(compiler: Compiler, node: Node) -> Code:
    """`new[] { a, b }`: the element type is the one that all items convert to."""
    initializer = next(part for part in node.parts if part.kind == "initializer_expression")
    if node.has(","):
        return compiler.mistake(node, "Arrays of several dimensions are not supported here")
    items = [compiler.value(item) for item in initializer.parts]
    best = best_common_type(compiler.library, items)
    if best is None:
        return compiler.mistake(node, "No best type found for implicitly-typed array")
    return _array(compiler, best, initializer, items)


def array_of_items(compiler: Compiler, element: Type, initializer: Node) -> Code:
    """`{ a, b }`, each item converted to the element type."""
    return _array(compiler, element, initializer, [compiler.value(item) for item in initializer.parts])


def _array(compiler: Compiler, element: Type, initializer: Node, items: Sequence[Code]) -> Code:
    values = zip(items, initializer.parts, strict=True)
    runs = [compiler.converted(value, element, node).run for value, node in values]
    return Code(array_of(element), lambda frame: holding([run(frame) for run in runs], element))


EXPRESSIONS: ExpressionTable = {
    "array_creation_expression": _new_array,
    "implicit_array_creation_expression": _implied_array,
}
