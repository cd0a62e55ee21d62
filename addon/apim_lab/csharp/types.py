"""Static C# types, and the tables that say which members of them a policy expression may reach.

A `Definition` is one type of APIM's allow-list. Its rows are C# signatures as the .NET reference prints them, each with
the Python function that does the work: nothing else can be reached from an expression.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

Implementation = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Type:
    """A static type: `string`, `List<T>`; arrays are named "[]" and nullable value types "?"."""

    name: str
    arguments: tuple["Type", ...] = ()

    def __str__(self) -> str:
        if self.name in {"[]", "?"}:
            return f"{self.arguments[0]}{self.name}"
        if not self.arguments:
            return self.name
        return f"{self.name}<{', '.join(map(str, self.arguments))}>"

    def substitute(self, known: Mapping[str, "Type"]) -> "Type":
        """This type with its type parameters replaced by what is known of them."""
        if not self.arguments:
            return known.get(self.name, self)
        return Type(self.name, tuple(argument.substitute(known) for argument in self.arguments))


OBJECT = Type("object")
STRING = Type("string")
BOOL = Type("bool")
INT = Type("int")
LONG = Type("long")
DOUBLE = Type("double")
DECIMAL = Type("decimal")
CHAR = Type("char")
BYTE = Type("byte")
VOID = Type("void")
NULL = Type("<null>")
# The type of what could not be compiled: it fits everywhere, so that one mistake is reported once.
INVALID = Type("<invalid>")


def array_of(element: Type) -> Type:
    return Type("[]", (element,))


def nullable(value: Type) -> Type:
    return Type("?", (value,))


def underlying(type_: Type) -> Type:
    """`int` for `int?`, any other type as it is."""
    return type_.arguments[0] if type_.name == "?" else type_


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method; `default` is the C# literal's text, "" where the argument is required."""

    name: str
    type: Type
    default: str = ""
    modifier: str = ""

    @property
    def optional(self) -> bool:
        return bool(self.default) or self.modifier == "params"


@dataclass(frozen=True)
class Signature:
    """A member's signature, read from its C# text by `parse_signature`."""

    result: Type
    name: str
    parameters: tuple[Parameter, ...] = ()
    type_parameters: tuple[str, ...] = ()

    def substitute(self, known: Mapping[str, Type]) -> "Signature":
        parameters = tuple(Parameter(p.name, p.type.substitute(known), p.default, p.modifier) for p in self.parameters)
        return Signature(self.result.substitute(known), self.name, parameters, self.type_parameters)


@dataclass(frozen=True)
class Method:
    """A signature and what it does.

    The implementation takes the target (unless the method is static) and one value per parameter, those of `params`
    as one Array. With `out` parameters it returns a tuple: the result, then their values. That of a generic method
    takes the type arguments instead, once at load, and returns such a function; it raises TypeError with a message
    for the author if a type does not do.
    """

    signature: Signature
    implementation: Implementation
    static: bool = False


Table = Mapping[str, Implementation]


@dataclass(frozen=True)
class Definition:
    """One type of the allow-list.

    `name` is the C# keyword or the name, with its type parameters (`List<T>`); `full_name` what .NET calls it in
    messages. `python` is the class of its values, None where values know their own `type`. `elements` is what
    `foreach` yields, by `iterate`. `observed` names members whose use is reported by `Expression`. `implicit_from` and
    `explicit_to` are user-defined conversions: source or target type by name.
    """

    name: str
    full_name: str
    python: type | None = None
    base: str = "object"
    interfaces: Sequence[str] = ()
    value: bool = False
    elements: str = ""
    iterate: Implementation = iter
    properties: Table = field(default_factory=dict)
    setters: Table = field(default_factory=dict)
    methods: Table = field(default_factory=dict)
    indexers: Table = field(default_factory=dict)
    index_setters: Table = field(default_factory=dict)
    static_properties: Table = field(default_factory=dict)
    static_methods: Table = field(default_factory=dict)
    constructors: Table = field(default_factory=dict)
    operators: Table = field(default_factory=dict)
    implicit_from: Table = field(default_factory=dict)
    explicit_to: Table = field(default_factory=dict)
    extensions: Table = field(default_factory=dict)
    observed: Mapping[str, str] = field(default_factory=dict)
    default: object = None

    @cached_property
    def type(self) -> Type:
        return parse_type(self.name)

    @cached_property
    def type_parameters(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.type.arguments)

    @cached_property
    def parents(self) -> tuple[Type, ...]:
        """The base class and the interfaces, in terms of this type's parameters."""
        return tuple(parse_type(name) for name in (self.base, *self.interfaces) if name)

    @cached_property
    def instance_methods(self) -> Mapping[str, Sequence[Method]]:
        return _by_name(self.methods)

    @cached_property
    def class_methods(self) -> Mapping[str, Sequence[Method]]:
        return _by_name(self.static_methods, static=True)

    @cached_property
    def operator_methods(self) -> Mapping[str, Sequence[Method]]:
        return _by_name(self.operators, static=True)

    @cached_property
    def extension_methods(self) -> Mapping[str, Sequence[Method]]:
        return _by_name(self.extensions, static=True)

    @cached_property
    def constructor_methods(self) -> Sequence[Method]:
        return _by_name(self.constructors, static=True).get("new", ())

    @cached_property
    def instance_properties(self) -> Mapping[str, Method]:
        return {name: methods[0] for name, methods in _by_name(self.properties).items()}

    @cached_property
    def class_properties(self) -> Mapping[str, Method]:
        return {name: methods[0] for name, methods in _by_name(self.static_properties, static=True).items()}

    @cached_property
    def index_methods(self) -> Sequence[Method]:
        return _by_name(self.indexers).get("this", ())

    @cached_property
    def index_set_methods(self) -> Sequence[Method]:
        return _by_name(self.index_setters).get("this", ())


def enum_definition(full_name: str, members: type[Enum]) -> Definition:
    """The type of an enumeration; its first member is the default."""
    name = full_name.rpartition(".")[2]
    return Definition(
        name,
        full_name,
        python=members,
        value=True,
        default=next(iter(members)),
        static_properties={f"{name} {member.name}": lambda member=member: member for member in members},
    )


def _by_name(table: Table, *, static: bool = False) -> dict[str, list[Method]]:
    methods: dict[str, list[Method]] = {}
    for text, implementation in table.items():
        signature = parse_signature(text)
        methods.setdefault(signature.name, []).append(Method(signature, implementation, static))
    return methods


_TOKEN = re.compile(r"""\s*("[^"]*"|[\w.]+|[^\w\s])""")
_MODIFIERS = {"this", "out", "params"}


class _Reader:
    """Reads signatures and type names token by token."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.text = text

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, expected: str = "") -> str:
        if not self.tokens or expected not in {"", self.tokens[0]}:
            raise ValueError(f"{self.text!r}: expected {expected or 'more'}")
        token: str = self.tokens.pop(0)
        return token

    def accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.take()
        return True

    def type(self) -> Type:
        found = Type(self.take(), tuple(self.listed(self.type, "<", ">")))
        while self.peek() in {"[", "?"}:
            if self.take() == "?":
                found = nullable(found)
            else:
                self.take("]")
                found = array_of(found)
        return found

    def listed[T](self, item: Callable[[], T], opening: str, closing: str) -> Iterator[T]:
        if not self.accept(opening):
            return
        while not self.accept(closing):
            yield item()
            self.accept(",")

    def parameter(self) -> Parameter:
        modifier = self.take() if self.peek() in _MODIFIERS else ""
        type_, name = self.type(), self.take()
        return Parameter(name, type_, self.take() if self.accept("=") else "", modifier)

    def operator(self) -> str:
        symbol = ""
        while self.peek() != "(":
            symbol += self.take()
        return symbol

    def signature(self) -> Signature:
        result = self.type()
        name = self.operator() if self.accept("operator") else self.take()
        type_parameters = tuple(self.listed(self.take, "<", ">")) if name[0].isalpha() else ()
        closing = "]" if self.peek() == "[" else ")"
        parameters = tuple(self.listed(self.parameter, self.peek() or "(", closing))
        return Signature(result, name, parameters, type_parameters)


def parse_type(text: str) -> Type:
    """`IReadOnlyDictionary<string, string[]>` as a Type; raises ValueError if it is not the text of a type."""
    reader = _Reader(text)
    found = reader.type()
    if reader.tokens:
        raise ValueError(f"{text!r} is not a type")
    return found


def parse_signature(text: str) -> Signature:
    """A member as C# declares it.

    `string Substring(int startIndex)`, `int Length`, `char this[int index]`, `JObject new(params object[] content)`,
    `bool operator ==(string left, string right)`, `T Value<T>(object key)`.
    """
    return _Reader(text).signature()
