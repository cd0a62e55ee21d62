"""The delegate types, which lambdas and methods become. Source: learn.microsoft.com/dotnet/api/system.func-2."""

from collections.abc import Iterator

from apim_lab.csharp.symbols.definitions import Definition

_MOST_PARAMETERS = 16


def _with_parameters(count: int) -> Iterator[Definition]:
    """The two delegate types with so many parameters."""
    names = ["T"] if count == 1 else [f"T{number}" for number in range(1, count + 1)]
    types = [f"in {name}" for name in names]
    arguments = ", ".join(f"{name} arg{number}" for number, name in enumerate(names, 1))
    of_func, of_action = ("T arg", "T obj") if count == 1 else (arguments, arguments)
    action = f"Action<{', '.join(types)}>" if types else "Action"
    yield Definition(f"delegate TResult Func<{', '.join([*types, 'out TResult'])}>({of_func})", "System.Func")
    yield Definition(f"delegate void {action}({of_action})", "System.Action")


DEFINITIONS = (
    *(definition for count in range(_MOST_PARAMETERS + 1) for definition in _with_parameters(count)),
    Definition("delegate int Comparison<in T>(T x, T y)", "System.Comparison"),
    Definition("delegate TOutput Converter<in TInput, out TOutput>(TInput input)", "System.Converter"),
    Definition("delegate bool Predicate<in T>(T obj)", "System.Predicate"),
)
