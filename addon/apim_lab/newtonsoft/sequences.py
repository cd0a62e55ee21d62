"""What Newtonsoft yields one by one: `JEnumerable<T>`, and `IEnumerable<JToken>`.

Source: Newtonsoft.Json 13.0.1, Linq/JEnumerable.cs.
"""

from collections.abc import Callable, Iterable

from apim_lab.csharp.types import Type
from apim_lab.dotnet.values import Enumerable
from apim_lab.newtonsoft.tokens import JToken

TOKEN = Type("JToken", full_name="Newtonsoft.Json.Linq.JToken")


class JEnumerable[T](Enumerable[T]):
    """A `JEnumerable<T>`."""

    __slots__ = ()

    def __init__(self, find: Callable[[], Iterable[T]], element: Type = TOKEN) -> None:
        super().__init__(find, element)
        self.type = Type("JEnumerable", (element,), "Newtonsoft.Json.Linq.JEnumerable")


def tokens(find: Callable[[], Iterable[JToken]]) -> Enumerable[JToken]:
    """An `IEnumerable<JToken>`."""
    return Enumerable(find, TOKEN)
