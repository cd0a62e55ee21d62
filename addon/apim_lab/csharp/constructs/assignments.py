"""Assignments, `++` and `--`: what can be assigned is a place. Source: the C# specification, "Assignment operators"."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from apim_lab.csharp import variables
from apim_lab.csharp.binding.conversions import apply, explicit_between, implicit, implicit_between
from apim_lab.csharp.code import BROKEN, Code, Frame, constant, in_slot
from apim_lab.csharp.compiler import Compiler, ExpressionTable, Statement, nothing
from apim_lab.csharp.constructs.calls import arguments
from apim_lab.csharp.constructs.constants import NUMBERS
from apim_lab.csharp.constructs.declarations import storing
from apim_lab.csharp.constructs.elements import element, set_element
from apim_lab.csharp.constructs.invocation import invocation
from apim_lab.csharp.constructs.members import no_member
from apim_lab.csharp.constructs.operators import cannot_apply, operation
from apim_lab.csharp.constructs.statements import sequence
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.types import INT, INVALID, Type, underlying
from apim_lab.syntax.node import Node

_NO_TARGET = "The left-hand side of an assignment must be a variable, property or indexer"
_NO_OPERAND = "The operand of an increment or decrement operator must be a variable, property or indexer"


@dataclass(frozen=True)
class Place:
    """What can be assigned: a local variable, an element, a property.

    `read` is the code of its value, compiled only when asked for: a variable must have one then. `write` is the code
    that stores a value, which the node stands for, and yields it. `keep` runs first: it evaluates what the place
    depends on, so that `a[i++] += 5` counts once.
    """

    read: Callable[[], Code]
    write: Callable[[Code, Node], Code]
    keep: Statement = nothing


def _place(compiler: Compiler, node: Node, message: str, *, kept: bool = True) -> Place | None:
    """What the node names; None, with a mistake, if it is nothing that can be assigned."""
    while node.kind == "parenthesized_expression":
        node = node.parts[0]
    find = _PLACES.get(node.kind)
    if find is not None:
        return find(compiler, node, message, kept)
    compiler.mistake(node, message)
    return None


def _local_place(compiler: Compiler, node: Node, message: str, _kept: bool) -> Place | None:
    local = compiler.find(node.text)
    if local is None:
        if compiler.expression(node).type != INVALID:
            compiler.mistake(node, f"'{node.text}' is read only")
        return None
    if local.constant is not None:
        compiler.mistake(node, message)
        return None
    if local.read_only:
        compiler.mistake(node, f"Cannot assign to '{node.text}' because it is a '{local.read_only}'")
    return Place(lambda: compiler.expression(node), lambda value, at: _stored(compiler, local, value, at))


def _stored(compiler: Compiler, local: Local, value: Code, node: Node) -> Code:
    compute = compiler.converted(value, local.type, node).run
    compiler.assign(local)
    return Code(local.type, variables.storing(local, compute))


def _element_place(compiler: Compiler, node: Node, _message: str, kept: bool) -> Place | None:
    owner = compiler.value(node["expression"])
    given = arguments(compiler, node["subscript"])
    if not kept:
        return Place(lambda: BROKEN, lambda value, _: set_element(compiler, node, owner, given, value))
    keep_owner, held_owner = _held(compiler, owner)
    keys = [_held(compiler, argument.code) for argument in given]
    held = [replace(argument, code=key) for argument, (_, key) in zip(given, keys, strict=True)]
    return Place(
        lambda: element(compiler, node, held_owner, held),
        lambda value, _: set_element(compiler, node, held_owner, held, value),
        sequence([keep_owner, *[keep for keep, _ in keys]]),
    )


def _held(compiler: Compiler, code: Code) -> tuple[Statement, Code]:
    """Code that is evaluated once and read twice."""
    slot = compiler.new_slot()
    return storing(slot, code.run), in_slot(code.type, slot)


def _property_place(compiler: Compiler, node: Node, message: str, _kept: bool) -> Place | None:
    if compiler.named_type(node["expression"]) is not None:
        compiler.mistake(node, message)
        return None
    owner, name = compiler.value(node["expression"]), node["name"]
    property_ = compiler.library.member(owner.type, name.text)
    if owner.type == INVALID or property_ is None:
        if owner.type != INVALID:
            no_member(compiler, name, owner.type)
        return None
    setter = compiler.library.setter(owner.type, name.text)
    if setter is None:
        compiler.mistake(
            name, f"Property or indexer '{owner.type}.{name.text}' cannot be assigned to -- it is read only"
        )
        return None
    type_, set_value = property_.signature.result, setter.implementation
    keep, held = _held(compiler, owner)
    return Place(
        lambda: Code(type_, invocation(property_.implementation, [held.run], checked=True)),
        lambda value, at: _property_stored(type_, held, set_value, compiler.converted(value, type_, at)),
        keep,
    )


def _property_stored(type_: Type, owner: Code, set_value: Callable[[Any, Any], object], value: Code) -> Code:
    run_owner, run_value = owner.run, value.run

    def store(frame: Frame) -> Any:
        receiver, assigned = run_owner(frame), run_value(frame)
        if receiver is None:
            raise NullReferenceException
        set_value(receiver, assigned)
        return assigned

    return Code(type_, store)


_PLACES: dict[str, Callable[[Compiler, Node, str, bool], Place | None]] = {
    "identifier": _local_place,
    "element_access_expression": _element_place,
    "member_access_expression": _property_place,
}


def _assignment(compiler: Compiler, node: Node) -> Code:
    symbol = node["operator"].kind
    place = _place(compiler, node["left"], _NO_TARGET, kept=symbol != "=")
    if place is None:
        compiler.value(node["right"])
        return BROKEN
    if symbol == "=":
        value = compiler.value(node["right"])
    else:
        value = _compound(compiler, node, place.read(), symbol.removesuffix("="))
    return _keeping(place, place.write(value, node["right"]))


def _compound(compiler: Compiler, node: Node, target: Code, symbol: str) -> Code:
    """The value of `x += y` is `(T)(x + y)`, if y is converted to T by itself or shifts."""
    value = compiler.value(node["right"])
    result = operation(compiler, node, symbol, target, value)
    if implicit_between(compiler.library, result.type, target.type) is None and (
        symbol in {"<<", ">>"} or implicit(compiler.library, value, target.type)
    ):
        return _cast_back(compiler, result, target.type)
    return result


def _cast_back(compiler: Compiler, result: Code, type_: Type) -> Code:
    conversion = explicit_between(compiler.library, result.type, type_)
    return apply(conversion, result, type_) if conversion else result


def _keeping(place: Place, code: Code) -> Code:
    if place.keep is nothing:
        return code
    keep, run = place.keep, code.run

    def keeping(frame: Frame) -> Any:
        keep(frame)
        return run(frame)

    return Code(code.type, keeping)


def _increment(compiler: Compiler, node: Node) -> Code:
    operator, target = node["operator"], node["value"]
    place = _place(compiler, target, _NO_OPERAND)
    if place is None:
        return BROKEN
    before = place.read()
    if underlying(before.type).name not in NUMBERS:
        return cannot_apply(compiler, node, operator.kind, before.type)
    counted = _cast_back(compiler, operation(compiler, node, operator.kind[0], before, constant(INT, 1)), before.type)
    code = place.write(counted, node)
    return _keeping(place, code if operator.start < target.start else _yielding(before, code))


def _yielding(before: Code, code: Code) -> Code:
    """`x++` is what x was before."""
    read, run = before.run, code.run

    def yielding(frame: Frame) -> Any:
        value = read(frame)
        run(frame)
        return value

    return Code(before.type, yielding)


EXPRESSIONS: ExpressionTable = {
    "assignment_expression": _assignment,
    "increment_expression": _increment,
}
