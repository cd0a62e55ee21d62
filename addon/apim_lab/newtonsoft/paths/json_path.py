"""`SelectToken` and `SelectTokens`. Source: Newtonsoft.Json 13.0.1, Linq/JsonPath/JPath.cs."""

from collections.abc import Iterator
from functools import lru_cache

from apim_lab.dotnet.exceptions import JsonException
from apim_lab.newtonsoft.paths.filters import Filter, Members
from apim_lab.newtonsoft.paths.path_reader import PathReader
from apim_lab.newtonsoft.tokens import JObject, JToken


def select_tokens(token: JToken, path: str, *, strict: bool = False) -> Iterator[JToken]:
    """`SelectTokens(path, errorWhenNoMatch)`: one by one; raises JsonException for a malformed path."""
    found: Iterator[JToken] = iter((token,))
    for each in _filters(path):
        found = each.apply(token, found, strict)
    return found


def _filters(path: str) -> tuple[Filter, ...]:
    return _cached(path) if len(path) <= _MAX_CACHED_LENGTH else PathReader(path).read()


def select_token(token: JToken, path: str, *, strict: bool = False) -> JToken | None:
    """`SelectToken(path, errorWhenNoMatch)`: raises JsonException if there are two."""
    names = None if strict or len(path) > _MAX_CACHED_LENGTH else _member_names(path)
    if names is not None:
        return _member(token, names)
    found = select_tokens(token, path, strict=strict)
    first = next(found, None)
    if first is not None and next(found, None) is not None:
        raise JsonException("Path returned multiple tokens.")
    return first


@lru_cache(maxsize=500)
def _member_names(path: str) -> tuple[str, ...] | None:
    """The names in a path like `usage.total_tokens`, which most are; None for any other."""
    names = [each.names[0] for each in _filters(path) if isinstance(each, Members) and not each.several]
    return tuple(names) if len(names) == len(_filters(path)) else None


def _member(token: JToken, names: tuple[str, ...]) -> JToken | None:
    found: JToken | None = token
    for name in names:
        found = found.get(name) if isinstance(found, JObject) else None
    return found


# Of a path, in characters
_MAX_CACHED_LENGTH = 200


@lru_cache(maxsize=500)
def _cached(path: str) -> tuple[Filter, ...]:
    return PathReader(path).read()
