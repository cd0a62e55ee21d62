"""What can be assigned: local variables, elements, properties. Source: the C# specification, "Variable references"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apim_lab.csharp import variables
from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.code import BROKEN, Code, Frame, in_slot
from apim_lab.csharp.compiler import Compiler, Statement, nothing
from apim_lab.csharp.constructs.calls import arguments
from apim_lab.csharp.constructs.elements import element, set_element
from apim_lab.csharp.constructs.invocation import invocation
from apim_lab.csharp.constructs.members import no_member
from apim_lab.csharp.constructs.statements import sequence
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.scopes import Local, meant
from apim_lab.csharp.types import INVALID, Type, is_tuple
from apim_lab.syntax.node import Node

NO_TARGET = "The left-hand side of an assignment must be a variable, property or indexer"


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


def place(compiler: Compiler, node: Node, message: str, *, kept: bool = True) -> Place | None:
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
    return element_place(
        compiler, node, compiler.value(node["expression"]), arguments(compiler, node["subscript"]), kept=kept
    )


def element_place(
    compiler: Compiler, node: Node, owner: Code, given: Sequence[Argument], *, kept: bool = False
) -> Place:
    """`owner[given]`; `kept` if it is read as well."""
    if not kept:
        return Place(lambda: BROKEN, lambda value, _: set_element(compiler, node, owner, given, value))
    keep_owner, held_owner = held_once(compiler, owner)
    keys = [held_once(compiler, argument.code) for argument in given]
    held = [replace(argument, code=key) for argument, (_, key) in zip(given, keys, strict=True)]
    return Place(
        lambda: element(compiler, node, held_owner, held),
        lambda value, _: set_element(compiler, node, held_owner, held, value),
        sequence([keep_owner, *[keep for keep, _ in keys]]),
    )


def held_once(compiler: Compiler, code: Code) -> tuple[Statement, Code]:
    """Code that is evaluated once and read several times: the closure to run first, and the code that reads."""
    if code.is_constant:
        return nothing, code
    slot, run = compiler.new_slot(), code.run

    def keep(frame: Frame) -> None:
        frame.locals[slot] = run(frame)

    return keep, in_slot(code.type, slot)


def _property_place(compiler: Compiler, node: Node, message: str, _kept: bool) -> Place | None:
    if compiler.named_type(node["expression"]) is not None:
        compiler.mistake(node, message)
        return None
    if is_tuple(_type_of_variable(compiler, node["expression"])):
        return _field_place(compiler, node, message)
    keep, held = held_once(compiler, compiler.value(node["expression"]))
    found = property_place(compiler, held, node["name"])
    return None if found is None else replace(found, keep=keep)


def _type_of_variable(compiler: Compiler, node: Node) -> Type:
    """The type of a local variable, of an element of its array, of a field of its tuple; INVALID for anything else."""
    if node.kind == "identifier":
        local = compiler.find(node.text)
        return INVALID if local is None else local.type
    if node.kind not in {"element_access_expression", "member_access_expression"}:
        return INVALID
    owner = _type_of_variable(compiler, node["expression"])
    if node.kind == "element_access_expression":
        return owner.arguments[0] if owner.name == "[]" else INVALID
    field = compiler.library.member(owner, meant(node["name"].text)) if is_tuple(owner) else None
    return field.signature.result if field else INVALID


def _field_place(compiler: Compiler, node: Node, message: str) -> Place | None:
    """`t.a`: the tuple that t holds gets another element, by an assignment to t."""
    owner, name = place(compiler, node["expression"], message), node["name"]
    if owner is None:
        return None
    before = owner.read()
    field = compiler.library.member(before.type, meant(name.text))
    if field is None:
        no_member(compiler, name, before.type)
        return None
    index, type_ = int(field.signature.name.removeprefix("Item")) - 1, field.signature.result
    read = before.run

    def write(value: Code, at: Node) -> Code:
        run = compiler.converted(value, type_, at).run
        code = owner.write(Code(before.type, lambda frame: read(frame).replacing(index, run(frame))), at)
        return Code(type_, lambda frame: code.run(frame).values[index])

    return Place(lambda: Code(type_, lambda frame: read(frame).values[index]), write, owner.keep)


def property_place(compiler: Compiler, owner: Code, name: Node) -> Place | None:
    """`owner.name`; None, with a mistake, if there is no such property, or none that can be assigned."""
    property_ = compiler.library.member(owner.type, meant(name.text))
    if owner.type == INVALID or property_ is None:
        if owner.type != INVALID:
            no_member(compiler, name, owner.type)
        return None
    if is_tuple(owner.type):
        compiler.mistake(name, "Cannot modify the return value of an expression because it is not a variable")
        return None
    setter = compiler.library.setter(owner.type, meant(name.text))
    if setter is None:
        compiler.mistake(
            name, f"Property or indexer '{owner.type}.{meant(name.text)}' cannot be assigned to -- it is read only"
        )
        return None
    type_, set_value = property_.signature.result, setter.implementation
    return Place(
        lambda: Code(type_, invocation(property_.implementation, [owner.run], checked=True)),
        lambda value, at: _property_stored(type_, owner, set_value, compiler.converted(value, type_, at)),
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
