"""Reads the queries of a JSONPath: `?(@.a == 1 && @.b)`. Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/JPath.cs."""

from apim_lab.dotnet.exceptions import JsonException
from apim_lab.newtonsoft.paths.filters import Filter, Matching, Root
from apim_lab.newtonsoft.paths.path_text import OPEN_INDEXER, OPEN_QUERY, PathText, bad_indexer
from apim_lab.newtonsoft.paths.queries import Combined, Comparison, Query, Side
from apim_lab.newtonsoft.tokens import JValue

_COMPARISONS = ("===", "==", "=~", "!==", "!=", "<>", "<=", "<", ">=", ">")


class QueryReader(PathText):
    """Reads queries, and leaves it to the reader of paths to read those within."""

    def _path(self, filters: list[Filter], start: int, *, in_query: bool) -> bool:
        raise NotImplementedError

    def _query(self, closing: str, *, is_scan: bool) -> Filter:
        """`?(@.index == 0)`."""
        self.position += 1
        self._need(OPEN_INDEXER)
        if self.text[self.position] != "(":
            raise bad_indexer(self.text[self.position])
        self.position += 1
        query = self._expression()
        self.position += 1
        self._need(OPEN_INDEXER)
        self._eat_spaces()
        if self._current() != closing:
            raise bad_indexer(self._current())
        return Matching(query, is_scan=is_scan)

    def _expression(self) -> Query:
        root: Query | None = None
        parent: Combined | None = None
        while not self._at_end():
            query = self._comparison()
            character = self._current()
            if character == ")":
                if parent is None:
                    return query
                parent.queries.append(query)
                assert root is not None  # as there is a parent
                return root
            if character in "&|":
                if not self._match(character * 2):
                    raise self._bad_query()
                parent = self._combined(parent, character)
                root = root or parent
                parent.queries.append(query)
        raise JsonException(OPEN_QUERY)

    def _combined(self, parent: Combined | None, operator: str) -> Combined:
        """The `&&` or `||` to add to: Newtonsoft nests a change of the operator, and knows no precedence."""
        if parent is not None and parent.operator == operator:
            return parent
        combined = Combined(operator)
        if parent is not None:
            parent.queries.append(combined)
        return combined

    def _comparison(self) -> Comparison:
        left = self._side()
        if self._current() in ")|&":
            return Comparison("exists", left)
        if self.position + 1 >= len(self.text):
            raise JsonException(OPEN_QUERY)
        operator = next((operator for operator in _COMPARISONS if self._match(operator)), None)
        if operator is None:
            raise JsonException("Could not read query operator.")
        return Comparison("!=" if operator == "<>" else operator, left, self._side())

    def _side(self) -> Side:
        self._eat_spaces()
        character = self._current()
        if character in "$@":
            side: Side = self._query_path(character)
        else:
            side = JValue(self._value(character))
        self._eat_spaces()
        self._need(OPEN_QUERY)
        return side

    def _query_path(self, character: str) -> tuple[Filter, ...]:
        filters: list[Filter] = [Root()] if character == "$" else []
        self.position += 1
        if self._path(filters, self.position, in_query=True):
            raise JsonException(OPEN_QUERY)
        return tuple(filters)
