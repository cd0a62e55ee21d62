"""Indexers and elements of arrays. Source: the C# specification, "Element access"."""

from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.binding.reference_conversions import is_instance, is_reference
from apim_lab.csharp.code import BROKEN, Code, Run
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.calls import Call, arguments, select_item
from apim_lab.csharp.constructs.invocation import argument_values, call, invocation
from apim_lab.csharp.runtime.exceptions import ArrayTypeMismatchException
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import INVALID
from apim_lab.syntax.node import Node


def _element(compiler: Compiler, node: Node) -> Code:
    target = node["expression"]
    if target.kind == "array_creation_expression" and target.parts[-1].kind != "initializer_expression":
        return compiler.mistake(node["subscript"], "Invalid rank specifier: expected ',' or ']'")
    return element(compiler, node, compiler.value(target), arguments(compiler, node["subscript"]))


def element(compiler: Compiler, node: Node, target: Code, given: Sequence[Argument]) -> Code:
    """`target[given]`."""
    if target.type == INVALID:
        return BROKEN
    if target.type.name == "[]" and any(argument.name for argument in given):
        return compiler.mistake(node, "An array access may not have a named argument specifier")
    select_item(compiler, "this", target, given)
    methods = compiler.library.indexers(target.type)
    if not methods:
        return compiler.mistake(node, f"Cannot apply indexing with [] to an expression of type '{target.type}'")
    found = Call(compiler, node.fields.get("subscript", node), "this", given).best(methods)
    if found is None:
        return BROKEN
    compiler.uses(node, target.type, found.method.owner, "Item")
    return call(compiler, found, target)


def set_element(compiler: Compiler, node: Node, target: Code, given: Sequence[Argument], value: Code) -> Code:
    """`target[given] = value`."""
    if INVALID in {target.type, value.type}:
        return BROKEN
    methods = compiler.library.indexers(target.type, setters=True)
    if not methods:
        return _no_setter(compiler, node, target, given)
    found = Call(compiler, node, "this", given).best(methods)
    if found is None:
        return BROKEN
    type_, slot = found.signature.result, compiler.new_slot()
    runs = [target.run, *[code.run for code in argument_values(compiler.library, found)]]
    runs.append(_remembering(slot, compiler.converted(value, type_, node).run))
    setter = found.method.implementation
    if target.type.name == "[]" and is_reference(compiler.library, type_):
        setter = _of_covariant_array(compiler.library, setter)
    return Code(type_, _yielding(slot, invocation(setter, runs, checked=True)))


def _of_covariant_array(library: Library, setter: Implementation) -> Implementation:
    """An `object[]` may be a `string[]`, which takes strings only."""

    def set_item(array: Array, index: int, value: Any) -> None:
        in_range = 0 <= index < len(array)
        if in_range and value is not None and not is_instance(library, value, array.type.arguments[0]):
            raise ArrayTypeMismatchException
        setter(array, index, value)

    return set_item


def _remembering(slot: int, run: Run) -> Run:
    def remembering(frame: Any) -> Any:
        frame.locals[slot] = value = run(frame)
        return value

    return remembering


def _yielding(slot: int, run: Run) -> Run:
    """An assignment yields the value that it assigned."""

    def yielding(frame: Any) -> Any:
        run(frame)
        return frame.locals[slot]

    return yielding


def _no_setter(compiler: Compiler, node: Node, target: Code, given: Sequence[Argument]) -> Code:
    if element(compiler, node, target, given).type == INVALID:
        return BROKEN
    (indexer,) = compiler.library.indexers(target.type)[:1]
    shown = ", ".join(str(parameter.type) for parameter in indexer.signature.parameters)
    return compiler.mistake(
        node, f"Property or indexer '{target.type}.this[{shown}]' cannot be assigned to -- it is read only"
    )


EXPRESSIONS: ExpressionTable = {
    "element_access_expression": _element,
}
