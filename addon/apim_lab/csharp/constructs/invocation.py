"""The code that calls a member. Source: the C# specification, "Function member invocation"."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.binding.conversions import apply
from apim_lab.csharp.binding.overloads import Candidate
from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.code import Code, Conversion, Run, constant
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.scopes import DISCARD, Local
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.signatures import Parameter
from apim_lab.csharp.types import BOOL, INT, INVALID, NULL, STRING, Type
from apim_lab.csharp.variables import Store, storer
from apim_lab.syntax.node import Node


def call(compiler: Compiler, called: Candidate, target: Code | None = None, owner: Type | None = None) -> Code:
    """The code that calls the method; `target` is checked for null unless its type cannot be.

    `owner` is the generic type whose constructor it is. Raises UnsupportedType if the method does not do for its type
    arguments.
    """
    library = compiler.library
    implementation = _implementation(library, called, owner)
    runs = [value.run for value in argument_values(library, called)]
    if target is not None:
        runs.insert(0, target.run)
    checked = target is not None and library.can_be_null(target.type) and target.type.name != "?"
    run = invocation(implementation, runs, checked=checked)
    signature = called.signature
    if (measure := _SIZES.get(signature.result.name)) is not None:
        run = _counted(run, measure)
    if outs := _outs(called):
        run = _storing(run, [_out_place(compiler, argument, type_) for argument, type_ in outs])
    return Code(signature.result, run)


def bound(library: Library, called: Candidate) -> Implementation:
    """What a delegate for the method calls, with the target first if it has one."""
    implementation = _implementation(library, called, None)
    measure = _SIZES.get(called.signature.result.name)
    return implementation if measure is None else _counting(implementation, measure)


def _counting(implementation: Implementation, measure: Callable[[Any], int]) -> Implementation:
    def counting(*values: Any) -> Any:
        result = implementation(*values)
        if result is not None:
            allocate(measure(result))
        return result

    return counting


def _implementation(library: Library, called: Candidate, owner: Type | None) -> Implementation:
    """What the row does, told the type arguments of a generic method, or of the generic type it constructs."""
    names = called.method.signature.type_parameters
    types = [called.types[name] for name in names] if owner is None else owner.arguments
    implementation = called.method.implementation
    return implementation(*[TypeArgument(library, type_) for type_ in types]) if types else implementation


def argument_values(library: Library, called: Candidate) -> list[Code]:
    """The codes for the method's parameters, in order."""
    placed = called.placement
    values = [
        _value(library, argument, parameter, conversion)
        for parameter, argument, conversion in zip(placed.parameters, placed.arguments, called.conversions, strict=True)
        if argument is None or argument.out is None
    ]
    if placed.expanded:
        fixed = len(called.method.signature.parameters) - 1
        values[fixed:] = [_array(values[fixed:], called.signature.parameters[-1].type)]
    return values


def _value(library: Library, argument: Argument | None, parameter: Parameter, conversion: Conversion | None) -> Code:
    if argument is None or conversion is None:
        return _default(library, parameter)
    return apply(conversion, argument.code, parameter.type)


def _outs(called: Candidate) -> list[tuple[Argument, Type]]:
    pairs = zip(called.placement.arguments, called.placement.parameters, strict=True)
    return [(argument, parameter.type) for argument, parameter in pairs if argument is not None and argument.written]


_LITERALS: Mapping[str, tuple[Type, object]] = {
    "true": (BOOL, True),
    "false": (BOOL, False),
    "null": (NULL, None),
    '""': (STRING, ""),
}


def _default(library: Library, parameter: Parameter) -> Code:
    if parameter.value:
        return constant(parameter.type, parameter.value[0])
    if parameter.default == "default":
        return constant(parameter.type, library.default_of(parameter.type))
    found = _LITERALS.get(parameter.default)
    return constant(*found) if found else constant(INT, int(parameter.default))


def _array(items: Sequence[Code], type_: Type) -> Code:
    runs = [item.run for item in items]
    element = type_.arguments[0]
    return Code(type_, lambda frame: Array([run(frame) for run in runs], element))


# What a call may make that can be large
_SIZES: Mapping[str, Callable[[Any], int]] = {
    "string": len,
    "[]": lambda array: len(array) * (1 if isinstance(array, bytearray) else OBJECT),
}


def _counted(run: Run, measure: Callable[[Any], int]) -> Run:
    def counted(frame: Any) -> Any:
        value = run(frame)
        if value is not None:
            allocate(measure(value))
        return value

    return counted


def _out_place(compiler: Compiler, argument: Argument, type_: Type) -> Store:
    """Where an `out` or `ref` argument goes: the variable it names or declares, or nowhere (`out _`)."""
    node = argument.written
    assert node is not None  # only arguments that have one are among the outs
    local = _out_variable(compiler, node, type_)
    if local is None:
        return lambda _frame, _value: None
    if local.type not in {type_, INVALID}:
        compiler.mistake(node, f"Argument: cannot convert from 'out {local.type}' to 'out {type_}'")
    return storer(local, new=node.kind == "declaration_expression")


def _out_variable(compiler: Compiler, node: Node, type_: Type) -> Local | None:
    if node.kind == "declaration_expression":
        declared = type_ if node["type"].kind == "implicit_type" else compiler.type(node["type"])
        local = compiler.declare_in_expression(node["name"], declared)
        compiler.assign(local)
        return local
    if node.text == DISCARD and not compiler.scopes.declares(DISCARD):
        return None
    found = compiler.find(node.text)
    if found is None:
        _no_out_variable(compiler, node)
    elif found.constant is not None:
        compiler.mistake(node, "A ref or out value must be an assignable variable")
    elif found.read_only:
        compiler.mistake(node, f"Cannot use '{node.text}' as a ref or out value because it is a '{found.read_only}'")
    else:
        compiler.assign(found)
    return found


def _no_out_variable(compiler: Compiler, node: Node) -> None:
    if node.kind == "identifier" and node.text != compiler.parameter.name:
        compiler.unknown(node)
    else:
        compiler.mistake(node, "'out' and 'ref' are supported for local variables only here")


def _storing(run: Run, stores: Sequence[Store]) -> Run:
    def stored(frame: Any) -> Any:
        result, *values = run(frame)
        for store, value in zip(stores, values, strict=True):
            store(frame, value)
        return result

    return stored


def invocation(function: Implementation, runs: Sequence[Run], *, checked: bool) -> Run:
    """A closure that calls `function` with what `runs` yield; if `checked`, the first must not be null."""
    build = _CHECKED if checked else _UNCHECKED
    return build.get(len(runs), build[-1])(function, runs)


def _call_0(function: Implementation, _runs: Sequence[Run]) -> Run:
    return lambda _: function()


def _call_1(function: Implementation, runs: Sequence[Run]) -> Run:
    (first,) = runs
    return lambda frame: function(first(frame))


def _call_2(function: Implementation, runs: Sequence[Run]) -> Run:
    first, second = runs
    return lambda frame: function(first(frame), second(frame))


def _call_n(function: Implementation, runs: Sequence[Run]) -> Run:
    return lambda frame: function(*[run(frame) for run in runs])


def _checked_1(function: Implementation, runs: Sequence[Run]) -> Run:
    (first,) = runs

    def run(frame: Any) -> Any:
        target = first(frame)
        if target is None:
            raise NullReferenceException
        return function(target)

    return run


def _checked_2(function: Implementation, runs: Sequence[Run]) -> Run:
    first, second = runs

    def run(frame: Any) -> Any:
        target = first(frame)
        argument = second(frame)
        if target is None:
            raise NullReferenceException
        return function(target, argument)

    return run


def _checked_n(function: Implementation, runs: Sequence[Run]) -> Run:
    def run(frame: Any) -> Any:
        values = [each(frame) for each in runs]
        if values[0] is None:
            raise NullReferenceException
        return function(*values)

    return run


_UNCHECKED = {0: _call_0, 1: _call_1, 2: _call_2, -1: _call_n}
_CHECKED = {1: _checked_1, 2: _checked_2, -1: _checked_n}
