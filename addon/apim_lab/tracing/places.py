"""What was put into the places of a run that expressions and statements read, as far as it may not be shown."""

from collections.abc import Iterable
from typing import Literal, get_args

from apim_lab.expressions import Place, Read

type Origin = Literal[
    "", "a message", "a statement that was not kept", "an undeclared statement", "the cache", "a secret", "a body"
]
"""Where what may not be shown comes from; "" for what may. Of several the last one of these is told.

"a message" is a request or response as an object: only what is read of it may be secret, so texts are shown.
"""

_RANKS = {origin: rank for rank, origin in enumerate(get_args(Origin.__value__))}


def strictest(origins: Iterable[Origin]) -> Origin:
    """The one to tell of several."""
    return max(origins, key=_RANKS.__getitem__, default="")


class Places:
    """A place in which something was that may not be shown counts so for the whole run."""

    def __init__(self) -> None:
        self.known: dict[Read, Origin] = {}

    def note(self, place: Read, origin: Origin) -> None:
        """Something went there; the name None: into any place of the kind."""
        if origin:
            self.known[place] = strictest((origin, self.known.get(place, "")))

    def at(self, place: Place, name: str | None = None) -> Origin:
        """What was put there; into the place with any name if `name` is None."""
        if name is None:
            here = [origin for known, origin in self.known.items() if known.place is place]
        else:
            here = [self._of(place, name), self._of(place)]
        return strictest([*here, self._of(Place.ANYWHERE)])

    def _of(self, place: Place, name: str | None = None) -> Origin:
        return self.known.get(Read(place, name), "")
