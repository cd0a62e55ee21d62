"""Types and members as C# declares them, read from their text."""

import enum
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from apim_lab.csharp.types import Type, array_of, nullable, tuple_of


class Kind(enum.Enum):
    """What a declared member is."""

    CONSTANT = enum.auto()
    CONSTRUCTOR = enum.auto()
    CONVERSION = enum.auto()
    INDEXER = enum.auto()
    METHOD = enum.auto()
    OPERATOR = enum.auto()
    PROPERTY = enum.auto()


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method; `default` is the C# literal's text, "" where the argument is required.

    `value` holds what a default is that was computed, in a local function.
    """

    name: str
    type: Type
    default: str = ""
    modifier: str = ""
    value: tuple[object, ...] = ()

    @property
    def optional(self) -> bool:
        return bool(self.default) or self.modifier == "params"


@dataclass(frozen=True)
class Signature:
    """A member's signature, read from its C# text by `parse_signature`.

    An operator is named by its symbol, a conversion "implicit" or "explicit", a constructor "new", an indexer "this".
    `sets`: the row is what an assignment to the property or indexer does.
    """

    result: Type
    name: str
    parameters: tuple[Parameter, ...] = ()
    type_parameters: tuple[str, ...] = ()
    kind: Kind = Kind.METHOD
    static: bool = False
    sets: bool = False

    @property
    def is_extension(self) -> bool:
        return bool(self.parameters) and self.parameters[0].modifier == "this"

    def substitute(self, known: Mapping[str, Type]) -> "Signature":
        return self.with_types(lambda type_: type_.substitute(known)) if known else self

    def with_types(self, change: Callable[[Type], Type]) -> "Signature":
        """The same signature, its types changed."""
        parameters = tuple([Parameter(p.name, change(p.type), p.default, p.modifier, p.value) for p in self.parameters])
        return replace(self, result=change(self.result), parameters=parameters)


@dataclass(frozen=True)
class Declaration:
    """A type's declaration.

    `class JArray : JContainer`, `interface IEnumerable<out T>`, `delegate void Action<in T>(T obj)`. `variance` holds
    the marks of its type parameters, each "in", "out" or "". `call` is how a delegate is called.
    """

    kind: str
    type: Type
    variance: tuple[str, ...]
    parents: tuple[Type, ...] = ()
    call: Signature | None = None


_TOKEN = re.compile(r"""\s*("[^"]*"|[\w.]+|[^\w\s])""")
_TYPE_KINDS = {"class", "enum", "interface", "sealed", "static", "struct"}
_VARIANCE = {"in", "out"}
_MODIFIERS = {"this", "out", "params", "ref"}


class _Reader:
    """Reads declarations token by token."""

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

    def end(self) -> None:
        if self.tokens:
            raise ValueError(f"{self.text!r}: expected the end before {self.peek()}")

    def type(self) -> Type:
        found = self.tuple_type() if self.peek() == "(" else Type(self.take(), tuple(self.listed(self.type, "<", ">")))
        while self.peek() in {"[", "?"}:
            if self.take() == "?":
                found = nullable(found)
            else:
                self.take("]")
                found = array_of(found)
        return found

    def tuple_type(self) -> Type:
        """`(int, string name)`."""
        elements = list(self.listed(self.tuple_element, "(", ")"))
        return tuple_of([type_ for type_, _ in elements], [name for _, name in elements])

    def tuple_element(self) -> tuple[Type, str]:
        return self.type(), "" if self.peek() in {",", ")"} else self.take().removeprefix("@")

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

    def parameters(self, opening: str, closing: str) -> tuple[Parameter, ...]:
        return tuple(self.listed(self.parameter, opening, closing))

    def declaration(self) -> Declaration:
        if self.accept("delegate"):
            return self.delegate()
        kinds = []
        while self.peek() in _TYPE_KINDS:
            kinds.append(self.take())
        type_, variance = self.declared_type()
        parents = [self.type()] if self.accept(":") else []
        while self.accept(","):
            parents.append(self.type())
        return Declaration(" ".join(kinds), type_, variance, tuple(parents))

    def delegate(self) -> Declaration:
        result = self.type()
        type_, variance = self.declared_type()
        call = Signature(result, "Invoke", self.parameters("(", ")"))
        return Declaration("delegate", type_, variance, call=call)

    def declared_type(self) -> tuple[Type, tuple[str, ...]]:
        """A type's name and its type parameters, with their variance."""
        name = self.take()
        parameters = list(self.listed(self.type_parameter, "<", ">"))
        return Type(name, tuple(Type(parameter) for _, parameter in parameters)), tuple(mark for mark, _ in parameters)

    def type_parameter(self) -> tuple[str, str]:
        mark = self.take() if self.peek() in _VARIANCE else ""
        return mark, self.take()

    def member(self, owner: Type) -> Signature:
        constant, static = self.accept("const"), self.accept("static")
        if constant:
            return Signature(self.type(), self.take(), kind=Kind.CONSTANT, static=True)
        if self.peek() == "new":
            return Signature(owner, self.take(), self.parameters("(", ")"), kind=Kind.CONSTRUCTOR, static=True)
        if self.peek() in {"explicit", "implicit"}:
            return self.conversion()
        result = self.type()
        if self.accept("operator"):
            return self.operator(result)
        return self.named(result, static=static)

    def conversion(self) -> Signature:
        name = self.take()
        self.take("operator")
        return Signature(self.type(), name, self.parameters("(", ")"), kind=Kind.CONVERSION, static=True)

    def operator(self, result: Type) -> Signature:
        symbol = ""
        while self.peek() != "(":
            symbol += self.take()
        return Signature(result, symbol, self.parameters("(", ")"), kind=Kind.OPERATOR, static=True)

    def named(self, result: Type, *, static: bool) -> Signature:
        name = self.take()
        type_parameters = tuple(self.listed(self.take, "<", ">"))
        if self.peek() == "(":
            return Signature(result, name, self.parameters("(", ")"), type_parameters, static=static)
        parameters = self.parameters("[", "]")
        kind = Kind.INDEXER if name == "this" else Kind.PROPERTY
        return Signature(result, name, parameters, kind=kind, static=static, sets=self.setter())

    def setter(self) -> bool:
        if not self.accept("{"):
            return False
        for token in ("set", ";", "}"):
            self.take(token)
        return True


def parse_type(text: str) -> Type:
    """`IReadOnlyDictionary<string, string[]>` as a Type; raises ValueError if it is not the text of a type."""
    reader = _Reader(text)
    found = reader.type()
    reader.end()
    return found


def parse_declaration(text: str) -> Declaration:
    """A type as C# declares it, without its body; raises ValueError if it is none."""
    reader = _Reader(text)
    found = reader.declaration()
    reader.end()
    return found


def parse_signature(text: str, owner: Type) -> Signature:
    """A member of `owner` as C# declares it, without `public` and its body; raises ValueError if it is none.

    `string Substring(int startIndex)`, `static string Empty`, `const int MaxValue`, `T Value<T>(object key)`,
    `int Length`, `JToken Value { set; }`, `char this[int index]`, `T this[int index] { set; }`,
    `new(params object[] content)`, `static bool operator ==(Guid a, Guid b)`,
    `static explicit operator int(JToken value)`.
    """
    reader = _Reader(text)
    found = reader.member(owner)
    reader.end()
    return found
