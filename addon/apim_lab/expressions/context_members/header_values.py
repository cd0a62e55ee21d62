"""The headers of a message as an expression sees them."""

from collections.abc import Iterator, Mapping

from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.types import STRING, Type, array_of
from apim_lab.messages import Headers


class HeaderValues(Mapping[str, Array]):
    """Header fields as `IReadOnlyDictionary<string, string[]>`; a name is found whatever its case."""

    __slots__ = ("headers",)
    type = Type("IReadOnlyDictionary", (STRING, array_of(STRING)), "System.Collections.Generic.IReadOnlyDictionary")

    def __init__(self, headers: Headers) -> None:
        self.headers = headers

    def __getitem__(self, name: str) -> Array:
        if name not in self:
            raise KeyError(name)
        values = self.headers.get_all(name)
        return Array(map(code_units, values))

    def joined(self, name: str) -> str | None:
        """All values in one text; None where the field is absent."""
        return self.headers.get(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.headers

    def __iter__(self) -> Iterator[str]:
        return iter({name.lower(): name for name, _ in self.headers.fields}.values())

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self.headers.fields})
