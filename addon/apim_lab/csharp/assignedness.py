"""Which local variables surely have a value where control may be. Source: the C# specification, "Definite assignment".

Assignments only add to what is known, so that one pass over the source is enough: where control comes back to the head
of a loop, nothing is known that was not known before.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Flow:
    """What is known at one point of the source.

    `assigned` are the slots of the variables that have a value; None: all of them, as control never comes here.
    `reachable` is what C# calls a point control can reach, which only statements and constants decide: behind
    `while (true || x) { }` every variable counts as assigned, and yet a `return` is missing.
    """

    assigned: frozenset[int] | None = frozenset()
    reachable: bool = True

    def has(self, slot: int) -> bool:
        return self.assigned is None or slot in self.assigned

    def having(self, slot: int) -> "Flow":
        return self if self.assigned is None else replace(self, assigned=self.assigned | {slot})

    def followed_by(self, finished: "Flow") -> "Flow":
        """The point behind a `finally` that began with nothing known of what was done here."""
        if self.assigned is None or finished.assigned is None:
            return Flow(None, self.reachable and finished.reachable)
        return Flow(self.assigned | finished.assigned, self.reachable and finished.reachable)

    def excluded(self) -> "Flow":
        """The same point, if control never comes there."""
        return replace(self, assigned=None)


UNREACHABLE = Flow(None, reachable=False)


def join(*flows: Flow) -> Flow:
    """What is known where these flows meet; UNREACHABLE if there are none."""
    known = [flow.assigned for flow in flows if flow.assigned is not None]
    assigned = frozenset.intersection(*known) if known else None
    return Flow(assigned, any(flow.reachable for flow in flows))


@dataclass(frozen=True)
class Branches:
    """What is known behind a condition: "definitely assigned when true" and "when false"."""

    when_true: Flow
    when_false: Flow

    def joined(self) -> Flow:
        return self.when_true if self.when_true is self.when_false else join(self.when_true, self.when_false)

    def swapped(self) -> "Branches":
        return Branches(self.when_false, self.when_true)

    def decided(self, constant: object) -> "Branches":
        """As they are if the condition is this constant: one of them is excluded."""
        if constant is True:
            return Branches(self.when_true, self.when_true.excluded())
        if constant is False:
            return Branches(self.when_false.excluded(), self.when_false)
        return self


@dataclass
class Target:
    """A loop or a `switch` while its body is compiled: the flows at the `break` and `continue` in it.

    A `switch` is no target of `continue`, and a `finally` lets no jump out.
    """

    breaks: list[Flow] = field(default_factory=list)
    continues: list[Flow] = field(default_factory=list)
    is_switch: bool = False
    is_finally: bool = False

    def counts(self) -> tuple[int, int]:
        return len(self.breaks), len(self.continues)

    def pass_through(self, finished: Flow, since: tuple[int, int]) -> None:
        """The jumps since these `counts` come through a `finally`, whose end is `finished`."""
        for flows, before in zip((self.breaks, self.continues), since, strict=True):
            flows[before:] = [flow.followed_by(finished) for flow in flows[before:]]


def split(flow: Flow) -> Branches:
    """What is known behind a condition that decides nothing."""
    return Branches(flow, flow)
