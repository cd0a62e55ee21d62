"""`StringComparer`. Source: learn.microsoft.com/dotnet/api/system.stringcomparer, and .NET Core 3.1."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.symbols.definitions import Definition, OfLibrary
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.ordering import Compare, by_key, comparing
from apim_lab.dotnet.identity import equal, hash_code
from apim_lab.dotnet.text.characters import to_upper
from apim_lab.dotnet.text.comparison import StringComparison, compare, culture_key, equals

_BY_CULTURE = "CultureAwareComparer"
_NAMES = {
    StringComparison.Ordinal: "OrdinalCaseSensitiveComparer",
    StringComparison.OrdinalIgnoreCase: "OrdinalIgnoreCaseComparer",
}


class StringComparer:
    """A `StringComparer`: as `IComparer<string>`, as `IEqualityComparer<string>`, and for objects."""

    __slots__ = ("comparison", "type")

    def __init__(self, comparison: StringComparison) -> None:
        self.comparison = comparison
        name = _NAMES.get(comparison, _BY_CULTURE)
        self.type = Type(name, full_name=f"System.{name}")

    def compare(self, left: str | None, right: str | None) -> int:
        return compare(left, right, self.comparison)

    def equals(self, left: str | None, right: str | None) -> bool:
        return equals(left, right, self.comparison)

    def key(self, text: str | None) -> Any:
        """The same for all texts that it takes for equal."""
        if text is None or self.comparison is StringComparison.Ordinal:
            return text
        if self.comparison.is_ordinal:
            return to_upper(text)
        return culture_key(text, ignore_case=self.comparison.ignores_case)

    def ordering(self) -> Compare:
        """`compare`, for many comparisons."""
        return by_key(self.key)

    def hash_code(self, text: str | None) -> int:
        return hash_code(self.key(given(text, "obj")))

    # ---- of objects ----------------------------------------------------------------------------------------------

    def equals_objects(self, left: Any, right: Any) -> bool:
        both = left.__class__ is str and right.__class__ is str
        return self.equals(left, right) if both else equal(left, right)

    def hash_code_of_object(self, value: Any) -> int:
        return self.hash_code(value) if value.__class__ is str else hash_code(given(value, "obj"))


def _compare_objects(library: Library) -> Callable[[StringComparer, Any, Any], int]:
    """`Compare(object, object)`: what is no string compares itself."""
    by_itself = comparing(library)

    def compare_objects(comparer: StringComparer, left: Any, right: Any) -> int:
        both = left.__class__ is str and right.__class__ is str
        return comparer.compare(left, right) if both else by_itself(left, right)

    return compare_objects


_COMPARERS = {comparison: StringComparer(comparison) for comparison in StringComparison}


def _comparer(comparison: StringComparison) -> Callable[[], StringComparer]:
    """That of the current culture is made anew each time."""
    if comparison.name.startswith("Current"):
        return lambda: StringComparer(comparison)
    return lambda: _COMPARERS[comparison]


DEFINITIONS = (
    Definition(
        "class StringComparer : IComparer<string>, IEqualityComparer<string>",
        "System.StringComparer",
        members={
            **{f"static StringComparer {comparison.name}": _comparer(comparison) for comparison in StringComparison},
            "static StringComparer FromComparison(StringComparison comparisonType)": _COMPARERS.__getitem__,
            "int Compare(string x, string y)": StringComparer.compare,
            "int Compare(object x, object y)": OfLibrary(_compare_objects),
            "bool Equals(string x, string y)": StringComparer.equals,
            "bool Equals(object x, object y)": StringComparer.equals_objects,
            "int GetHashCode(string obj)": StringComparer.hash_code,
            "int GetHashCode(object obj)": StringComparer.hash_code_of_object,
        },
    ),
    *(
        Definition(f"sealed class {name} : StringComparer", f"System.{name}", is_allowed=False)
        for name in (*_NAMES.values(), _BY_CULTURE)
    ),
)
