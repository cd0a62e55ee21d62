"""`new { a = 1, b.Name }`. Source: the C# specification, "Anonymous object creation expressions"."""

from collections.abc import Iterator, Sequence

from apim_lab.csharp.code import BROKEN, Code, Frame
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.runtime.anonymous_objects import AnonymousObject
from apim_lab.csharp.runtime.memory import OBJECT, REFERENCE, allocate
from apim_lab.csharp.scopes import meant
from apim_lab.csharp.types import DEFAULT, INVALID, LAMBDA, NULL, VOID, anonymous
from apim_lab.syntax.node import Node

_NO_NAME = (
    "Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, "
    "simple name or member access."
)


def _new_anonymous(compiler: Compiler, node: Node) -> Code:
    declared = list(_declarators(node))
    values = [_value(compiler, value) for _, value in declared]
    names = [_name(compiler, name, value) for name, value in declared]
    for index, (_, value) in enumerate(declared):
        if names[index] and names[index] in names[:index]:
            compiler.mistake(value, "An anonymous type cannot have multiple properties with the same name")
    return BROKEN if any(value.type == INVALID for value in values) else _creating(names, values)


def _declarators(node: Node) -> Iterator[tuple[Node | None, Node]]:
    """What is between the commas: a name, None where it is implied, and a value."""
    name = None
    for child, after in zip(node.children, [*node.children[1:], None], strict=True):
        if after is not None and after.kind == "=":
            name = child
        elif child.named:
            yield name, child
            name = None


def _name(compiler: Compiler, name: Node | None, value: Node) -> str:
    if name is not None:
        return meant(name.text)
    implied = implied_name(value)
    if not implied:
        compiler.mistake(value, _NO_NAME)
    return implied


def implied_name(value: Node) -> str:
    """`Path` for `url.Path` and `url?.Path`, `x` for x; "" if the expression implies no name."""
    if value.kind == "conditional_access_expression":
        return implied_name(value["access"])
    named = value["name"] if value.kind == "member_access_expression" else value
    return meant(named.text) if named.kind == "identifier" else ""


_WITHOUT_TYPE = {DEFAULT, LAMBDA, NULL, VOID}


def _value(compiler: Compiler, node: Node) -> Code:
    code = compiler.expression(node)
    if code.type in _WITHOUT_TYPE:
        return compiler.mistake(node, f"Cannot assign '{code.type}' to anonymous type property")
    return code


def _creating(names: Sequence[str], values: Sequence[Code]) -> Code:
    type_ = anonymous(names, [value.type for value in values])
    runs = [value.run for value in values]
    size = OBJECT + len(runs) * REFERENCE

    def create(frame: Frame) -> AnonymousObject:
        allocate(size)
        return AnonymousObject(type_, [run(frame) for run in runs])

    return Code(type_, create)


EXPRESSIONS: ExpressionTable = {
    "anonymous_object_creation_expression": _new_anonymous,
}
