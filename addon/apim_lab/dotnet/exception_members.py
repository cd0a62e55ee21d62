"""`Exception`. Source: learn.microsoft.com/dotnet/api/system.exception.

API Management allows no other name of an exception; the values of the other classes are seen as Exceptions. They have
no stack trace: `StackTrace` and `Source` are "" once an exception was thrown, and `ToString()` ends before the trace.
`Data` and `TargetSite` are left out, as their types are not allowed.
"""

from collections.abc import Iterator
from typing import Any

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.memory import EXCEPTION_SIZE, allocate
from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.symbols.definitions import Definition


def _made(*arguments: Any) -> DotNetError:
    allocate(EXCEPTION_SIZE)
    return DotNetError(*arguments)


def _chain(error: DotNetError) -> Iterator[DotNetError]:
    """The exception, the one that led to it, and so on."""
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


_EXCEPTION = Definition(
    "class Exception",
    "System.Exception",
    python=DotNetError,
    members={
        "new()": _made,
        "new(string message)": _made,
        "new(string message, Exception innerException)": _made,
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


def _derived(error: type[DotNetError]) -> Definition:
    base = error.__base__
    parent = "Exception" if base in {DotNetError, None} else base.__name__
    return Definition(f"class {error.__name__} : {parent}", error.full_name, python=error, is_allowed=False)


def definitions() -> list[Definition]:
    """`Exception`, and the classes that derive from it: to be asked when all modules of the library are loaded."""
    return [_EXCEPTION, *map(_derived, _classes(DotNetError))]
