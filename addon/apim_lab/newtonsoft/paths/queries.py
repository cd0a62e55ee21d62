"""The queries of a JSONPath: `@.a == 1 && @.b`. Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/QueryExpression.cs."""

import operator
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.comparison import compare
from apim_lab.newtonsoft.paths.filters import Filter
from apim_lab.newtonsoft.paths.patterns import is_match
from apim_lab.newtonsoft.text.dates import written_date
from apim_lab.newtonsoft.token_types import BYTES, DATE, FLOAT, GUID, INTEGER, STRING, TIME_SPAN
from apim_lab.newtonsoft.tokens import JToken, JValue

# A value, or a path from the token that is asked about
type Side = JValue | tuple[Filter, ...]


class Query(Protocol):
    def matches(self, root: JToken, token: JToken) -> bool: ...


@dataclass
class Combined:
    """`&&` or `||`, by one of their characters."""

    operator: str
    queries: list[Query] = field(default_factory=list)

    def matches(self, root: JToken, token: JToken) -> bool:
        found = (query.matches(root, token) for query in self.queries)
        return all(found) if self.operator == "&" else any(found)


@dataclass(frozen=True)
class Comparison:
    """Whether any token on the left compares so with any on the right; "exists" if there is a token on the left."""

    operator: str
    left: Side
    right: Side = ()

    def matches(self, root: JToken, token: JToken) -> bool:
        lefts = _tokens(self.left, root, token)
        if self.operator == "exists":
            return next(lefts, None) is not None
        first = next(lefts, None)
        if first is None:
            return False
        rights = list(_tokens(self.right, root, token))
        return any(self._match(first, right) for right in rights) or any(
            self._match(left, right) for left in lefts for right in rights
        )

    def _match(self, left: JToken, right: JToken) -> bool:
        if isinstance(left, JValue) and isinstance(right, JValue):
            return _OPERATORS[self.operator](left, right)
        return self.operator == "!="


def _tokens(side: Side, root: JToken, token: JToken) -> Iterator[JToken]:
    if isinstance(side, JValue):
        return iter((side,))
    found: Iterator[JToken] = iter((token,))
    for each in side:
        found = each.apply(root, found, strict=False)
    return found


def _is_number_pair(left: JValue, right: JValue) -> bool:
    return {left.type, right.type} == {INTEGER, FLOAT}


def _equal(left: JValue, right: JValue) -> bool:
    """A text on the right may be a date, a Guid and so on as it is written."""
    if left.equals(right):
        return True
    if _is_number_pair(left, right):
        return compare(left.type, left.value, right.value) == 0
    written = _WRITTEN.get(left.type)
    return right.type is STRING and written is not None and written(left.value) == right.value


_WRITTEN: Mapping[object, Callable[..., str]] = {
    BYTES: lambda value: b64encode(value).decode(),
    DATE: written_date,
    GUID: to_string,
    TIME_SPAN: to_string,
}


def _strictly_equal(left: JValue, right: JValue) -> bool:
    if _is_number_pair(left, right):
        return compare(left.type, left.value, right.value) == 0
    return left.equals(right)


def _ordered(test: Callable[[int, int], bool]) -> Callable[[JValue, JValue], bool]:
    def matches(left: JValue, right: JValue) -> bool:
        return test(left.compare_to(right), 0)

    return matches


def _matches_pattern(left: JValue, right: JValue) -> bool:
    if left.type is not STRING or right.type is not STRING or left.value is None:
        return False
    return is_match(right.value, left.value)


_OPERATORS: Mapping[str, Callable[[JValue, JValue], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "===": _strictly_equal,
    "!==": lambda left, right: not _strictly_equal(left, right),
    "=~": _matches_pattern,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}
