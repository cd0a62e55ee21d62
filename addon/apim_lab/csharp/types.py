"""Static C# types: what the compiler knows of a value beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass


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
