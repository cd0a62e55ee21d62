"""Which overload a call means, and the code that calls it. Source: the C# specification, "Overload resolution"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp.code import NO_CONSTANT, Code, Run, constant
from apim_lab.csharp.compiler import Compiler, apply
from apim_lab.csharp.conversions import implicit
from apim_lab.csharp.definitions import Implementation, Method
from apim_lab.csharp.exceptions import NullReferenceException
from apim_lab.csharp.memory import OBJECT, allocate
from apim_lab.csharp.scopes import DISCARD, Local
from apim_lab.csharp.signatures import Parameter, Signature
from apim_lab.csharp.syntax import Node
from apim_lab.csharp.types import (
    BOOL,
    INT,
    INVALID,
    NULL,
    STRING,
    Type,
)
from apim_lab.csharp.values import Array
from apim_lab.dotnet import library


@dataclass(frozen=True)
class Argument:
    """One argument of a call. `name` is "" for a positional one; `out` is the node of an `out` argument."""

    node: Node
    code: Code
    name: str = ""
    out: Node | None = None


@dataclass(frozen=True)
class Binding:
    """A method that the arguments fit: `values` are the codes for its parameters, in order."""

    method: Method
    signature: Signature
    types: tuple[Type, ...]
    values: tuple[Code, ...]
    outs: tuple[tuple[Argument, Type], ...]
    cost: int


def resolve(methods: Sequence[Method], arguments: Sequence[Argument], types: Sequence[Type] = ()) -> Binding | None:
    """The best of the methods for these arguments; the earlier one of two that are as good. None if none fits."""
    fitting = [
        binding
        for method in methods
        for expanded in (False, True)
        if (binding := _bind(method, arguments, types, expanded=expanded)) is not None
    ]
    return min(fitting, key=lambda binding: binding.cost, default=None)


# The expanded form of `params` is taken only if the normal one does not fit
_EXPANDED_COST = 1_000
_DEFAULT_COST = 100


def _bind(method: Method, arguments: Sequence[Argument], types: Sequence[Type], *, expanded: bool) -> Binding | None:
    signature = method.signature
    parameters = _expanded(signature, len(arguments)) if expanded else signature.parameters
    if parameters is None:
        return None
    placed = _placed(parameters, arguments)
    if placed is None:
        return None
    known = _type_arguments(signature, parameters, placed, types)
    if known is None:
        return None
    return _with_values(method, parameters, placed, known, expanded=expanded)


def _expanded(signature: Signature, count: int) -> tuple[Parameter, ...] | None:
    """`params T[] x` as so many parameters of type T as there are arguments for it."""
    if not signature.parameters or signature.parameters[-1].modifier != "params":
        return None
    *fixed, last = signature.parameters
    item = Parameter(last.name, last.type.arguments[0], modifier="item")
    return (*fixed, *[item] * (count - len(fixed)))


def _placed(parameters: Sequence[Parameter], arguments: Sequence[Argument]) -> list[Argument | None] | None:
    """The argument of every parameter, None for the ones that are left out; None if they do not match."""
    placed: list[Argument | None] = [None] * len(parameters)
    for position, argument in enumerate(arguments):
        index = position if not argument.name else _index_of(parameters, argument.name)
        if index >= len(parameters) or placed[index] is not None:
            return None
        if (parameters[index].modifier == "out") != (argument.out is not None):
            return None
        placed[index] = argument
    missing = [p for p, argument in zip(parameters, placed, strict=True) if argument is None and not p.default]
    return None if missing else placed


def _index_of(parameters: Sequence[Parameter], name: str) -> int:
    return next((index for index, p in enumerate(parameters) if p.name == name), len(parameters))


def _type_arguments(
    signature: Signature,
    parameters: Sequence[Parameter],
    placed: Sequence[Argument | None],
    types: Sequence[Type],
) -> dict[str, Type] | None:
    """The type arguments by name: as written, or inferred from the arguments."""
    if types:
        known = dict(zip(signature.type_parameters, types, strict=False))
        return known if len(types) == len(signature.type_parameters) else None
    known = {}
    for parameter, argument in zip(parameters, placed, strict=True):
        if argument is not None and argument.code.type not in {NULL, INVALID}:
            infer(parameter.type, argument.code.type, signature.type_parameters, known)
    return known if len(known) == len(signature.type_parameters) else None


def infer(pattern: Type, found: Type, names: Sequence[str], known: dict[str, Type]) -> None:
    """Learn from an argument of type `found` what the type parameters in `pattern` stand for."""
    if pattern.name in names:
        known.setdefault(pattern.name, found)
        return
    for ancestor in library.lineage(found):
        if ancestor.name == pattern.name:
            for inner, argument in zip(pattern.arguments, ancestor.arguments, strict=True):
                infer(inner, argument, names, known)
            return


def _with_values(
    method: Method,
    parameters: Sequence[Parameter],
    placed: Sequence[Argument | None],
    known: Mapping[str, Type],
    *,
    expanded: bool,
) -> Binding | None:
    cost = _EXPANDED_COST if expanded else 0
    values: list[Code] = []
    outs: list[tuple[Argument, Type]] = []
    for parameter, argument in zip(parameters, placed, strict=True):
        type_ = parameter.type.substitute(known)
        if argument is None:
            values.append(_default(parameter.default, type_))
            cost += _DEFAULT_COST
        elif argument.out is not None:
            outs.append((argument, type_))
        else:
            conversion = implicit(argument.code.type, type_)
            if conversion is None:
                return None
            cost += conversion.cost
            values.append(apply(conversion, argument.code, type_))
    if expanded:
        fixed = len(method.signature.parameters) - 1
        values[fixed:] = [_array(values[fixed:], method.signature.parameters[-1].type.substitute(known))]
    types = tuple(known[name] for name in method.signature.type_parameters)
    return Binding(method, method.signature.substitute(known), types, tuple(values), tuple(outs), cost)


_LITERALS: Mapping[str, tuple[Type, object]] = {
    "true": (BOOL, True),
    "false": (BOOL, False),
    "null": (NULL, None),
    '""': (STRING, ""),
}


def _default(literal: str, type_: Type) -> Code:
    if literal == "default":
        return constant(type_, library.default_of(type_))
    found = _LITERALS.get(literal)
    return constant(*found) if found else constant(INT, int(literal))


def _array(items: Sequence[Code], type_: Type) -> Code:
    runs = [item.run for item in items]
    element = type_.arguments[0]
    return Code(type_, lambda frame: Array([run(frame) for run in runs], element))


def call(compiler: Compiler, binding: Binding, target: Code | None = None) -> Code:
    """The code that calls the method; `target` is checked for null unless its type cannot be.

    Raises TypeError if the method does not do for its type arguments.
    """
    implementation = binding.method.implementation
    if binding.types:
        implementation = implementation(*binding.types)
    runs = [value.run for value in binding.values]
    if target is not None:
        runs.insert(0, target.run)
    checked = target is not None and library.can_be_null(target.type) and target.type.name != "?"
    run = invocation(implementation, runs, checked=checked)
    if (measure := _SIZES.get(binding.signature.result.name)) is not None:
        run = _counted(run, measure)
    if binding.outs:
        run = _storing(run, [_out_slot(compiler, argument, type_) for argument, type_ in binding.outs])
    return Code(binding.signature.result, run, NO_CONSTANT)


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


def _out_slot(compiler: Compiler, argument: Argument, type_: Type) -> int:
    """Where an `out` argument goes: the variable it names or declares, or nowhere (`out _`)."""
    node = argument.out
    assert node is not None  # only arguments that have one are among the outs
    local = _out_variable(compiler, node, type_)
    if local is None:
        return compiler.new_slot()
    if local.type not in {type_, INVALID}:
        compiler.mistake(node, f"Argument: cannot convert from 'out {local.type}' to 'out {type_}'")
    return local.slot


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
    if node.kind == "identifier" and node.text != "context":
        compiler.unknown(node)
    else:
        compiler.mistake(node, f"'out {node.text}' is not supported here: use a local variable")


def _storing(run: Run, slots: Sequence[int]) -> Run:
    def stored(frame: Any) -> Any:
        result, *values = run(frame)
        for slot, value in zip(slots, values, strict=True):
            frame.locals[slot] = value
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
