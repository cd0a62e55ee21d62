"""`new T(...)`. Source: the C# specification, "Object creation expressions"."""

from collections.abc import Sequence

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.code import BROKEN, Code
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.calls import Call, arguments
from apim_lab.csharp.constructs.constants import default_value
from apim_lab.csharp.constructs.initializers import initialized
from apim_lab.csharp.constructs.method_groups import MethodGroup
from apim_lab.csharp.types import INVALID, Type, underlying
from apim_lab.syntax.node import Node


def _new(compiler: Compiler, node: Node) -> Code:
    if not {"arguments", "initializer"} & node.fields.keys():
        return compiler.mistake(node, "A new expression requires (), [], or {} after type")
    type_ = compiler.type(node["type"])
    given = arguments(compiler, node["arguments"]) if "arguments" in node.fields else []
    definition = compiler.library.definition(type_)
    if definition is None:
        return BROKEN
    if compiler.library.delegate(type_) is not None:
        return _new_delegate(compiler, node, type_, given)
    if not given and (definition.value or type_.name == "?"):
        created = default_value(compiler.library, type_)
    else:
        created = _constructed(compiler, node, type_, given)
    return initialized(compiler, created, node["initializer"]) if "initializer" in node.fields else created


def _constructed(compiler: Compiler, node: Node, type_: Type, given: Sequence[Argument]) -> Code:
    if type_.name == "?" and len(given) == 1:
        value = compiler.converted(given[0].code, underlying(type_), node)
        return compiler.converted(value, type_, node)
    constructors = compiler.library.constructors(type_)
    if not constructors:
        return compiler.mistake(node, f"'{type_}' cannot be created with new")
    return Call(compiler, node["type"], str(type_), given).of_new(type_, constructors)


def _new_delegate(compiler: Compiler, node: Node, type_: Type, given: Sequence[Argument]) -> Code:
    """`new Func<int, int>(x => x)`; of another delegate it takes the Invoke."""
    if len(given) != 1 or given[0].name:
        return compiler.mistake(node, "Method name expected")
    code = given[0].code
    invoke = compiler.library.methods(code.type, "Invoke") if compiler.library.delegate(code.type) else []
    if invoke:
        code = MethodGroup(compiler, node, code.type, invoke, code).code
    if code.function is None and code.type != INVALID:
        return compiler.mistake(given[0].node, "Method name expected")
    return compiler.converted(code, type_, given[0].node)


EXPRESSIONS: ExpressionTable = {
    "object_creation_expression": _new,
}
