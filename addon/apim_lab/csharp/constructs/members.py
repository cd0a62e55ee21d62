"""Names, members and `?.`. Source: the C# specification, "Simple names", "Member access" and "Conditional access"."""

from dataclasses import replace
from typing import Any

from apim_lab.csharp.code import BROKEN, Code, Run, constant, in_slot
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.calls import method_group, no_definition
from apim_lab.csharp.constructs.invocation import invocation
from apim_lab.csharp.scopes import Local, is_keyword, meant
from apim_lab.csharp.symbols.signatures import Kind
from apim_lab.csharp.types import INVALID, LAMBDA, METHOD_GROUP, Type, nullable
from apim_lab.csharp.variables import read
from apim_lab.syntax.node import Node


def _name(compiler: Compiler, node: Node) -> Code:
    local = compiler.find(node.text)
    if local is not None:
        return _local(compiler, node, local)
    if node.text == compiler.parameter.name:
        observation = compiler.observations.begin()
        return Code(compiler.parameter.type, lambda frame: frame.context, observation=observation)
    if compiler.named_type(node):
        return compiler.mistake(node, f"'{node.text}' is a type, which is not valid in the given context")
    return compiler.unknown(node)


def _local(compiler: Compiler, node: Node, local: Local) -> Code:
    if local.constant is not None:
        return local.constant
    if local.function is not None:
        return local.function.used(compiler, node, local)
    if not compiler.flow.has(local.slot):
        compiler.unassigned(node, local, node.text)
    return read(local)


def _receiver(compiler: Compiler, _node: Node) -> Code:
    return compiler.receivers[-1]


def _conditional_access(compiler: Compiler, node: Node) -> Code:
    """`a?.b.c`: null as a whole if `a` is, and nothing behind it is evaluated."""
    target = compiler.value(node["condition"])
    if target.type == INVALID:
        return BROKEN
    if not compiler.library.can_be_null(target.type):
        return compiler.mistake(node, f"Operator '?' cannot be applied to operand of type '{target.type}'")
    slot = compiler.new_slot()
    held = target.type.arguments[0] if target.type.name == "?" else target.type
    compiler.receivers.append(replace(in_slot(held, slot), observation=target.observation))
    before = compiler.flow
    access = compiler.expression(node["access"])
    compiler.flow = before
    compiler.receivers.pop()
    if access.type == METHOD_GROUP:
        return compiler.mistake(node, f"Operator '?' cannot be applied to operand of type '{access.type}'")
    type_ = nullable(access.type) if compiler.library.is_value(access.type) else access.type
    return Code(type_, _unless_null(target.run, slot, access.run))


def _unless_null(target: Run, slot: int, access: Run) -> Run:
    def run(frame: Any) -> Any:
        value = target(frame)
        if value is None:
            return None
        frame.locals[slot] = value
        return access(frame)

    return run


def _member(compiler: Compiler, node: Node) -> Code:
    name = node["name"]
    if is_keyword(name.text):
        return compiler.mistake(name, "Identifier expected")
    static = compiler.named_type(node["expression"])
    if static is not None:
        return _static_member(compiler, name, static)
    if compiler.is_namespace(node["expression"]):
        return compiler.mistake(name, compiler.no_such_type(node.text, "variable"))
    return member_value(compiler, compiler.value(node["expression"]), name)


def member_value(compiler: Compiler, target: Code, name: Node) -> Code:
    """`target.name`."""
    if target.type == INVALID:
        return BROKEN
    found = compiler.library.member(target.type, meant(name.text))
    if found is None:
        return method_group(compiler, name, target) or no_member(compiler, name, target.type)
    compiler.uses(name, target.type, found.owner, meant(name.text))
    use = compiler.observations.member(compiler.library.definition(target.type), name.text, target.observation)
    checked = compiler.library.can_be_null(target.type) and target.type.name != "?"
    run = invocation(found.implementation, [target.run], checked=checked)
    return Code(found.signature.result, run, observation=use)


def _static_member(compiler: Compiler, name: Node, type_: Type) -> Code:
    found = compiler.library.static_member(type_, meant(name.text))
    if found is None:
        return method_group(compiler, name, type_) or no_member(compiler, name, type_, static=True)
    compiler.uses(name, type_, found.owner, meant(name.text))
    implementation = found.implementation
    if found.signature.kind is Kind.CONSTANT:
        return constant(found.signature.result, implementation)
    return Code(found.signature.result, lambda _: implementation())


def no_member(compiler: Compiler, name: Node, type_: Type, *, static: bool = False) -> Code:
    """Why the type has no property of this name, in C#'s words."""
    if type_ in {LAMBDA, METHOD_GROUP}:
        return compiler.mistake(name, f"A {type_} has no members")
    if compiler.library.methods(type_, name.text) or compiler.library.member(type_, name.text):
        return compiler.mistake(
            name, f"An object reference is required for the non-static field, method, or property '{type_}.{name.text}'"
        )
    return compiler.mistake(name, no_definition(compiler.library, type_, name.text, static=static))


EXPRESSIONS: ExpressionTable = {
    "conditional_access_expression": _conditional_access,
    "identifier": _name,
    "member_access_expression": _member,
    "receiver": _receiver,
}
