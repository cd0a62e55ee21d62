"""Names, members, calls, indexers, `?.` and `new`: everything that reaches into the allow-list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from apim_lab.csharp.code import BROKEN, Code, Run, constant, in_slot
from apim_lab.csharp.compiler import Compiler, expression_syntax
from apim_lab.csharp.conversions import implicit
from apim_lab.csharp.definitions import Method
from apim_lab.csharp.exceptions import OverflowException
from apim_lab.csharp.memory import REFERENCE, allocate
from apim_lab.csharp.observations import select
from apim_lab.csharp.overloads import Argument, call, infer, invocation, resolve
from apim_lab.csharp.scopes import Local
from apim_lab.csharp.syntax import Node
from apim_lab.csharp.types import INT, INVALID, NULL, STRING, Type, array_of, nullable
from apim_lab.csharp.values import Array
from apim_lab.dotnet import library

_CONTEXT = Type("IProxyRequestContext")


@expression_syntax("identifier")
def _name(compiler: Compiler, node: Node) -> Code:
    local = compiler.find(node.text)
    if local is not None:
        return _local(compiler, node, local)
    if node.text == "context":
        return Code(_CONTEXT, lambda frame: frame.context, observation=compiler.observations.begin())
    if compiler.named_type(node):
        return compiler.mistake(node, f"'{node.text}' is a type, which is not valid in the given context")
    return compiler.unknown(node)


def _local(compiler: Compiler, node: Node, local: Local) -> Code:
    if local.constant is not None:
        return local.constant
    if not compiler.flow.has(local.slot):
        compiler.mistake(node, f"Use of unassigned local variable '{node.text}'")
        compiler.assign(local)
    return in_slot(local.type, local.slot)


@expression_syntax("receiver")
def _receiver(compiler: Compiler, _node: Node) -> Code:
    return compiler.receivers[-1]


@expression_syntax("conditional_access_expression")
def _conditional_access(compiler: Compiler, node: Node) -> Code:
    """`a?.b.c`: null as a whole if `a` is, and nothing behind it is evaluated."""
    target = compiler.value(node["condition"])
    if target.type == INVALID:
        return BROKEN
    if not library.can_be_null(target.type):
        return compiler.mistake(node, f"Operator '?' cannot be applied to operand of type '{target.type}'")
    slot = compiler.new_slot()
    held = target.type.arguments[0] if target.type.name == "?" else target.type
    compiler.receivers.append(replace(in_slot(held, slot), observation=target.observation))
    before = compiler.flow
    access = compiler.expression(node["access"])
    compiler.flow = before
    compiler.receivers.pop()
    type_ = nullable(access.type) if library.is_value(access.type) else access.type
    return Code(type_, _unless_null(target.run, slot, access.run))


def _unless_null(target: Run, slot: int, access: Run) -> Run:
    def run(frame: Any) -> Any:
        value = target(frame)
        if value is None:
            return None
        frame.locals[slot] = value
        return access(frame)

    return run


@expression_syntax("member_access_expression")
def _member(compiler: Compiler, node: Node) -> Code:
    name = node["name"]
    static = compiler.named_type(node["expression"])
    if static is not None:
        return _static_member(compiler, name, static)
    target = compiler.value(node["expression"])
    if target.type == INVALID:
        return BROKEN
    found = library.member(target.type, name.text)
    if found is None:
        return no_member(compiler, name, target.type)
    use = compiler.observations.member(library.definition(target.type), name.text, target.observation)
    checked = library.can_be_null(target.type) and target.type.name != "?"
    run = invocation(found.implementation, [target.run], checked=checked)
    return Code(found.signature.result, run, observation=use)


def _static_member(compiler: Compiler, name: Node, type_: Type) -> Code:
    definition = library.definition(type_)
    if definition is not None and name.text in definition.constants:
        fixed = definition.constants[name.text]
        return constant(fixed.signature.result, fixed.implementation)
    found = definition.class_properties.get(name.text) if definition else None
    if found is None:
        return no_member(compiler, name, type_)
    implementation = found.implementation
    return Code(found.signature.result, lambda _: implementation())


def no_member(compiler: Compiler, name: Node, type_: Type) -> Code:
    """Why the type has no property of this name, in C#'s words."""
    if library.methods(type_, name.text) or library.extensions(name.text):
        return compiler.mistake(name, f"'{name.text}' is a method: it must be called")
    return compiler.mistake(name, f"'{type_}' does not contain a definition for '{name.text}'")


def arguments(compiler: Compiler, node: Node) -> list[Argument]:
    """The arguments of a call or an indexer, compiled."""
    return [_argument(compiler, part) for part in node.parts]


def _argument(compiler: Compiler, node: Node) -> Argument:
    name = node.fields["name"].text if "name" in node.fields else ""
    value = node.parts[-1]
    if node.has("out"):
        return Argument(node, BROKEN, name, out=value)
    if node.has("ref"):
        return Argument(node, compiler.mistake(node, "'ref' is not supported"), name)
    return Argument(node if name else value, compiler.value(value), name)


@expression_syntax("invocation_expression")
def _call(compiler: Compiler, node: Node) -> Code:
    function = node["function"]
    if function.kind == "identifier" and function.text == "nameof" and len(node["arguments"].parts) == 1:
        return _nameof(node["arguments"].parts[0])
    if function.kind != "member_access_expression":
        called = compiler.expression(function)
        return BROKEN if called.type == INVALID else compiler.mistake(function, "Method name expected")
    name, types = _generic(compiler, function["name"])
    static = compiler.named_type(function["expression"])
    target = BROKEN if static else compiler.value(function["expression"])
    invoked = _Call(compiler, name, name.text, arguments(compiler, node["arguments"]), types)
    if static:
        return invoked.of(static, library.static_methods(static, name.text))
    return BROKEN if target.type == INVALID else _instance_call(invoked, target)


def _nameof(argument: Node) -> Code:
    name = argument.text.rpartition(".")[2]
    return Code(STRING, lambda _: name, name)


def _generic(compiler: Compiler, name: Node) -> tuple[Node, list[Type]]:
    """The method's name and its type arguments, as in `As<string>`."""
    if name.kind != "generic_name":
        return name, []
    identifier, types = name.parts
    return identifier, [compiler.type(part) for part in types.parts]


@dataclass(frozen=True)
class _Call:
    """A call that is to be resolved: the method's name, its arguments, and the type arguments written with it."""

    compiler: Compiler
    node: Node
    name: str
    given: Sequence[Argument]
    types: Sequence[Type] = ()

    def fits(self, methods: Sequence[Method]) -> bool:
        return resolve(methods, self.given, self.types) is not None

    def of(self, owner: Type, methods: Sequence[Method], target: Code | None = None) -> Code:
        if INVALID in self.types:
            return BROKEN
        if not methods:
            return self.compiler.mistake(self.node, f"'{owner}' does not contain a definition for '{self.name}'")
        binding = resolve(methods, self.given, self.types)
        if binding is None:
            return no_overload(self.compiler, self.node, self.name, methods, self.given)
        try:
            return call(self.compiler, binding, target)
        except TypeError as error:
            return self.compiler.mistake(self.node, str(error))


def _instance_call(called: _Call, target: Code) -> Code:
    """A method of the target's type, or else an extension method for it."""
    select_item(called.name, target, called.given)
    methods = library.methods(target.type, called.name)
    extensions = [m for m in library.extensions(called.name) if _extends(m, target.type)]
    extended = replace(called, given=[Argument(called.node, target), *called.given])
    if extensions and not called.fits(methods) and (not methods or extended.fits(extensions)):
        return extended.of(target.type, extensions)
    return called.of(target.type, methods, target)


def _extends(method: Method, type_: Type) -> bool:
    """Whether the extension method is for this type; its type arguments are found later."""
    receiver = method.signature.parameters[0].type
    known: dict[str, Type] = {}
    infer(receiver, type_, method.signature.type_parameters, known)
    return library.derives(type_, receiver.substitute(known))


def no_overload(
    compiler: Compiler, node: Node, name: str, methods: Sequence[Method], given: Sequence[Argument]
) -> Code:
    """Why none of the methods takes these arguments, in C#'s words."""
    fitting = [method for method in methods if _takes(method, len(given))]
    if not fitting:
        return compiler.mistake(node, f"No overload for method '{name}' takes {len(given)} arguments")
    if any(argument.code.type == INVALID and argument.out is None for argument in given):
        return BROKEN
    for argument in given:
        if argument.name and not any(p.name == argument.name for m in fitting for p in m.signature.parameters):
            return compiler.mistake(
                argument.node, f"The best overload for '{name}' does not have a parameter named '{argument.name}'"
            )
    return _wrong_argument(compiler, node, name, fitting[0], given)


def _takes(method: Method, count: int) -> bool:
    parameters = method.signature.parameters
    required = sum(not parameter.optional for parameter in parameters)
    open_ended = bool(parameters) and parameters[-1].modifier == "params"
    return required <= count and (open_ended or count <= len(parameters))


def _wrong_argument(compiler: Compiler, node: Node, name: str, method: Method, given: Sequence[Argument]) -> Code:
    for number, (argument, parameter) in enumerate(zip(given, method.signature.parameters, strict=False), 1):
        if resolve([_only(method, parameter.type)], [argument]) is None and argument.out is None:
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


@expression_syntax("element_access_expression")
def _element(compiler: Compiler, node: Node) -> Code:
    return element(compiler, node, compiler.value(node["expression"]), arguments(compiler, node["subscript"]))


def select_item(name: str, target: Code, given: Sequence[Argument]) -> None:
    """Note which item of an observed value a method or indexer takes."""
    if given and not given[0].name:
        select(library.definition(target.type), name, target.observation, given[0].code.constant)


def element(compiler: Compiler, node: Node, target: Code, given: Sequence[Argument]) -> Code:
    """`target[given]`."""
    if target.type == INVALID:
        return BROKEN
    select_item("this", target, given)
    methods = library.indexers(target.type)
    if not methods:
        return compiler.mistake(node, f"Cannot apply indexing with [] to an expression of type '{target.type}'")
    binding = resolve(methods, given)
    if binding is None:
        return no_overload(compiler, node["subscript"], "this", methods, given)
    return call(compiler, binding, target)


@expression_syntax("object_creation_expression")
def _new(compiler: Compiler, node: Node) -> Code:
    type_ = compiler.type(node["type"])
    given = arguments(compiler, node["arguments"]) if "arguments" in node.fields else []
    definition = library.definition(type_)
    if definition is None:
        return BROKEN
    methods = definition.constructors
    if not methods:
        return compiler.mistake(node, f"'{type_}' cannot be created with new")
    binding = resolve(methods, given)
    if binding is None:
        return no_overload(compiler, node["type"], str(type_), methods, given)
    created = Code(type_, call(compiler, binding).run)
    return _initialized(compiler, created, node.fields["initializer"]) if "initializer" in node.fields else created


@expression_syntax("array_creation_expression")
def _new_array(compiler: Compiler, node: Node) -> Code:
    """`new T[] { a, b }` and `new T[n]`."""
    written = node["type"]
    element = compiler.type(written["type"])
    size = next((part for part in written["rank"].parts), None)
    initializer = next((part for part in node.parts if part.kind == "initializer_expression"), None)
    if initializer is not None:
        return array_of_items(compiler, element, initializer)
    if size is None:
        return compiler.mistake(node, "Array creation must have array size or array initializer")
    return _sized_array(element, compiler.converted(compiler.value(size), INT, size))


def _sized_array(element: Type, size: Code) -> Code:
    default, run = library.default_of(element), size.run

    def make(frame: Any) -> Array:
        length = run(frame)
        if length < 0:
            raise OverflowException
        allocate(length * REFERENCE)
        return Array([default] * length, element)

    return Code(array_of(element), make)


@expression_syntax("implicit_array_creation_expression")
def _implied_array(compiler: Compiler, node: Node) -> Code:
    """`new[] { a, b }`: the element type is the one that all items convert to."""
    initializer = next(part for part in node.parts if part.kind == "initializer_expression")
    items = [compiler.value(item) for item in initializer.parts]
    types = [item.type for item in items]
    best = next((t for t in types if t != NULL and all(implicit(other, t) for other in types)), None)
    if best is None:
        return compiler.mistake(node, "No best type found for implicitly-typed array")
    return _array(compiler, best, initializer, items)


def array_of_items(compiler: Compiler, element: Type, initializer: Node) -> Code:
    """`{ a, b }`, each item converted to the element type."""
    return _array(compiler, element, initializer, [compiler.value(item) for item in initializer.parts])


def _array(compiler: Compiler, element: Type, initializer: Node, items: Sequence[Code]) -> Code:
    values = zip(items, initializer.parts, strict=True)
    runs = [compiler.converted(value, element, node).run for value, node in values]
    return Code(array_of(element), lambda frame: Array([run(frame) for run in runs], element))


def _initialized(compiler: Compiler, created: Code, initializer: Node) -> Code:
    """`new T { a, { "k", v }, ["k"] = v }`: each item is an `Add` or an indexer's assignment on the new object."""
    slot = compiler.new_slot()
    held = in_slot(created.type, slot)
    steps = [_initializing(compiler, held, item) for item in initializer.parts]
    make = created.run

    def run(frame: Any) -> Any:
        frame.locals[slot] = value = make(frame)
        for step in steps:
            step(frame)
        return value

    return Code(created.type, run)


def _initializing(compiler: Compiler, held: Code, item: Node) -> Run:
    if item.kind == "assignment_expression" and item["left"].kind == "bracketed_argument_list":
        return set_element(compiler, item, held, arguments(compiler, item["left"]), compiler.value(item["right"])).run
    values = item.parts if item.kind == "initializer_expression" else [item]
    given = [Argument(value, compiler.value(value)) for value in values]
    return _instance_call(_Call(compiler, item, "Add", given), held).run


def set_element(compiler: Compiler, node: Node, target: Code, given: Sequence[Argument], value: Code) -> Code:
    """`target[given] = value`."""
    if INVALID in {target.type, value.type}:
        return BROKEN
    methods = library.indexers(target.type, setters=True)
    if not methods:
        return _no_setter(compiler, node, target, given)
    found = resolve(methods, given)
    if found is None:
        return no_overload(compiler, node, "this", methods, given)
    type_, slot = found.signature.result, compiler.new_slot()
    runs = [target.run, *[code.run for code in found.values]]
    runs.append(_remembering(slot, compiler.converted(value, type_, node).run))
    return Code(type_, _yielding(slot, invocation(found.method.implementation, runs, checked=True)))


def _remembering(slot: int, run: Run) -> Run:
    def remembering(frame: Any) -> Any:
        frame.locals[slot] = value = run(frame)
        return value

    return remembering


def _yielding(slot: int, run: Run) -> Run:
    """An assignment yields the value that it assigned."""

    def yielding(frame: Any) -> Any:
        run(frame)
        return frame.locals[slot]

    return yielding


def _no_setter(compiler: Compiler, node: Node, target: Code, given: Sequence[Argument]) -> Code:
    if element(compiler, node, target, given).type == INVALID:
        return BROKEN
    (indexer,) = library.indexers(target.type)[:1]
    shown = ", ".join(str(parameter.type) for parameter in indexer.signature.parameters)
    return compiler.mistake(
        node, f"Property or indexer '{target.type}.this[{shown}]' cannot be assigned to -- it is read only"
    )
