"""Static C# types: what the compiler knows of a value beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

TUPLE_NAME = "ValueTuple"
# A tuple with more elements than that keeps the rest in another one
_MOST_FIELDS = 7


@dataclass(frozen=True, slots=True)
class Type:
    """A type: `string`, `List<T>`; arrays are named "[]" and nullable value types "?".

    `full_name` is what .NET calls it in messages, without its arguments: "System.String"; "" where that is not known.
    `names` are those of the properties of an anonymous type, or of the elements of a tuple, "" for one without a name;
    its arguments are their types. Tuple types that differ in names alone are equal: each converts to the other.
    """

    name: str
    arguments: tuple["Type", ...] = ()
    full_name: str = field(default="", compare=False, repr=False)
    names: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        if self.name in {"[]", "?"}:
            return f"{self.arguments[0]}{self.name}"
        if self.name == TUPLE_NAME and len(self.arguments) > 1:
            names = self.names or ("",) * len(self.arguments)
            return f"({', '.join(map(str.strip, map('{} {}'.format, self.arguments, names)))})"
        if self.names:
            return f"<anonymous type: {', '.join(map('{} {}'.format, self.arguments, self.names))}>"
        if not self.arguments:
            return self.name
        return f"{self.name}<{', '.join(map(str, self.arguments))}>"

    @property
    def runtime_name(self) -> str:
        """What .NET calls the type: `System.Int32[]`, ``System.Nullable`1[System.Int32]``."""
        names = [argument.runtime_name for argument in self.arguments]
        if self.name == "[]":
            return f"{names[0]}[]"
        if self.name == TUPLE_NAME and len(names) > _MOST_FIELDS:
            rest = tuple_of(self.arguments[_MOST_FIELDS:]).runtime_name
            names = [*names[:_MOST_FIELDS], rest]
        name = self.full_name or self.name
        if not names:
            return name
        # A nested type shows the number of those of the type around it: "Dictionary`2+KeyCollection"
        arity = "" if "`" in name else f"`{len(names)}"
        return f"{name}{arity}[{','.join(names)}]"

    @property
    def spelling(self) -> tuple[object, ...]:
        """The names in it, which `==` does not compare."""
        return (self.names, *[argument.spelling for argument in self.arguments])

    def field(self, name: str) -> str:
        """`Item1` for the first element of a tuple, however it is called; any other name as it is."""
        is_element = self.name == TUPLE_NAME and name and name in self.names
        return f"Item{self.names.index(name) + 1}" if is_element else name

    def substitute(self, known: Mapping[str, "Type"]) -> "Type":
        """This type with its type parameters replaced by what is known of them."""
        if not self.arguments:
            return known.get(self.name, self)
        if not known:
            return self
        arguments = tuple([argument.substitute(known) for argument in self.arguments])
        return Type(self.name, arguments, self.full_name, self.names)


OBJECT = Type("object", full_name="System.Object")
STRING = Type("string", full_name="System.String")
BOOL = Type("bool", full_name="System.Boolean")
INT = Type("int", full_name="System.Int32")
LONG = Type("long", full_name="System.Int64")
DOUBLE = Type("double", full_name="System.Double")
DECIMAL = Type("decimal", full_name="System.Decimal")
CHAR = Type("char", full_name="System.Char")
BYTE = Type("byte", full_name="System.Byte")
FLOAT = Type("float", full_name="System.Single")
SBYTE = Type("sbyte", full_name="System.SByte")
SHORT = Type("short", full_name="System.Int16")
UINT = Type("uint", full_name="System.UInt32")
ULONG = Type("ulong", full_name="System.UInt64")
USHORT = Type("ushort", full_name="System.UInt16")
VOID = Type("void", full_name="System.Void")
EXCEPTION = Type("Exception", full_name="System.Exception")
NULL = Type("<null>")
# The type of a tuple with an element that has none, as in `(1, null)`
TUPLE = Type("<tuple>")
# The type of a bare `default`, which is that of wherever it stands
DEFAULT = Type("default")
LAMBDA = Type("lambda expression")
# That of `new { }`; .NET counts the anonymous types
EMPTY_ANONYMOUS = Type("<empty anonymous type>", full_name="<>f__AnonymousType0")
METHOD_GROUP = Type("method group")
THROW = Type("<throw expression>")
# Expressions of these have no type of their own: it depends on where they stand
TYPELESS = frozenset({DEFAULT, LAMBDA, METHOD_GROUP, NULL, THROW, TUPLE})
# The type of what could not be compiled: it fits everywhere, so that one mistake is reported once.
INVALID = Type("<invalid>")


def anonymous(names: Sequence[str], types: Sequence[Type]) -> Type:
    """The type of `new { a = 1 }`: it is the same wherever names and types are the same, in the same order."""
    if not names:
        return EMPTY_ANONYMOUS
    return Type(f"<anonymous type: {', '.join(names)}>", tuple(types), EMPTY_ANONYMOUS.full_name, tuple(names))


def tuple_of(types: Sequence[Type], names: Sequence[str] = ()) -> Type:
    """The type of `(a: 1, 2)`; "" is the name of an element without one."""
    return Type(TUPLE_NAME, tuple(types), "System.ValueTuple", tuple(names) if any(names) else ())


def is_tuple(type_: Type) -> bool:
    return type_.name == TUPLE_NAME and len(type_.arguments) > 1


def with_common_names(type_: Type, others: Sequence[Type]) -> Type:
    """A tuple type keeps the names that it shares with all the others."""
    if not type_.names or not is_tuple(type_):
        return type_
    columns = zip(type_.names, *[other.names or ("",) * len(type_.names) for other in others], strict=True)
    return replace(type_, names=tuple(names[0] if len(set(names)) == 1 else "" for names in columns))


def array_of(element: Type) -> Type:
    return Type("[]", (element,))


def nullable(value: Type) -> Type:
    return Type("?", (value,), "System.Nullable")


def underlying(type_: Type) -> Type:
    """`int` for `int?`, any other type as it is."""
    return type_.arguments[0] if type_.name == "?" else type_
