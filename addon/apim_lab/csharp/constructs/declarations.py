"""Declarations of local variables and constants. Source: the C# specification, "Declaration statements"."""

from apim_lab.csharp import variables
from apim_lab.csharp.code import BROKEN, Code
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable, nothing
from apim_lab.csharp.constructs.arrays import array_of_items
from apim_lab.csharp.constructs.constants import is_simple
from apim_lab.csharp.constructs.deconstruction import PATTERNS, deconstruct
from apim_lab.csharp.constructs.statements import discarding, sequence
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.types import INVALID, STRING, TYPELESS, Type
from apim_lab.syntax.node import Node


def _declaration_statement(compiler: Compiler, node: Node) -> Statement:
    if node.has("using"):
        compiler.mistake(node, "A using declaration is not available in C# 7: expected using (...) { }")
    modifiers = [part for part in node.parts if part.kind == "modifier"]
    for modifier in modifiers:
        if modifier.text != "const":
            compiler.mistake(modifier, f"The modifier '{modifier.text}' is not valid for this item")
    if any(modifier.text == "const" for modifier in modifiers):
        return _constants(compiler, node.parts[-1])
    return compiler.statement(node.parts[-1])


def _declaration(compiler: Compiler, node: Node) -> Statement:
    return sequence(declared(compiler, node))


def declared(compiler: Compiler, node: Node) -> list[Statement]:
    """What declares each of the variables."""
    type_ = _written_type(compiler, node)
    declarators = _declarators(node)
    if type_ is None and len(declarators) > 1:
        compiler.mistake(node, "Implicitly-typed variables cannot have multiple declarators")
    return [_declarator(compiler, declarator, type_) for declarator in declarators]


def _written_type(compiler: Compiler, node: Node) -> Type | None:
    """The type in front of the names; None for `var`."""
    if node["type"].kind == "implicit_type":
        return None
    type_ = compiler.type(node["type"])
    if compiler.library.is_static(type_):
        compiler.mistake(node, f"Cannot declare a variable of static type '{type_}'")
    return type_


def _declarators(node: Node) -> list[Node]:
    return [part for part in node.parts if part.kind == "variable_declarator"]


def _declarator(compiler: Compiler, node: Node, type_: Type | None) -> Statement:
    if type_ is None and node.parts[0].kind in PATTERNS and len(node.parts) > 1:
        return discarding(deconstruct(compiler, node.parts[0], node.parts[1]).run)
    if "name" not in node.fields:
        compiler.mistake(node, "A variable name is expected")
        return nothing
    if len(node.parts) == 1:
        return _without_value(compiler, node, type_)
    value_node = node.parts[-1]
    if type_ is None:
        local, value = _implied(compiler, node, value_node)
    else:
        local = compiler.declare(node["name"], type_, assigned=False)
        value = compiler.converted(_initial_value(compiler, value_node, type_), type_, value_node)
        compiler.assign(local)
    return discarding(variables.storing(local, value.run, new=True))


def _without_value(compiler: Compiler, node: Node, type_: Type | None) -> Statement:
    if type_ is None:
        compiler.mistake(node, "Implicitly-typed variables must be initialized")
    local = compiler.declare(node["name"], type_ or INVALID, assigned=type_ is None)
    return discarding(variables.storing(local, lambda _: None, new=True)) if local.captured else nothing


def _implied(compiler: Compiler, node: Node, value_node: Node) -> tuple[Local, Code]:
    """`var x = value`: the variable is not yet known in its own value."""
    value = _implied_value(compiler, node, value_node)
    return compiler.declare(node["name"], value.type), value


def _implied_value(compiler: Compiler, node: Node, value_node: Node) -> Code:
    if value_node.kind == "initializer_expression":
        return compiler.mistake(node, "Cannot initialize an implicitly-typed variable with an array initializer")
    value = compiler.value(value_node)
    if value.type not in TYPELESS:
        return value
    nothing_known = value.type
    return compiler.mistake(node, f"Cannot assign {nothing_known} to an implicitly-typed variable")


def _initial_value(compiler: Compiler, node: Node, type_: Type) -> Code:
    if node.kind != "initializer_expression":
        return compiler.value(node)
    if type_.name == "[]":
        return array_of_items(compiler, type_.arguments[0], node)
    return compiler.mistake(
        node,
        "Can only use array initializer expressions to assign to array types. Try using a new expression instead.",
    )


def _constants(compiler: Compiler, node: Node) -> Statement:
    """`const T x = value`: the value stands wherever the name does."""
    type_ = _written_type(compiler, node)
    if type_ is None:
        compiler.mistake(node["type"], "Implicitly-typed variables cannot be constant")
    elif not _may_be_constant(compiler, type_):
        compiler.mistake(node["type"], f"The type '{type_}' cannot be declared const")
    for declarator in _declarators(node):
        value = _constant_value(compiler, declarator, type_ or INVALID)
        local = Local(value.type, compiler.new_slot(), constant=value)
        compiler.assign(local)
        compiler.name(declarator["name"], local)
    return nothing


def _may_be_constant(compiler: Compiler, type_: Type) -> bool:
    """The other value types, as DateTime, have no constants."""
    if is_simple(type_) or compiler.library.is_enum(type_):
        return True
    return compiler.library.can_be_null(type_) and type_.name != "?"


def _constant_value(compiler: Compiler, node: Node, type_: Type) -> Code:
    name = node["name"].text
    if len(node.parts) == 1:
        return compiler.mistake(node, "A const field requires a value to be provided")
    value_node = node.parts[-1]
    value = compiler.converted(compiler.value(value_node), type_, value_node)
    if INVALID in {value.type, type_}:
        return BROKEN
    if compiler.library.can_be_null(type_) and type_ != STRING and value.constant is not None:
        return compiler.mistake(
            value_node,
            f"'{name}' is of type '{type_}'. A const field of a reference type other than string can only be "
            "initialized with null.",
        )
    if not value.is_constant:
        return compiler.mistake(value_node, f"The expression being assigned to '{name}' must be constant")
    return value


STATEMENTS: StatementTable = {
    "local_declaration_statement": _declaration_statement,
    "variable_declaration": _declaration,
}
