"""The values of `typeof(T)` and `GetType()`: types as far as policies may look at them, which is by name."""

from functools import lru_cache

from apim_lab.csharp.types import Type


class RuntimeType:
    """A `System.Type`. `described` is the type with the full names of all that it is made of."""

    __slots__ = ("described",)
    type = Type("RuntimeType", full_name="System.RuntimeType")

    def __init__(self, described: Type) -> None:
        self.described = described

    @property
    def name(self) -> str:
        """`Int32[]`, ``List`1``."""
        return _short(self.described)

    @property
    def full_name(self) -> str:
        return self.described.runtime_name


@lru_cache(maxsize=1024)
def runtime_type(described: Type) -> RuntimeType:
    """There is one for each type."""
    return RuntimeType(described)


def _short(type_: Type) -> str:
    if type_.name == "[]":
        return f"{_short(type_.arguments[0])}[]"
    name = (type_.full_name or type_.name).rpartition(".")[2]
    return f"{name}`{len(type_.arguments)}" if type_.arguments else name
