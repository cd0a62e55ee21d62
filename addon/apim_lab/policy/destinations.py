"""Where a statement puts values, as its declaration says: what a trace may show of them later depends on it.

name: str
value: Value[object] = attribute(to=variable("name"))   # goes into the variable that `name` names
interval: Value[float] = attribute(to=NOWHERE)          # the statement acts on it, and keeps nothing of it
"""

from dataclasses import dataclass
from typing import Final

from apim_lab.expressions import Place


@dataclass(frozen=True)
class Location:
    """A place; `named_by` is the field of the element that holds the name of the header or variable, or the key."""

    place: Place
    named_by: str = ""


type Destinations = tuple[Location, ...]


@dataclass(frozen=True)
class Move:
    """What a statement does by itself, without an expression: it takes a value from somewhere and puts it elsewhere."""

    source: Destinations
    to: Destinations


def variable(named_by: str) -> Destinations:
    return (Location(Place.VARIABLE, named_by),)


def header(named_by: str) -> Destinations:
    """A header of the request or the answer."""
    return (Location(Place.HEADER, named_by),)


def cache(named_by: str) -> Destinations:
    """The value with the key that the field holds."""
    return (Location(Place.CACHE, named_by),)


URL: Final = (Location(Place.URL),)
STATUS: Final = (Location(Place.STATUS),)
REASON: Final = (Location(Place.REASON),)
METHOD: Final = (Location(Place.METHOD),)
BODY: Final = (Location(Place.REQUEST_BODY), Location(Place.RESPONSE_BODY))
HEADERS: Final = (Location(Place.HEADER),)
"""Any header."""
LOG: Final = (Location(Place.LOG),)
"""The operator's log, and what the statement notes in the trace."""
NOWHERE: Final[Destinations] = ()
NOTHING: Final[tuple[Move, ...]] = ()
"""`own=NOTHING`: the statement puts nothing anywhere but the values of its attributes, where they say."""
