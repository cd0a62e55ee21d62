"""Judges the gateway in front of a fleet by the fleet's journal: figures, and whether they are good enough.

The attempts of one call of a client are joined into a *logical request*: by anything that the gateway passes on
(x-ms-client-request-id, x-request-id, the trace of traceparent), and without that by the body's hash. Then an attempt
continues a logical request whose last attempt failed at most two minutes ago; two equal calls may be mistaken for each
other, at the same time or the second after the first failed, so let the bodies of a load test differ. A retry of the
client itself (x-stainless-retry-count) is a logical request of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any

from mockbackends.faults import FAULTS
from mockbackends.journal import RIGHT, Attempt

_LONGEST = 120.0  # seconds between an attempt and the one that makes up for it
_FINAL = (400, 404)  # no other backend would answer otherwise


@dataclass(frozen=True)
class Figures:
    """What the gateway did.

    `spread` is the largest difference between a backend's part of the first attempts and an equal part: 0 is round
    robin, 1 - 1/n is one backend of n, None is where it is not known which backends there were. `early` are attempts at
    a deployment that had told a longer wait; `leaked` are calls whose last attempt so far was throttled though another
    backend had room: while the gateway is at work, it may yet try again; `wrong_key` attempts with a key that is not
    the backend's; `streamed_before_failover` bytes of answers that broke off and were tried again elsewhere;
    `duplicates` complete answers to a logical request that had one. `joined_by_body` are attempts that were taken for
    another try of the same call only because their bodies are equal.
    """

    calls: int
    attempts: int
    attempts_per_call: float
    early: int
    spread: float | None
    leaked: int
    wrong_key: int
    streamed_before_failover: int
    duplicates: int
    joined_by_body: int
    first_attempts: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class Bounds:
    """The most that each figure may be; None: whatever it is."""

    attempts_per_call: float | None = None
    spread: float | None = None
    early: int | None = 0
    leaked: int | None = 0
    wrong_key: int | None = 0
    streamed_before_failover: int | None = 0
    duplicates: int | None = 0

    def complaints(self, figures: Figures) -> list[str]:
        """What is not good enough, one line each; none for a good gateway. A verdict on no call is never good."""
        if not figures.calls:
            return ["no call reached a backend: there is nothing to judge"]
        bounds = [(name, getattr(figures, name), most) for name, most in asdict(self).items() if most is not None]
        return [complaint for bound in bounds if (complaint := _complaint(*bound))]


def judge(attempts: Iterable[Attempt], backends: Sequence[str]) -> Figures:
    """The figures of a journal; `backends` are all that the gateway could choose from, none if that is not known."""
    asked = [attempt for attempt in attempts if attempt.operation]
    calls = join(asked)
    first = Counter(call[0].backend for call in calls)
    return Figures(
        calls=len(calls),
        attempts=len(asked),
        attempts_per_call=round(len(asked) / len(calls), 3) if calls else 0,
        early=len(early(asked)),
        spread=_spread([first[name] for name in backends]) if backends else None,
        leaked=sum(call[-1].throttled and bool(call[-1].room_elsewhere) for call in calls),
        wrong_key=sum(attempt.key != RIGHT for attempt in asked),
        streamed_before_failover=sum(map(_streamed_in_vain, calls)),
        duplicates=sum(max(0, sum(map(_is_success, call)) - 1) for call in calls),
        joined_by_body=sum(not attempt.ids for call in calls for attempt in call[1:]),
        first_attempts={name: first[name] for name in backends or sorted(first)},
    )


def join(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    """The logical requests, each the list of its attempts, in the order of their first ones."""
    calls: list[list[Attempt]] = []
    latest: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.number):
        keys = [(name, attempt.retry_count) for name in attempt.ids or (attempt.body,)]
        known = (latest[key] for key in keys if key in latest)
        call = next((call for call in known if attempt.ids or _is_open(call, attempt)), None)
        if call is None:
            call = []
            calls.append(call)
        call.append(attempt)
        latest.update(dict.fromkeys(keys, call))
    return calls


def early(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The attempts at a deployment that had answered before: not yet. At one moment, the numbers tell the order."""
    arrivals = [(it.at, it.number, False, it) for it in attempts]
    answers = [(it.answered_at or it.at, it.number, True, it) for it in attempts]
    until: defaultdict[tuple[str, str], float] = defaultdict(float)
    found = []
    for at, _, is_answer, attempt in sorted(arrivals + answers, key=itemgetter(0, 1, 2)):
        place = (attempt.backend, attempt.deployment)
        if is_answer:
            until[place] = max(until[place], at + (attempt.retry_after or 0))
        elif round(until[place] - at, 9) > 0:  # by a nanosecond or more: 0.1 + 0.2 is a little more than 0.3
            found.append(attempt)
    return found


def _is_open(call: list[Attempt], attempt: Attempt) -> bool:
    last = call[-1]
    return not (_is_success(last) or last.status in _FINAL) and attempt.at - (last.ended_at or last.at) <= _LONGEST


def _is_success(attempt: Attempt) -> bool:
    return attempt.status == 200 and attempt.complete and not attempt.throttled and not _is_spoilt(attempt)


def _is_spoilt(attempt: Attempt) -> bool:
    fault = FAULTS.get(attempt.fault)  # another version may have written the journal
    return fault is not None and fault.spoils(stream=attempt.stream)


def _streamed_in_vain(call: list[Attempt]) -> int:
    """The bytes of the attempts that broke off before one at another backend."""
    streamed, later = 0, set[str]()
    for attempt in reversed(call):
        if _broke_off(attempt) and later - {attempt.backend}:
            streamed += attempt.bytes
        later.add(attempt.backend)
    return streamed


def _broke_off(attempt: Attempt) -> bool:
    # a 429 inside a 200 has nothing of an answer
    return attempt.status == 200 and not attempt.throttled and not _is_success(attempt)


def _complaint(name: str, figure: float | None, most: float) -> str:
    if figure is None:
        return f"{name} is not known: the journal does not name the backends"
    return f"{name} is {figure:g}, more than {most:g}" if figure > most else ""


def _spread(counts: list[int]) -> float:
    total = sum(counts)
    return round(max(abs(count / total - 1 / len(counts)) for count in counts), 3) if total else 0
