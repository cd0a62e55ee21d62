"""Which overload a call means. Source: the C# specification, "Overload resolution" and "Better function member"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from apim_lab.csharp.binding.arguments import Argument, Placement, placements
from apim_lab.csharp.binding.better_conversions import is_better_conversion
from apim_lab.csharp.binding.conversions import implicit
from apim_lab.csharp.binding.inference import infer
from apim_lab.csharp.code import Conversion
from apim_lab.csharp.symbols.definitions import Method
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.signatures import Signature
from apim_lab.csharp.types import Type


@dataclass(frozen=True)
class Candidate:
    """A method that the arguments fit, its type arguments known.

    `conversions` are those of the arguments to their parameters, None where there is no argument, or an `out` one.
    """

    method: Method
    placement: Placement
    types: Mapping[str, Type]
    conversions: tuple[Conversion | None, ...]

    @property
    def signature(self) -> Signature:
        """The method's, its type parameters replaced."""
        return self.method.signature.substitute(self.types)

    @property
    def supplied(self) -> list[tuple[Argument, Type]]:
        """The arguments that are converted, in the order they were written, and the types of their parameters."""
        pairs = zip(self.placement.arguments, self.placement.parameters, strict=True)
        given = [(argument, parameter.type) for argument, parameter in pairs if argument is not None]
        return sorted(given, key=lambda pair: pair[0].node.start)

    @property
    def complete(self) -> bool:
        """Whether no parameter takes its default."""
        return None not in self.placement.arguments


@dataclass(frozen=True)
class Resolution:
    """The best of the methods; or, if none is better than all others, `tied` are two of the best."""

    best: Candidate | None = None
    tied: tuple[Candidate, Candidate] | None = None


def resolve(
    library: Library, methods: Sequence[Method], arguments: Sequence[Argument], types: Sequence[Type] = ()
) -> Resolution:
    """Which of the methods a call with these arguments means, and these type arguments if some were written."""
    fitting = [found for method in methods if (found := _fit(library, method, arguments, types)) is not None]
    candidates = [found for found in fitting if not any(_hides(library, other, found) for other in fitting)]
    if not candidates:
        return Resolution()
    for candidate in candidates:
        if all(other is candidate or _is_better(library, candidate, other) for other in candidates):
            return Resolution(candidate)
    return Resolution(tied=_two_best(library, candidates))


def unexpanded(methods: Sequence[Method], count: int) -> list[Method]:
    """The methods with so many parameters, where none may be left out and an array is given as one."""
    fitting = [method for method in methods if len(method.signature.parameters) == count]
    return [replace(method, signature=_unexpanded(method.signature)) for method in fitting]


def _unexpanded(signature: Signature) -> Signature:
    parameters = [replace(p, modifier="") if p.modifier == "params" else p for p in signature.parameters]
    return replace(signature, parameters=tuple(parameters))


def _fit(library: Library, method: Method, arguments: Sequence[Argument], types: Sequence[Type]) -> Candidate | None:
    """The method as a candidate: in its expanded form only if the normal one is not applicable."""
    found = (_applicable(library, method, placement, types) for placement in placements(method.signature, arguments))
    return next((candidate for candidate in found if candidate is not None), None)


def _hides(library: Library, left: Candidate, right: Candidate) -> bool:
    """An applicable method of a class hides all those of its base classes."""
    mine, theirs = left.method.owner, right.method.owner
    return mine != theirs and theirs in library.lineage(mine)


def _two_best(library: Library, candidates: Sequence[Candidate]) -> tuple[Candidate, Candidate]:
    unbeaten = [c for c in candidates if not any(_is_better(library, other, c) for other in candidates)]
    first, second = (unbeaten if len(unbeaten) > 1 else candidates)[:2]
    return first, second


def _applicable(library: Library, method: Method, placement: Placement, types: Sequence[Type]) -> Candidate | None:
    known = _type_arguments(library, method.signature, placement, types)
    if known is None:
        return None
    bound = placement.with_types(lambda type_: type_.substitute(known)) if known else placement
    conversions: list[Conversion | None] = []
    for parameter, argument in zip(bound.parameters, bound.arguments, strict=True):
        if argument is None or argument.out is not None:
            conversions.append(None)
            continue
        conversion = implicit(library, argument.code, parameter.type)
        if conversion is None or (argument.ref is not None and argument.code.type != parameter.type):
            return None
        conversions.append(conversion)
    return Candidate(method, bound, known, tuple(conversions))


def _type_arguments(
    library: Library, signature: Signature, placement: Placement, types: Sequence[Type]
) -> Mapping[str, Type] | None:
    """The type arguments by name: as written, or inferred from the arguments."""
    names = signature.type_parameters
    if types:
        return dict(zip(names, types, strict=True)) if len(types) == len(names) else None
    return infer(library, signature, placement) if names else {}


def _is_better(library: Library, left: Candidate, right: Candidate) -> bool:
    """Whether `left` is the better function member."""
    pairs = [
        (argument, mine, theirs)
        for (argument, mine), (_, theirs) in zip(left.supplied, right.supplied, strict=True)
        if argument.out is None
    ]
    if any(is_better_conversion(library, argument.code, theirs, mine) for argument, mine, theirs in pairs):
        return False
    if any(is_better_conversion(library, argument.code, mine, theirs) for argument, mine, theirs in pairs):
        return True
    if all(mine == theirs for _, mine, theirs in pairs):
        return _wins_tie(left, right)
    # As Roslyn has it, beyond the specification: `"a b".Split(null)` means the method that needs no default
    return left.complete and not right.complete


def _wins_tie(left: Candidate, right: Candidate) -> bool:
    """The rules for members whose parameters have the same types, the first that tells them apart."""
    for better, worse in (
        (not left.types, not right.types),
        (not left.placement.expanded, not right.placement.expanded),
        (len(left.method.signature.parameters), len(right.method.signature.parameters))
        if left.placement.expanded and right.placement.expanded
        else (0, 0),
        (left.complete, right.complete),
    ):
        if better != worse:
            return better > worse
    return _is_more_specific(left, right)


def _is_more_specific(left: Candidate, right: Candidate) -> bool:
    """Whether the declared parameter types are more specific: a type parameter is less so than any other type."""
    pairs = list(zip(_declared_types(left), _declared_types(right), strict=False))
    names = {*left.method.signature.type_parameters, *right.method.signature.type_parameters}
    found = [_specificity(mine, theirs, names) for mine, theirs in pairs]
    return any(each > 0 for each in found) and all(each >= 0 for each in found)


def _declared_types(candidate: Candidate) -> list[Type]:
    return [parameter.type for parameter in candidate.method.signature.parameters]


def _specificity(left: Type, right: Type, names: set[str]) -> int:
    """1 if the left type is more specific, -1 if the right one is."""
    if (left.name in names) != (right.name in names):
        return 1 if right.name in names else -1
    if left.name != right.name or len(left.arguments) != len(right.arguments):
        return 0
    inner = [_specificity(*pair, names) for pair in zip(left.arguments, right.arguments, strict=True)]
    if any(each > 0 for each in inner) and all(each >= 0 for each in inner):
        return 1
    return -1 if any(each < 0 for each in inner) and all(each <= 0 for each in inner) else 0
