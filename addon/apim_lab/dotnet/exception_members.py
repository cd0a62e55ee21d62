"""`Exception` and the classes that derive from it. Source: learn.microsoft.com/dotnet/api/system.exception.

API Management lists `Exception` alone, so the others come with a warning. They have no stack trace: `StackTrace` and
`Source` are "" once an exception was thrown, and `ToString()` ends before the trace. `Data` and `TargetSite` are left
out, as their types are not allowed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.memory import EXCEPTION_SIZE, allocate
from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.exceptions import (
    ArgumentException,
    ArgumentNullException,
    ArgumentOutOfRangeException,
    FormatException,
)


def _making(make: Callable[..., DotNetError]) -> Callable[..., DotNetError]:
    """The constructor of an exception, counted."""

    def made(*arguments: Any) -> DotNetError:
        allocate(EXCEPTION_SIZE)
        return make(*arguments)

    return made


# The message of `new FormatException()`; where .NET throws one, it says more
_CREATED: Mapping[type[DotNetError], str] = {FormatException: "One of the identified items was in an invalid format."}


def _plainly(class_: type[DotNetError]) -> Callable[..., DotNetError]:
    """The constructor that takes a message and an inner exception, which each class has in .NET."""
    unnamed = class_.default if issubclass(class_, ArgumentException) else class_.unworded()

    created = _CREATED.get(class_, class_.default)

    def make(message: str | None = created, inner: DotNetError | None = None) -> DotNetError:
        error = class_.__new__(class_)
        DotNetError.__init__(error, unnamed if message is None else message, inner)
        return error

    return make


def _chain(error: DotNetError) -> Iterator[DotNetError]:
    """The exception and its inner exceptions."""
    found: DotNetError | None = error
    while found is not None:
        yield found
        found = found.inner


_INNER, _END = "\r\n ---> ", "\r\n   --- End of inner exception stack trace ---"


@object_text.register
def _text(error: DotNetError) -> str:
    """`ToString()`: the class, the message, and the same of the exception within."""
    chain = list(_chain(error))
    allocate(sum(len(each.message) for each in chain))
    texts = [f"{each.full_name}: {each.message}" if each.message else each.full_name for each in chain]
    return _INNER.join(texts) + _END * (len(texts) - 1)


def _signed(code: int) -> int:
    return code - 2**32 if code >= 2**31 else code


def _setter(name: str) -> Any:
    return lambda error, value: setattr(error, name, value)


def _constructors(class_: type[DotNetError]) -> Mapping[str, Callable[..., DotNetError]]:
    make = _making(_plainly(class_))
    return {"new()": make, "new(string message)": make, "new(string message, Exception innerException)": make}


_EXCEPTION = Definition(
    "class Exception",
    "System.Exception",
    python=DotNetError,
    members={
        **_constructors(DotNetError),
        "string Message": lambda error: error.message,
        "Exception InnerException": lambda error: error.inner,
        "string StackTrace": lambda error: "" if error.was_thrown else None,
        "string Source": lambda error: "" if error.was_thrown and error.assembly is None else error.assembly,
        "string Source { set; }": _setter("assembly"),
        "string HelpLink": lambda error: error.help_link,
        "string HelpLink { set; }": _setter("help_link"),
        "int HResult": lambda error: _signed(error.hresult),
        "int HResult { set; }": lambda error, value: setattr(error, "hresult", value % 2**32),
        "Exception GetBaseException()": lambda error: list(_chain(error))[-1],
    },
)


def _classes(error: type[DotNetError]) -> Iterator[type[DotNetError]]:
    """All that derive from the class, and are loaded by now."""
    for derived in error.__subclasses__():
        yield derived
        yield from _classes(derived)


# What a class has beside the constructors of all
_OWN: Mapping[type[DotNetError], Mapping[str, Any]] = {
    ArgumentException: {
        "new(string message, string paramName)": _making(ArgumentException),
        "new(string message, string paramName, Exception innerException)": _making(ArgumentException),
        "string ParamName": lambda error: error.parameter,
    },
    ArgumentNullException: {
        "new(string paramName)": _making(ArgumentNullException),
        "new(string paramName, string message)": _making(ArgumentNullException),
    },
    ArgumentOutOfRangeException: {
        "new(string paramName)": _making(lambda parameter: ArgumentOutOfRangeException("", parameter)),
        "new(string paramName, string message)": _making(
            lambda parameter, message: ArgumentOutOfRangeException(message, parameter)
        ),
        "new(string paramName, object actualValue, string message)": _making(
            lambda parameter, value, message: ArgumentOutOfRangeException.of(value, message, parameter)
        ),
        "object ActualValue": lambda error: error.actual,
    },
}
# Those that .NET keeps to itself
_INTERNAL = frozenset({"RegexParseException"})


def _derived(error: type[DotNetError]) -> Definition:
    name, base = error.__name__, error.__base__
    parent = "Exception" if base in {DotNetError, None} else base.__name__
    own = _OWN.get(error, {})
    taken = {row.replace("paramName", "message") for row in own}
    common = {row: make for row, make in _constructors(error).items() if row not in taken}
    is_public = not name.startswith("_") and name not in _INTERNAL
    declaration = f"class {name} : {parent}"
    return Definition(declaration, error.full_name, python=error, members={**common, **own}, is_allowed=is_public)


def definitions() -> list[Definition]:
    """`Exception`, and the classes that derive from it: to be asked when all modules of the library are loaded."""
    return [_EXCEPTION, *map(_derived, _classes(DotNetError))]
