"""What a library learns of the use of its members: which were used, one behind the other, and with which constant key.

A definition has a word for each member that it observes (`Definition.observed`). `request.Url.Query["a"]` is one
observation: the words for Request, Url and Query, and the key "a". Only what stands directly behind is part of it:
`var url = request.Url` may be used in every way.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from apim_lab.csharp.symbols.definitions import Definition


@dataclass(eq=False, slots=True)
class Observation:
    """One use. `members` are the words, None for a member without one; `key` None is any."""

    members: list[Hashable | None] = field(default_factory=list)
    key: str | None = None


class Observations:
    """All uses in one compilation."""

    def __init__(self) -> None:
        self.found: list[Observation] = []

    def begin(self) -> Observation:
        """The use of a value on which observed members hang."""
        self.found.append(Observation())
        return self.found[-1]

    def member(self, definition: Definition | None, name: str, target: Observation | None) -> Observation | None:
        """The use of a value's member; None for a type that observes none."""
        if definition is None or not definition.observed:
            return None
        use = target or self.begin()
        use.members.append(definition.observed.get(name))
        return use


def select(definition: Definition | None, name: str, target: Observation | None, key: object) -> None:
    """Note the key with which a method or indexer takes one item of an observed value, and nothing else of it."""
    if target and definition and name in definition.selecting and isinstance(key, str):
        target.key = key
