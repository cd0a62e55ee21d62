"""The members of `Regex` and of what it yields.

Source: learn.microsoft.com/dotnet/api/system.text.regularexpressions, and .NET Core 3.1.
"""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import INT, STRING
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import NotSupportedException
from apim_lab.dotnet.regular_expressions.escapes import escape, unescape
from apim_lab.dotnet.regular_expressions.matches import (
    EMPTY,
    Capture,
    CaptureCollection,
    Group,
    GroupCollection,
    Match,
    MatchCollection,
)
from apim_lab.dotnet.regular_expressions.regexes import Regex
from apim_lab.dotnet.regular_expressions.replacements import replacement

_NAMESPACE = "System.Text.RegularExpressions"


def _static(method: Callable[..., Any], arguments: int) -> Callable[..., Any]:
    """The method of a Regex that is made for this call: `IsMatch(input, pattern, options, timeout)`."""

    def call(text: str | None, pattern: str | None, *rest: Any) -> Any:
        own, made = rest[:arguments], rest[arguments:]
        return method(Regex(pattern, *made), text, *own)

    return call


def _overloads(result: str, name: str, method: Callable[..., Any], extra: str = "") -> dict[str, Any]:
    """The static methods of a name, with options and a time-out or without."""
    static = _static(method, bool(extra))
    first = f"static {result} {name}(string input, string pattern{extra}"
    return {
        f"{first})": static,
        f"{first}, RegexOptions options)": static,
        f"{first}, RegexOptions options, TimeSpan matchTimeout)": static,
    }


def _result(match: Match, template: str | None) -> str:
    template = given(template, "replacement")
    if match.search is None or match.found is None:
        raise NotSupportedException("Result cannot be called on a failed Match.")
    return replacement(template, match.search.engine.groups, ecma_script=False)(match)


def _named(groups: GroupCollection, name: str | None) -> Group:
    return groups.named(given(name, "name"))


def _try_named(groups: GroupCollection, name: str | None) -> tuple[bool, Group | None]:
    found = groups.has(given(name, "name"))
    return found, _named(groups, name) if found else None


def _number_of(expression: Regex, name: str | None) -> int:
    number = expression.engine.groups.number_of(given(name, "name"))
    return -1 if number is None else number


def _name_of(expression: Regex, number: int) -> str:
    groups = expression.engine.groups
    return groups.name_of(number) if number in groups.numbers else ""


def _group_names(expression: Regex) -> Array:
    return Array(map(expression.engine.groups.name_of, expression.engine.groups.numbers), STRING)


_REGEX = Definition(
    "class Regex",
    f"{_NAMESPACE}.Regex",
    python=Regex,
    members={
        "new(string pattern)": Regex,
        "new(string pattern, RegexOptions options)": Regex,
        "new(string pattern, RegexOptions options, TimeSpan matchTimeout)": Regex,
        **_overloads("bool", "IsMatch", Regex.is_match),
        **_overloads("Match", "Match", Regex.match),
        **_overloads("MatchCollection", "Matches", Regex.matches),
        **_overloads("string[]", "Split", Regex.split),
        **_overloads("string", "Replace", Regex.replace, ", string replacement"),
        **_overloads("string", "Replace", Regex.replace_by, ", MatchEvaluator evaluator"),
        "bool IsMatch(string input)": Regex.is_match,
        "bool IsMatch(string input, int startat)": Regex.is_match,
        "Match Match(string input)": Regex.match,
        "Match Match(string input, int startat)": Regex.match,
        "Match Match(string input, int beginning, int length)": Regex.match_part,
        "MatchCollection Matches(string input)": Regex.matches,
        "MatchCollection Matches(string input, int startat)": Regex.matches,
        "string Replace(string input, string replacement)": Regex.replace,
        "string Replace(string input, string replacement, int count)": Regex.replace,
        "string Replace(string input, string replacement, int count, int startat)": Regex.replace,
        "string Replace(string input, MatchEvaluator evaluator)": Regex.replace_by,
        "string Replace(string input, MatchEvaluator evaluator, int count)": Regex.replace_by,
        "string Replace(string input, MatchEvaluator evaluator, int count, int startat)": Regex.replace_by,
        "string[] Split(string input)": Regex.split,
        "string[] Split(string input, int count)": Regex.split,
        "string[] Split(string input, int count, int startat)": Regex.split,
        "static string Escape(string str)": escape,
        "static string Unescape(string str)": unescape,
        "RegexOptions Options": lambda expression: expression.options,
        "TimeSpan MatchTimeout": lambda expression: expression.timeout,
        "bool RightToLeft": lambda expression: expression.is_right_to_left,
        "int GroupNumberFromName(string name)": _number_of,
        "int[] GetGroupNumbers()": lambda expression: Array(expression.engine.groups.numbers, INT),
        "string GroupNameFromNumber(int i)": _name_of,
        "string[] GetGroupNames()": _group_names,
    },
)
_CAPTURE = Definition(
    "class Capture",
    f"{_NAMESPACE}.Capture",
    python=Capture,
    members={
        "int Index": lambda capture: capture.start,
        "int Length": lambda capture: capture.end - capture.start,
        "string Value": lambda capture: capture.text(),
    },
)
_GROUP = Definition(
    "class Group : Capture",
    f"{_NAMESPACE}.Group",
    python=Group,
    members={
        "CaptureCollection Captures": lambda group: group.captures,
        "bool Success": lambda group: group.success,
        "string Name": lambda group: group.name,
    },
)
_MATCH = Definition(
    "class Match : Group",
    f"{_NAMESPACE}.Match",
    python=Match,
    members={
        "static Match Empty": lambda: EMPTY,
        "GroupCollection Groups": lambda match: match.groups,
        "Match NextMatch()": Match.following,
        "string Result(string replacement)": _result,
    },
)
_COLLECTIONS = tuple(
    Definition(
        f"class {item}Collection : IEnumerable<{item}>",
        f"{_NAMESPACE}.{item}Collection",
        python=python,
        yields_objects=True,
        members={"int Count": len, f"{item} this[int i]": python.item},
    )
    for item, python in (("Capture", CaptureCollection), ("Match", MatchCollection))
)
_GROUPS = Definition(
    "class GroupCollection : System.Collections.IEnumerable",
    f"{_NAMESPACE}.GroupCollection",
    python=GroupCollection,
    yields_objects=True,
    members={
        "int Count": len,
        "Group this[int groupnum]": GroupCollection.numbered,
        "Group this[string groupname]": _named,
        "bool ContainsKey(string key)": lambda groups, key: groups.has(given(key, "name")),
        "bool TryGetValue(string key, out Group value)": _try_named,
    },
)
_EVALUATOR = Definition("delegate string MatchEvaluator(Match match)", f"{_NAMESPACE}.MatchEvaluator")

DEFINITIONS = (_REGEX, _CAPTURE, _GROUP, _MATCH, *_COLLECTIONS, _GROUPS, _EVALUATOR)
