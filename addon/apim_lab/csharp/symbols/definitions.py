"""A class that expressions may use is one table: its declaration and its members, in C#'s own words.

    REGEX = Definition(
        "class Regex",
        "System.Text.RegularExpressions.Regex",
        python=Regex,
        members={
            "new(string pattern)": Regex,
            "bool IsMatch(string input)": Regex.is_match,
            "static bool IsMatch(string input, string pattern)": is_match,
        },
    )

The rows are signatures as the .NET reference prints them, each with the Python function that does the work: nothing
else can be reached from an expression.
"""

import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from apim_lab.csharp.runtime.arithmetic import COMPARISONS
from apim_lab.csharp.runtime.enumerations import member
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.symbols.signatures import Declaration, Kind, Signature, parse_declaration, parse_signature
from apim_lab.csharp.types import OBJECT, Type

Implementation = Callable[..., Any]


@dataclass(frozen=True)
class Method:
    """A signature and what it does.

    The implementation takes the target (unless the method is static) and one value per parameter, those of `params`
    as one Array. With `out` parameters it returns a tuple: the result, then their values. That of a generic method
    takes the type arguments instead, once at load, and returns such a function, or raises UnsupportedType; so does that
    of a constructor of a generic type. `owner` is the type that declares it.
    """

    signature: Signature
    implementation: Implementation
    owner: Type = OBJECT

    @property
    def is_named(self) -> bool:
        """Whether it is called by its name: operators, conversions, constructors and indexers are not."""
        return self.signature.kind in {Kind.CONSTANT, Kind.METHOD, Kind.PROPERTY}


@dataclass(frozen=True)
class OfLibrary:
    """Stands for an implementation that looks at the types of values: `make` makes it of the library, once at load."""

    make: Callable[[Any], Implementation]


@dataclass(frozen=True)
class Definition:
    """One type that expressions may use, as the module's text shows it.

    `full_name` is what .NET calls it in messages. `python` is the class of its values, None where values know their own
    `type`. `members` maps rows in C#'s words (see `parse_signature`) to what they do: a function of the instance and
    the arguments, of a setter also of the value; a `const` row is mapped to its value. `iterate` yields what `foreach`
    sees of a value; that of a generic type takes the type arguments first, and returns such a function. `default` is
    `default(T)` of a value type; of a generic one it is a function that makes it of its type arguments and of their
    defaults. `yields_objects` tells of a class whose own enumerator is older than generics: `foreach` sees objects.
    `is_allowed` is False for a class whose values are seen, but which no policy may name. `observed` has a word for
    each property whose use the library wants to know of, `selecting` names the methods and indexers that take nothing
    of a value but the item with the key that is their first argument (see observations.py).
    """

    declaration: str
    full_name: str
    python: type | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    iterate: Implementation = iter
    default: Any = None
    is_allowed: bool = True
    yields_objects: bool = False
    observed: Mapping[str, Hashable] = field(default_factory=dict)
    selecting: frozenset[str] = frozenset()

    @cached_property
    def declared(self) -> Declaration:
        return parse_declaration(self.declaration)

    @property
    def type(self) -> Type:
        return self.declared.type

    @property
    def name(self) -> str:
        return str(self.type)

    @cached_property
    def type_parameters(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.type.arguments)

    @cached_property
    def variance(self) -> tuple[str, ...]:
        """The mark of each type parameter: "in", "out" or ""."""
        return self.declared.variance or ("",) * len(self.type_parameters)

    @cached_property
    def value(self) -> bool:
        """Whether it is a value type that cannot be null."""
        return self.declared.kind in {"enum", "struct"} and self.type.name != "Nullable"

    @cached_property
    def parents(self) -> tuple[Type, ...]:
        """The base class and the interfaces, in terms of this type's parameters."""
        return self.declared.parents if self.type == OBJECT else (*self.declared.parents, OBJECT)

    @cached_property
    def rows(self) -> Sequence[Method]:
        """All members, in the order of the table."""
        return [
            Method(parse_signature(text, self.type), function, self.type) for text, function in self.members.items()
        ]

    @cached_property
    def instance_methods(self) -> Mapping[str, Sequence[Method]]:
        return self._by_name(lambda row: row.kind is Kind.METHOD and not row.static)

    @cached_property
    def class_methods(self) -> Mapping[str, Sequence[Method]]:
        return self._by_name(lambda row: row.kind is Kind.METHOD and row.static)

    @cached_property
    def extension_methods(self) -> Mapping[str, Sequence[Method]]:
        return self._by_name(lambda row: row.is_extension)

    @cached_property
    def operator_methods(self) -> Mapping[str, Sequence[Method]]:
        return self._by_name(lambda row: row.kind is Kind.OPERATOR)

    @cached_property
    def conversions(self) -> Sequence[Method]:
        """The user-defined conversions, from or to this type."""
        return [row for row in self.rows if row.signature.kind is Kind.CONVERSION]

    @cached_property
    def constructors(self) -> Sequence[Method]:
        return self._by_name(lambda row: row.kind is Kind.CONSTRUCTOR).get("new", ())

    @cached_property
    def indexers(self) -> Sequence[Method]:
        return self._by_name(lambda row: row.kind is Kind.INDEXER and not row.sets).get("this", ())

    @cached_property
    def index_setters(self) -> Sequence[Method]:
        return self._by_name(lambda row: row.kind is Kind.INDEXER and row.sets).get("this", ())

    @cached_property
    def properties(self) -> Mapping[str, Method]:
        return self._single(lambda row: row.kind is Kind.PROPERTY and not row.static and not row.sets)

    @cached_property
    def setters(self) -> Mapping[str, Method]:
        return self._single(lambda row: row.kind is Kind.PROPERTY and row.sets)

    @cached_property
    def class_properties(self) -> Mapping[str, Method]:
        return self._single(lambda row: row.kind is Kind.PROPERTY and row.static)

    @cached_property
    def constants(self) -> Mapping[str, Method]:
        """The `const` members; their implementation is the value."""
        return self._single(lambda row: row.kind is Kind.CONSTANT)

    def _by_name(self, wanted: Callable[[Signature], bool]) -> dict[str, list[Method]]:
        methods: dict[str, list[Method]] = {}
        for row in self.rows:
            if wanted(row.signature):
                methods.setdefault(row.signature.name, []).append(row)
        return methods

    def _single(self, wanted: Callable[[Signature], bool]) -> dict[str, Method]:
        return {name: methods[0] for name, methods in self._by_name(wanted).items()}


def enum_definition(full_name: str, members: type[Enum]) -> Definition:
    """The type of an enumeration, with the operators that the language gives it; 0 is its default."""
    name = full_name.rpartition(".")[2]
    return Definition(
        f"enum {name} : Enum",
        full_name,
        python=members,
        default=member(members, 0),
        members={
            **{f"const {name} {found.name}": found for found in members},
            **{f"static {row.replace('E', name)}": _operator(members, row) for row in _OPERATORS},
        },
    )


# Those of the C# specification, "Enumeration comparison operators" and what follows, for an enumeration E
_OPERATORS: Mapping[str, Implementation] = {
    **{f"bool operator {symbol}(E x, E y)": compare for symbol, compare in COMPARISONS.items()},
    "E operator &(E x, E y)": operator.and_,
    "E operator |(E x, E y)": operator.or_,
    "E operator ^(E x, E y)": operator.xor,
    "E operator ~(E x)": operator.invert,
    "E operator +(E x, int y)": operator.add,
    "E operator +(int x, E y)": operator.add,
    "int operator -(E x, E y)": operator.sub,
    "E operator -(E x, int y)": operator.sub,
    "E operator -(int x, E y)": operator.sub,
}


def _operator(members: type[Enum], row: str) -> Implementation:
    """The operator on the numbers of the values."""
    compute, wrap = _OPERATORS[row], BY_KEYWORD["int"].wrap
    if row.startswith("bool"):
        return lambda left, right: compute(left.value, right.value)

    def operate(*operands: Any) -> Any:
        number = wrap(compute(*[value.value if isinstance(value, Enum) else value for value in operands]))
        return member(members, number) if row.startswith("E") else number

    return operate
