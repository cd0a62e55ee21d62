"""How long an expression may take, guessed before it is evaluated: what takes long is evaluated aside."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from apim_lab.expressions.context import ProxyRequestContext
from apim_lab.expressions.reads import Place, Read

LARGE = 1 << 16
"""Bytes of a body, or of a variable, from which on reading it is work for another thread: some milliseconds."""

_ANY = (Place.MESSAGE, Place.ANYWHERE)
_BODIES = (Place.REQUEST_BODY, Place.RESPONSE_BODY, *_ANY)


@dataclass
class Weight:
    """What is known of one expression: the bodies and variables that it reads, and whether it `was_heavy` once.

    `variables` None are any. `can_be_repeated`: the expression changes nothing, so it can be given up in the event
    loop, and begun again aside. `is_unknown`: it depends on the request whether it is heavy; if not, it is not heavy.
    """

    request_body: bool = False
    response_body: bool = False
    variables: Collection[str] | None = ()
    can_be_repeated: bool = True
    was_heavy: bool = False
    is_unknown: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_unknown = self.request_body or self.response_body or self.variables is None or bool(self.variables)

    @classmethod
    def of(cls, reads: Collection[Read]) -> "Weight":
        places = {read.place for read in reads}
        names = {read.name for read in reads if read.place is Place.VARIABLE}
        anything = not places.isdisjoint(_ANY)
        return cls(
            request_body=anything or Place.REQUEST_BODY in places,
            response_body=anything or Place.RESPONSE_BODY in places,
            variables=None if anything or None in names else {name for name in names if name is not None},
            can_be_repeated=Place.VARIABLE not in places and places.isdisjoint(_BODIES),
        )

    def is_heavy(self, context: ProxyRequestContext) -> bool:
        """Whether the expression may take long for this request."""
        if self.was_heavy:
            return True
        if self.request_body and context.request.body.size > LARGE:
            return True
        if self.response_body and context.response is not None and context.response.body.size > LARGE:
            return True
        held = context.budget.held
        return bool(held) and self._reads_large_of(held)

    def _reads_large_of(self, held: Mapping[str, int]) -> bool:
        names = held if self.variables is None else self.variables
        return any(held.get(name, 0) > LARGE for name in names)
