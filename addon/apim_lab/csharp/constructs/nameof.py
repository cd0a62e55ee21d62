"""`nameof(x.y)`. Source: the C# specification, "Nameof expressions"."""

from apim_lab.csharp.code import BROKEN, Code, constant
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.scopes import meant
from apim_lab.csharp.types import INVALID, STRING, Type
from apim_lab.syntax.node import Node

# What stands for a namespace, or for a group of methods: it has a name and no type
_UNTYPED = Type("<name>")


def is_nameof(compiler: Compiler, call: Node) -> bool:
    """Whether the call is none: `nameof` is no keyword, a delegate may have that name."""
    function = call["function"]
    return function.text == "nameof" and len(call["arguments"].parts) == 1 and not compiler.scopes.declares("nameof")


def name_of(compiler: Compiler, argument: Node) -> Code:
    """The last name in the argument, whose names must all mean something. It is not evaluated."""
    named = argument.parts[-1]
    if named.kind not in {"generic_name", "identifier", "member_access_expression"} or "name" in argument.fields:
        return compiler.mistake(argument, "Expression does not have a name.")
    if _meaning(compiler, named) == INVALID:
        return BROKEN
    last = named["name"] if named.kind == "member_access_expression" else named
    return constant(STRING, meant(last.text.partition("<")[0]))


def _meaning(compiler: Compiler, node: Node) -> Type:
    """The type of what is named, or the type that is named; INVALID, with a mistake, if nothing is."""
    local = compiler.find(node.text) if node.kind == "identifier" else None
    if local is not None:
        return local.type
    if node.text == compiler.parameter.name:
        return compiler.parameter.type
    type_ = compiler.named_type(node)
    if type_ is not None:
        return type_
    if compiler.library.is_namespace(node.text):
        return _UNTYPED
    return _member_meaning(compiler, node) if node.kind == "member_access_expression" else _unknown(compiler, node)


def _unknown(compiler: Compiler, node: Node) -> Type:
    return (compiler.type(node) if node.kind == "generic_name" else compiler.unknown(node).type) and INVALID


def _member_meaning(compiler: Compiler, node: Node) -> Type:
    if node["expression"].kind not in {"generic_name", "identifier", "member_access_expression", "predefined_type"}:
        return compiler.mistake(node, "Sub-expression cannot be used in an argument to nameof.").type
    owner, name = _meaning(compiler, node["expression"]), meant(node["name"].text)
    if owner == INVALID:
        return INVALID
    library = compiler.library
    found = library.member(owner, name) or library.static_member(owner, name)
    if found is not None:
        return found.signature.result
    if library.methods(owner, name) or library.static_methods(owner, name):
        return _UNTYPED
    if node["name"].kind == "generic_name":
        message = "Type parameters are not allowed on a method group as an argument to 'nameof'."
    elif library.extensions(name):
        message = "Extension method groups are not allowed as an argument to 'nameof'."
    else:
        message = f"'{owner}' does not contain a definition for '{name}'"
    return compiler.mistake(node["name"], message).type
