"""What the constructors and the static methods of several token types share."""

from collections.abc import Callable

from apim_lab.dotnet.text.searches import given
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
