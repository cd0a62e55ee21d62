"""Type inference: what a generic method's type parameters stand for in a call.

Source: the C# specification, "Type inference". Arguments that have a type give bounds first; then type parameters are
fixed one after the other, and what a lambda or a method group returns gives bounds for those that are left.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from apim_lab.csharp.binding.arguments import Argument, Placement
from apim_lab.csharp.binding.conversions import implicit_between
from apim_lab.csharp.binding.reference_conversions import is_array_interface, is_reference
from apim_lab.csharp.code import Function
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.signatures import Signature
from apim_lab.csharp.types import INVALID, TYPELESS, Type

# How `found` bounds what a pattern stands for
type Bounding = Callable[[Type, Type], None]


@dataclass
class _Bounds:
    """What is known of one type parameter."""

    exact: list[Type] = field(default_factory=list)
    lower: list[Type] = field(default_factory=list)
    upper: list[Type] = field(default_factory=list)

    def candidates(self) -> list[Type]:
        return list(dict.fromkeys([*self.exact, *self.lower, *self.upper]))


def infer(library: Library, signature: Signature, placement: Placement) -> Mapping[str, Type] | None:
    """The type arguments by name; None if they cannot be inferred."""
    return _Inference(library, signature.type_parameters).of(placement)


def infer_receiver(library: Library, signature: Signature, type_: Type) -> Mapping[str, Type]:
    """What an extension method's receiver alone tells of its type parameters."""
    inference = _Inference(library, signature.type_parameters)
    inference.lower(type_, signature.parameters[0].type)
    for name in list(inference.bounds):
        inference.fix(name)
    return inference.fixed


class _Inference:
    """One inference: the bounds of the type parameters that are not fixed yet, and the types of those that are."""

    def __init__(self, library: Library, names: Sequence[str]) -> None:
        self.library = library
        self.bounds = {name: _Bounds() for name in names}
        self.fixed: dict[str, Type] = {}

    def of(self, placement: Placement) -> Mapping[str, Type] | None:
        pairs = [(p.type, a) for p, a in zip(placement.parameters, placement.arguments, strict=True) if a is not None]
        for pattern, argument in pairs:
            self.first_phase(pattern, argument)
        functions = [(pattern, a.code.function) for pattern, a in pairs if a.code.function is not None]
        while self.bounds:
            self.infer_results(functions)
            if not self.fix_some(functions):
                return None
        return self.fixed

    def first_phase(self, pattern: Type, argument: Argument) -> None:
        code = argument.code
        if argument.out_type is not None:
            self.exact(argument.out_type, pattern)
        elif code.function is not None:
            self.explicit_parameters(pattern, code.function)
        elif code.type != INVALID and code.type not in TYPELESS:
            self.lower(code.type, pattern)

    def explicit_parameters(self, pattern: Type, function: Function) -> None:
        delegate = self.library.delegate(pattern)
        if delegate is not None and function.types is not None:
            for type_, parameter in zip(function.types, delegate.parameters, strict=False):
                self.exact(type_, parameter.type)

    def fix_some(self, functions: Sequence[tuple[Type, Function]]) -> bool:
        """Fix the type parameters that wait for no other; else those with bounds that others wait for."""
        waiting = {name: set(self.dependencies(name, functions)) & self.bounds.keys() for name in self.bounds}
        ready = [name for name in self.bounds if not waiting[name]]
        if not ready:
            needed = set().union(*waiting.values())
            ready = [name for name in self.bounds if name in needed and self.bounds[name].candidates()]
        return bool(ready) and all(self.fix(name) for name in ready)

    def dependencies(self, name: str, functions: Sequence[tuple[Type, Function]]) -> Iterator[str]:
        """The type parameters of a lambda or method group that returns this one."""
        for pattern, function in functions:
            delegate = self.library.delegate(pattern)
            if delegate is not None and name in _names(delegate.result) and function.types is None:
                for parameter in delegate.parameters:
                    yield from _names(parameter.type)

    def infer_results(self, functions: Sequence[tuple[Type, Function]]) -> None:
        """A function whose parameters are known by now tells what it returns."""
        for pattern, function in functions:
            delegate = self.library.delegate(pattern)
            if delegate is None or not _names(delegate.result) & self.bounds.keys():
                continue
            parameters = [parameter.type.substitute(self.fixed) for parameter in delegate.parameters]
            types = parameters if function.types is None else function.types
            if any(_names(type_) & self.bounds.keys() for type_ in types):
                continue
            result = function.result(types)
            if result is not None:
                self.lower(result, delegate.result)

    def exact(self, found: Type, pattern: Type) -> None:
        """`found` is what the pattern stands for."""
        if pattern.name in self.bounds:
            self.bounds[pattern.name].exact.append(found)
        elif (pattern.name, len(pattern.arguments)) == (found.name, len(found.arguments)):
            for inner, argument in zip(found.arguments, pattern.arguments, strict=True):
                self.exact(inner, argument)

    def lower(self, found: Type, pattern: Type) -> None:
        """`found` converts to what the pattern stands for."""
        if pattern.name in self.bounds:
            self.bounds[pattern.name].lower.append(found)
        elif pattern.name == found.name == "?":
            self.lower(found.arguments[0], pattern.arguments[0])
        elif found.name == "[]" and _is_sequence(pattern):
            self.items(found.arguments[0], pattern.arguments[0], self.lower)
        elif pattern.arguments:
            bases = [base for base in self.library.lineage(found) if _is_same_generic(base, pattern)]
            if len(bases) == 1:
                self.constructed(bases[0], pattern, self.lower, self.upper)

    def upper(self, found: Type, pattern: Type) -> None:
        """What the pattern stands for converts to `found`."""
        if pattern.name in self.bounds:
            self.bounds[pattern.name].upper.append(found)
        elif pattern.name == found.name == "?":
            self.upper(found.arguments[0], pattern.arguments[0])
        elif pattern.name == "[]" and _is_sequence(found):
            self.items(found.arguments[0], pattern.arguments[0], self.upper)
        elif found.arguments and pattern.arguments:
            bases = [base for base in self.library.lineage(pattern) if _is_same_generic(base, found)]
            if len(bases) == 1:
                self.constructed(found, bases[0], self.upper, self.lower)

    def items(self, found: Type, pattern: Type, bounding: Bounding) -> None:
        """Arrays and their interfaces are covariant for reference types."""
        (bounding if is_reference(self.library, found) else self.exact)(found, pattern)

    def constructed(self, found: Type, pattern: Type, same: Bounding, opposite: Bounding) -> None:
        """The type arguments of the same generic type, by the variance of its type parameters."""
        definition = self.library.definition(pattern)
        if definition is None:
            return
        bounding = {"": self.exact, "out": same, "in": opposite}
        for mark, inner, argument in zip(definition.variance, found.arguments, pattern.arguments, strict=True):
            (bounding[mark] if is_reference(self.library, inner) else self.exact)(inner, argument)

    def fix(self, name: str) -> bool:
        """Choose the one candidate that all bounds allow and all other candidates convert to."""
        bounds = self.bounds[name]
        allowed = [candidate for candidate in bounds.candidates() if self.allows(bounds, candidate)]
        best = [t for t in allowed if all(self.converts(other, t) for other in allowed)]
        if len(best) != 1:
            return False
        del self.bounds[name]
        self.fixed[name] = best[0]
        return True

    def allows(self, bounds: _Bounds, candidate: Type) -> bool:
        return (
            all(candidate == type_ for type_ in bounds.exact)
            and all(self.converts(type_, candidate) for type_ in bounds.lower)
            and all(self.converts(candidate, type_) for type_ in bounds.upper)
        )

    def converts(self, source: Type, target: Type) -> bool:
        return implicit_between(self.library, source, target) is not None


def _is_sequence(type_: Type) -> bool:
    """Whether it is an array, or an interface that arrays have."""
    return type_.name == "[]" or is_array_interface(type_)


def _is_same_generic(one: Type, other: Type) -> bool:
    return (one.name, len(one.arguments)) == (other.name, len(other.arguments))


def _names(type_: Type) -> set[str]:
    """The names in a type, among which are its type parameters."""
    return {type_.name}.union(*(_names(argument) for argument in type_.arguments))
