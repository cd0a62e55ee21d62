"""`Func` and `Action`, which a lambda becomes. Source: learn.microsoft.com/dotnet/api/system.func-2."""

from collections.abc import Iterator

from apim_lab.csharp.symbols.definitions import Definition

# .NET has them with up to 16 parameters
_MOST_PARAMETERS = 4


def _delegates(count: int) -> Iterator[Definition]:
    """The two delegate types with so many parameters."""
    names = ["T"] if count == 1 else [f"T{number}" for number in range(1, count + 1)]
    types = [f"in {name}" for name in names]
    arguments = ", ".join(f"{name} arg{number}" for number, name in enumerate(names, 1))
    action = f"Action<{', '.join(types)}>" if types else "Action"
    yield Definition(f"delegate TResult Func<{', '.join([*types, 'out TResult'])}>({arguments})", "System.Func")
    yield Definition(f"delegate void {action}({arguments})", "System.Action")


DEFINITIONS = [definition for count in range(_MOST_PARAMETERS + 1) for definition in _delegates(count)]
