"""Tuples: `(a: 1, "x")`. Source: the C# 7 reference, "Tuple types"; Roslyn's tuples.md."""

from apim_lab.csharp.binding.tuples import name_mistake, without_ambiguity
from apim_lab.csharp.code import BROKEN, Code, Frame
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.anonymous_objects import implied_name
from apim_lab.csharp.runtime.memory import OBJECT, REFERENCE, allocate
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.scopes import meant
from apim_lab.csharp.types import INVALID, TUPLE, TYPELESS, VOID, tuple_of
from apim_lab.syntax.node import Node


def _tuple(compiler: Compiler, node: Node) -> Code:
    items = tuple(_item(compiler, argument.parts[-1]) for argument in node.parts)
    written = [meant(argument["name"].text) if "name" in argument.fields else "" for argument in node.parts]
    if mistake := name_mistake(written):
        compiler.mistake(node, mistake)
    names = without_ambiguity(written, [implied_name(argument.parts[-1]) for argument in node.parts])
    types = [item.type for item in items]
    if INVALID in types:
        return BROKEN
    type_ = TUPLE if any(each in TYPELESS for each in types) else tuple_of(types, names)
    if type_ != TUPLE and compiler.library.definition(type_) is None:
        return compiler.mistake(node, f"Tuples of {len(types)} elements are not supported here")
    runs, size = [item.run for item in items], OBJECT + len(items) * REFERENCE

    def create(frame: Frame) -> ValueTuple:
        allocate(size)
        return ValueTuple(type_, [run(frame) for run in runs])

    return Code(type_, create, items=items)


def _item(compiler: Compiler, node: Node) -> Code:
    if node.kind == "declaration_expression":
        return compiler.mistake(node, "A declaration is not allowed in this context.")
    code = compiler.expression(node)
    if code.type == VOID:
        return compiler.mistake(node, "A tuple may not contain a value of type 'void'.")
    return code


EXPRESSIONS: ExpressionTable = {
    "tuple_expression": _tuple,
}
