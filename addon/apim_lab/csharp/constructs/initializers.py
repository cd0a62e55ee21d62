"""What is in braces behind `new T(...)`.

Source: the C# specification, "Object initializers" and "Collection initializers".

`{ P = v, ["k"] = v, Q = { ... } }` assigns to members, `{ a, { "k", v } }` calls `Add` for each item.
"""

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.code import Code, Frame
from apim_lab.csharp.compiler import Compiler, Statement, nothing
from apim_lab.csharp.constructs.calls import Call, arguments, instance_call
from apim_lab.csharp.constructs.elements import element
from apim_lab.csharp.constructs.members import member_value
from apim_lab.csharp.constructs.places import Place, element_place, held_once, property_place
from apim_lab.csharp.constructs.statements import discarding, sequence
from apim_lab.csharp.types import INVALID
from apim_lab.syntax.node import Node


def initialized(compiler: Compiler, created: Code, initializer: Node) -> Code:
    """`new T { ... }`: the new object, when all of its initializer is done."""
    keep, held = held_once(compiler, created)
    fill = _filling(compiler, held, initializer)
    read = held.run

    def run(frame: Frame) -> object:
        keep(frame)
        fill(frame)
        return read(frame)

    return Code(created.type, run)


def _filling(compiler: Compiler, held: Code, initializer: Node) -> Statement:
    if held.type == INVALID:
        return nothing
    items = initializer.parts
    if not items or _assigns(items[0]):
        return _assigning_members(compiler, held, items)
    if compiler.library.enumeration(held.type) is None:
        compiler.mistake(
            initializer,
            f"Cannot initialize type '{held.type}' with a collection initializer because it does not implement "
            "'System.Collections.IEnumerable'",
        )
        return nothing
    return sequence([_adding(compiler, held, item) for item in items])


def _assigns(item: Node) -> bool:
    return item.kind == "assignment_expression" and item["left"].kind in {"bracketed_argument_list", "identifier"}


def _adding(compiler: Compiler, held: Code, item: Node) -> Statement:
    if item.kind == "assignment_expression":
        compiler.mistake(item, "Invalid initializer member declarator")
        return nothing
    values = item.parts if item.kind == "initializer_expression" else [item]
    if not values:
        compiler.mistake(item, "Element initializer cannot be empty")
    elif values[0] is not item and sum(child.kind == "," for child in item.children) >= len(values):
        compiler.mistake(item, "Expected expression")
    given = [Argument(value, compiler.value(value)) for value in values]
    return discarding(instance_call(Call(compiler, item, "Add", given), held).run)


def _assigning_members(compiler: Compiler, held: Code, items: list[Node]) -> Statement:
    names: set[str] = set()
    for item in items:
        if not _assigns(item) or item["operator"].kind != "=":
            compiler.mistake(item, "Invalid initializer member declarator")
            return nothing
        name = item["left"].text
        if item["left"].kind == "identifier" and name in names:
            compiler.mistake(item, f"Duplicate initialization of member '{name}'")
        names.add(name)
    return sequence([_assigning(compiler, held, item) for item in items])


def _assigning(compiler: Compiler, held: Code, item: Node) -> Statement:
    member, value = item["left"], item["right"]
    if value.kind == "initializer_expression":
        return _filling_member(compiler, held, member, value)
    place = _place(compiler, held, member)
    assigned = compiler.value(value)
    return nothing if place is None else discarding(place.write(assigned, value).run)


def _place(compiler: Compiler, held: Code, member: Node) -> Place | None:
    if member.kind == "identifier":
        return property_place(compiler, held, member)
    return element_place(compiler, member, held, arguments(compiler, member))


def _filling_member(compiler: Compiler, held: Code, member: Node, initializer: Node) -> Statement:
    """`Q = { ... }`: what Q holds already is filled."""
    if member.kind == "identifier":
        value = member_value(compiler, held, member)
    else:
        value = element(compiler, member, held, arguments(compiler, member))
    keep, inner = held_once(compiler, value)
    return sequence([keep, _filling(compiler, inner, initializer)])
