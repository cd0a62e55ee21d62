"""What an expression reads of its `context`, as its compiler saw it: what may be told of its value depends on it."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final, NamedTuple

from apim_lab.csharp.symbols.observations import Observation


class Place(Enum):
    """Where an expression reads a value, and where a policy may have put it.

    `HEADER`, `QUERY`, `PARAMETER` (of the URL's template), `VARIABLE` and `CACHE` are many places, each with a name.
    `MESSAGE` is a request or response as an object, of which anything can be read later; `GATEWAY` what the gateway
    itself knows: names of APIs and operations, times, ids, the client's address; `PRIVATE` too, but not for everybody:
    keys of subscriptions, names of users. `ANYWHERE` is any of them: nobody says
    which. Only statements take values from the `CACHE` and write to the `LOG`.
    """

    REQUEST_BODY = "request body"
    RESPONSE_BODY = "response body"
    HEADER = "header"
    QUERY = "query"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    URL = "url"
    ORIGINAL_URL = "original url"
    METHOD = "method"
    STATUS = "status"
    REASON = "reason"
    ERROR = "error"
    MESSAGE = "message"
    GATEWAY = "gateway"
    PRIVATE = "private"
    CACHE = "cache"
    LOG = "log"
    ANYWHERE = "anywhere"


class Read(NamedTuple):
    """A place that is read; `name` is None if the name is computed. Names of headers are in lower case."""

    place: Place
    name: str | None = None


URL_PART: Final = "part"
"""The word for members of a URL that tell nothing of its query."""

_URLS = (Place.URL, Place.ORIGINAL_URL)


def reads_of(observations: Iterable[Observation]) -> frozenset[Read]:
    """The places that come of the uses of an expression."""
    return frozenset(read for use in observations for read in _reads(use))


def _reads(use: Observation) -> Iterator[Read]:
    *way, last = use.members or [Place.MESSAGE]
    yield from (Read(url) for url in _URLS if url in way)
    if last in _URLS:
        yield from (Read(Place(last)), Read(Place.QUERY))
    elif last is Place.HEADER:
        yield Read(last, use.key and use.key.lower())
    elif last != URL_PART:
        yield Read(last, use.key) if isinstance(last, Place) else Read(Place.ANYWHERE)
