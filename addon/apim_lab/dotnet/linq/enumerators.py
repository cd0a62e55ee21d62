"""`IEnumerator<T>`. Source: learn.microsoft.com/dotnet/api/system.collections.generic.ienumerator-1."""

from apim_lab.csharp.runtime.enumerators import Enumerator
from apim_lab.csharp.symbols.definitions import Definition

DEFINITIONS = (
    Definition(
        "interface IEnumerator<out T> : System.Collections.IEnumerator",
        "System.Collections.Generic.IEnumerator",
        members={"T Current": Enumerator.current, "void Dispose()": Enumerator.dispose},
    ),
    # Without type parameter it has no short name in expressions
    Definition(
        "interface System.Collections.IEnumerator",
        "System.Collections.IEnumerator",
        members={"object Current": Enumerator.current, "bool MoveNext()": Enumerator.move_next},
    ),
)
