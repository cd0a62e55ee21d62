"""What the constructors and the static methods of several token types share."""

from collections.abc import Callable

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.newtonsoft.tokens import JContainer, JToken, add_content


def with_content[T: JContainer](class_: Callable[[], T]) -> Callable[[object], T]:
    """`new JObject(content)` and `new JArray(content)`."""

    def make(content: object) -> T:
        created = class_()
        add_content(created, content)
        return created

    return make


def copied[T: JToken](other: T | None) -> JToken:
    return given(other, "other").clone()


def parser[T](parse: Callable[[str], T]) -> Callable[[str | None], T]:
    return lambda text: parse(given(text, "s"))


def check_constraint(type_: TypeArgument, base: Type, parameter: str = "T") -> None:
    """`where T : JToken`; raises UnsupportedType."""
    if not type_.library.derives(type_.type, base):
        raise UnsupportedType(
            f"The type '{type_}' cannot be used as type parameter '{parameter}' in the generic type or method. "
            f"There is no implicit reference conversion from '{type_}' to '{base}'"
        )
