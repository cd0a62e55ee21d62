"""Calls of methods and extension methods. Source: the C# specification, "Invocation expressions"."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from apim_lab.csharp.binding.arguments import Argument, takes
from apim_lab.csharp.binding.inference import infer_receiver
from apim_lab.csharp.binding.overloads import Candidate, Resolution, resolve
from apim_lab.csharp.binding.reference_conversions import converts_by_reference
from apim_lab.csharp.binding.type_arguments import UnsupportedType
from apim_lab.csharp.code import BROKEN, Code
from apim_lab.csharp.compiler import Compiler, ExpressionTable, sentences
from apim_lab.csharp.constructs.invocation import call
from apim_lab.csharp.constructs.method_groups import MethodGroup
from apim_lab.csharp.constructs.nameof import is_nameof, name_of
from apim_lab.csharp.constructs.type_expressions import get_type, value_or_default
from apim_lab.csharp.scopes import meant
from apim_lab.csharp.symbols.definitions import Method
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.observations import select
from apim_lab.csharp.types import INVALID, OBJECT, Type
from apim_lab.syntax.node import Node


def arguments(compiler: Compiler, node: Node) -> list[Argument]:
    """The arguments of a call or an indexer, compiled."""
    given = [_argument(compiler, part) for part in node.parts]
    if sum(child.kind == "," for child in node.children) >= max(len(given), 1):
        compiler.mistake(node, "Syntax error; value expected")
    for before, argument in pairwise(given):
        if before.name and not argument.name:
            compiler.mistake(argument.node, "Named argument specifications must appear after all fixed arguments")
    return given


def _argument(compiler: Compiler, node: Node) -> Argument:
    name = meant(node["name"].text) if "name" in node.fields else ""
    value = node.parts[-1]
    if node.has("out"):
        return Argument(node, BROKEN, name, out=value, out_type=_out_type(compiler, value))
    if node.has("ref") and value.kind != "identifier":
        return Argument(node, compiler.mistake(value, "A ref or out value must be an assignable variable"), name)
    if node.has("ref"):
        return Argument(node, compiler.value(value), name, ref=value)
    if node.has("in"):
        return Argument(node, compiler.mistake(node, "'in' is not supported"), name)
    return Argument(node if name else value, compiler.value(value), name)


def _out_type(compiler: Compiler, node: Node) -> Type | None:
    """The type of the variable that takes the value; None for `out var x`."""
    if node.kind == "declaration_expression":
        return None if node["type"].kind == "implicit_type" else compiler.library.resolve(node["type"].text)
    local = compiler.find(node.text)
    return local.type if local else None


def _call(compiler: Compiler, node: Node) -> Code:
    function = node["function"]
    if is_nameof(compiler, node):
        return name_of(compiler, node["arguments"].parts[0])
    if function.kind == "identifier" and not compiler.scopes.declares(function.text):
        return _call_of_object(compiler, node)
    if function.kind != "member_access_expression":
        return _call_of_delegate(compiler, node, compiler.expression(function))
    name, types = written_method(compiler, function["name"])
    static = compiler.named_type(function["expression"])
    target = BROKEN if static else compiler.value(function["expression"])
    invoked = Call(compiler, name, meant(name.text), arguments(compiler, node["arguments"]), types)
    if static:
        return invoked.of(static, compiler.library.static_methods(static, invoked.name))
    return BROKEN if target.type == INVALID else instance_call(invoked, target)


def _call_of_object(compiler: Compiler, node: Node) -> Code:
    """`Equals(a, b)`: the expression stands in a class, which has the static methods of `object`."""
    function = node["function"]
    methods = compiler.library.static_methods(OBJECT, meant(function.text))
    if not methods:
        return _call_of_delegate(compiler, node, compiler.expression(function))
    given = arguments(compiler, node["arguments"])
    return Call(compiler, function, meant(function.text), given).of(OBJECT, methods)


def _call_of_delegate(compiler: Compiler, node: Node, delegate: Code) -> Code:
    """`f(x)` is `f.Invoke(x)`; `(int.Parse)(x)` calls the method."""
    if delegate.type == INVALID:
        return BROKEN
    if isinstance(group := delegate.function, MethodGroup):
        return _call_of_group(compiler, node, group)
    if compiler.library.delegate(delegate.type) is None:
        return compiler.mistake(node["function"], "Method name expected")
    return instance_call(Call(compiler, node["function"], "Invoke", arguments(compiler, node["arguments"])), delegate)


def _call_of_group(compiler: Compiler, node: Node, group: MethodGroup) -> Code:
    called = Call(compiler, group.node, group.name, arguments(compiler, node["arguments"]), group.type_arguments)
    if group.target is None or group.is_local:
        return called.of(group.owner, group.methods, group.target)
    return instance_call(called, group.target)


def method_group(compiler: Compiler, node: Node, target: Code | Type) -> Code | None:
    """The methods of this name of a value or, static, of a type; None if there are none."""
    node, types = written_method(compiler, node)
    name = meant(node.text)
    if isinstance(target, Type):
        methods = compiler.library.static_methods(target, name)
        found = MethodGroup(compiler, node, target, methods, type_arguments=types)
    else:
        methods = compiler.library.methods(target.type, name)
        extensions = [method for group in _extensions(compiler.library, name, target.type) for method in group]
        found = MethodGroup(compiler, node, target.type, methods, target, extensions, types)
    return found.code if found.methods or found.extensions else None


def written_method(compiler: Compiler, name: Node) -> tuple[Node, list[Type]]:
    """The method's name and its type arguments, as in `As<string>`."""
    if name.kind != "generic_name":
        return name, []
    identifier, types = name.parts
    if not types.parts:
        compiler.mistake(name, f"Using the generic method group '{identifier.text}' requires type arguments")
        return identifier, [INVALID]
    return identifier, [compiler.type(part) for part in types.parts]


@dataclass(frozen=True)
class Call:
    """A call that is to be resolved: the method's name, its arguments, and the type arguments written with it."""

    compiler: Compiler
    node: Node
    name: str
    given: Sequence[Argument]
    types: Sequence[Type] = ()
    # Of the methods that were tried, which are kept so that their ids stay their own
    _tried: dict[int, tuple[Sequence[Method], Resolution]] = field(default_factory=dict, init=False, compare=False)

    def fits(self, methods: Sequence[Method]) -> bool:
        found = self._resolved(methods)
        return found.best is not None or found.tied is not None

    def _resolved(self, methods: Sequence[Method]) -> Resolution:
        if id(methods) not in self._tried:
            found = resolve(self.compiler.library, methods, self.given, self.types)
            self._tried[id(methods)] = methods, found
        return self._tried[id(methods)][1]

    def best(self, methods: Sequence[Method]) -> Candidate | None:
        """The method that is meant; None, with a mistake, if there is none or several do as well."""
        found = self._resolved(methods)
        if found.tied:
            one, other = (f"'{_shown(self.name, tied)}'" for tied in found.tied)
            self.compiler.mistake(
                self.node, f"The call is ambiguous between the following methods or properties: {one} and {other}"
            )
        elif found.best is None:
            _no_overload(self.compiler, self.node, self.name, methods, self.given)
        else:
            self._check_groups(found.best)
        return found.best

    def _check_groups(self, found: Candidate) -> None:
        """A method group may turn out to be of no use when it is all decided."""
        for argument, conversion in zip(found.placement.arguments, found.conversions, strict=True):
            if argument is not None and conversion is not None and conversion.mistake:
                self.compiler.mistake(argument.node, conversion.mistake)

    def of(self, owner: Type, methods: Sequence[Method], target: Code | None = None) -> Code:
        """The code of the call, if these are the methods of the name."""
        if INVALID in self.types:
            return BROKEN
        if not methods:
            mistake = no_definition(self.compiler.library, owner, self.name, static=target is None)
            return self.compiler.mistake(self.node, mistake)
        return self.code(self.best(methods), target)

    def of_new(self, owner: Type, constructors: Sequence[Method]) -> Code:
        """The code of `new`, if these are the constructors of the type."""
        return replace(self.code(self.best(constructors), owner=owner), type=owner)

    def code(self, found: Candidate | None, target: Code | None = None, owner: Type | None = None) -> Code:
        if found is not None and not found.method.signature.is_extension:
            used = found.method
            type_ = owner or (used.owner if target is None else target.type)
            self.compiler.uses(self.node, type_, used.owner, _MEMBERS.get(used.signature.name, used.signature.name))
        try:
            return BROKEN if found is None else call(self.compiler, found, target, owner)
        except UnsupportedType as error:
            return self.compiler.mistake(self.node, str(error))


# What every value has, and what every nullable one has: by the name, and whether the value is nullable
_BUILT_IN = {
    ("GetType", False): get_type,
    ("GetType", True): get_type,
    ("GetValueOrDefault", True): value_or_default,
}


_MEMBERS = {"new": ".ctor", "this": "Item"}


def no_definition(library: Library, type_: Type, member: str, *, static: bool) -> str:
    """What C# says of a member that the type has not."""
    mistake = f"'{type_}' does not contain a definition for '{member}'"
    if not static:
        mistake += f" and no extension method '{member}' accepting a first argument of type '{type_}' could be found"
    return sentences(mistake, library.missing_member(type_, member))


def instance_call(called: Call, target: Code) -> Code:
    """A method of the target's type, or else an extension method for it."""
    select_item(called.compiler, called.name, target, called.given)
    built_in = None if called.given or called.types else _BUILT_IN.get((called.name, target.type.name == "?"))
    if built_in is not None:
        if called.name == "GetType":
            called.compiler.uses(called.node, OBJECT, OBJECT, called.name)
        return built_in(called.compiler, target)
    library = called.compiler.library
    methods = library.methods(target.type, called.name)
    groups = _extensions(library, called.name, target.type)
    statics = library.static_methods(target.type, called.name)
    if statics and not called.fits(methods) and called.fits(statics):
        return called.compiler.mistake(
            called.node,
            f"Member '{target.type}.{called.name}' cannot be accessed with an instance reference; qualify it with a "
            "type name instead",
        )
    if groups and not called.fits(methods):
        extended = replace(called, given=[Argument(called.node, target), *called.given])
        nearest = next(filter(extended.fits, groups), None if methods else groups[0])
        if nearest is not None:
            return extended.of(target.type, nearest)
    return called.of(target.type, methods, target)


def has_method(library: Library, type_: Type, name: str) -> bool:
    """Whether values of the type have a method of this name, or an extension method."""
    return bool(library.methods(type_, name) or _extensions(library, name, type_))


def _extensions(library: Library, name: str, type_: Type) -> list[list[Method]]:
    """The extension methods for this type, the nearest first (see `Library.extensions`)."""
    groups = [[method for method in group if _extends(library, method, type_)] for group in library.extensions(name)]
    return [group for group in groups if group]


def _extends(library: Library, method: Method, type_: Type) -> bool:
    """Whether the extension method is for this type; type arguments that it does not tell are found later."""
    receiver = method.signature.parameters[0].type
    known = infer_receiver(library, method.signature, type_)
    if known.keys() >= {argument.name for argument in receiver.arguments} & {*method.signature.type_parameters}:
        return converts_by_reference(library, type_, receiver.substitute(known))
    return any(base.name == receiver.name for base in library.lineage(type_))


def _shown(name: str, candidate: Candidate) -> str:
    parameters = candidate.method.signature.parameters
    shown = ", ".join(f"{parameter.modifier} {parameter.type}".strip() for parameter in parameters)
    return f"{candidate.method.owner}.{name}({shown})"


def _no_overload(
    compiler: Compiler, node: Node, name: str, methods: Sequence[Method], given: Sequence[Argument]
) -> Code:
    """Why none of the methods takes these arguments, in C#'s words."""
    fitting = [method for method in methods if takes(method.signature, len(given))]
    if not fitting:
        return compiler.mistake(node, f"No overload for method '{name}' takes {len(given)} arguments")
    if any(argument.code.type == INVALID and argument.out is None for argument in given):
        return BROKEN
    in_lambdas = [found for argument in given if argument.code.function for found in argument.code.function.mistakes]
    if in_lambdas:
        compiler.mistakes.extend(in_lambdas)
        return BROKEN
    for argument in given:
        if argument.name and not any(p.name == argument.name for m in fitting for p in m.signature.parameters):
            return compiler.mistake(
                argument.node, f"The best overload for '{name}' does not have a parameter named '{argument.name}'"
            )
    return _wrong_argument(compiler, node, name, fitting[0], given)


def _wrong_argument(compiler: Compiler, node: Node, name: str, method: Method, given: Sequence[Argument]) -> Code:
    for number, (argument, parameter) in enumerate(zip(given, method.signature.parameters, strict=False), 1):
        if argument.out is None and resolve(compiler.library, [_only(method, parameter.type)], [argument]).best is None:
            return compiler.mistake(
                argument.node,
                f"Argument {number}: cannot convert from '{argument.code.type}' to '{parameter.type}'",
            )
    return compiler.mistake(node, f"The call of '{name}' is ambiguous or its arguments are invalid")


def _only(method: Method, type_: Type) -> Method:
    """A method of one parameter, to try one argument."""
    signature = method.signature
    parameter = next(p for p in signature.parameters if p.type == type_)
    known = (*signature.type_parameters,) if type_.name in signature.type_parameters else ()
    return Method(type(signature)(signature.result, signature.name, (parameter,), known), method.implementation)


def select_item(compiler: Compiler, name: str, target: Code, given: Sequence[Argument]) -> None:
    """Note which item of an observed value a method or indexer takes."""
    if given and not given[0].name:
        definition = compiler.library.definition(target.type)
        select(definition, name, target.observation, given[0].code.constant)


EXPRESSIONS: ExpressionTable = {
    "invocation_expression": _call,
}
