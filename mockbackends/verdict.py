"""Judges the gateway in front of a fleet by the fleet's journal: its figures, and complaints about them.

All attempts for one call of a client are a *logical request*. Attempts belong together if the gateway passes on the
same id (x-ms-client-request-id, x-request-id, or the trace of traceparent). Without an id they belong together if their
bodies are equal and the last attempt failed at most two minutes ago. Two equal calls at the same time look like one
logical request then, so let the bodies of a load test differ. A retry of the client (x-stainless-retry-count) is a
logical request of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any

from mockbackends.faults import FAULTS
from mockbackends.journal import RIGHT_KEY, Attempt

_LONGEST_RETRY_GAP = 120.0  # seconds between a failed attempt and the next attempt for the same call
_FINAL_STATUSES = (400, 404)  # any other backend would give the same answer


@dataclass(frozen=True)
class Figures:
    """The figures of a gateway.

    `calls` are logical requests, `attempts` requests at backends.
    `early` attempts came before the end of the wait that the deployment had asked for.
    `spread` is the largest difference between a backend's part of the first attempts and an equal part: 0 is round
    robin, 1 - 1/n is one backend of n, None means that the journal does not name the backends.
    `leaked` calls ended with a throttled attempt though another backend had room. The gateway may yet try again.
    `wrong_key` attempts had a key that is not the backend's.
    `streamed_before_failover` bytes were sent by answers that broke off and were tried again at another backend.
    `duplicates` are complete answers to a logical request that already had one.
    `joined_by_body` attempts belong to a logical request only because their bodies are equal.
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
        """Return the figures as JSON has them."""
        return asdict(self)


@dataclass(frozen=True)
class Bounds:
    """The largest value of each figure that is good enough; None allows any value."""

    attempts_per_call: float | None = None
    spread: float | None = None
    early: int | None = 0
    leaked: int | None = 0
    wrong_key: int | None = 0
    streamed_before_failover: int | None = 0
    duplicates: int | None = 0

    def complaints(self, figures: Figures) -> list[str]:
        """Return a line for each figure beyond its bound; none for a good gateway. Without a call, complain, too."""
        if not figures.calls:
            return ["no call reached a backend: there is nothing to judge"]
        bounds = [(name, getattr(figures, name), most) for name, most in asdict(self).items() if most is not None]
        return [complaint for bound in bounds if (complaint := _complaint(*bound))]


def judge(attempts: Iterable[Attempt], backends: Sequence[str]) -> Figures:
    """Return the figures of a journal; `backends` are all the gateway could choose from, empty if not known."""
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
        wrong_key=sum(attempt.key != RIGHT_KEY for attempt in asked),
        streamed_before_failover=sum(map(_streamed_in_vain, calls)),
        duplicates=sum(max(0, sum(map(_is_success, call)) - 1) for call in calls),
        joined_by_body=sum(not attempt.ids for call in calls for attempt in call[1:]),
        first_attempts={name: first[name] for name in backends or sorted(first)},
    )


def join(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    """Return the logical requests, each as the list of its attempts, in the order of their first attempts."""
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
    """Return the attempts before the end of the deployment's last wait. Numbers order attempts of the same moment."""
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
    gap = attempt.at - (last.ended_at or last.at)
    return not (_is_success(last) or last.status in _FINAL_STATUSES) and gap <= _LONGEST_RETRY_GAP


def _is_success(attempt: Attempt) -> bool:
    return attempt.status == 200 and attempt.complete and not attempt.throttled and not _is_spoilt(attempt)


def _is_spoilt(attempt: Attempt) -> bool:
    fault = FAULTS.get(attempt.fault)  # another version may have written the journal
    return fault is not None and fault.spoils(stream=attempt.stream)


def _streamed_in_vain(call: list[Attempt]) -> int:
    """Return the bytes of attempts that broke off before an attempt at another backend."""
    streamed, later = 0, set[str]()
    for attempt in reversed(call):
        if _broke_off(attempt) and later - {attempt.backend}:
            streamed += attempt.bytes
        later.add(attempt.backend)
    return streamed


def _broke_off(attempt: Attempt) -> bool:
    # a 429 inside a 200 has no part of an answer
    return attempt.status == 200 and not attempt.throttled and not _is_success(attempt)


def _complaint(name: str, figure: float | None, most: float) -> str:
    if figure is None:
        return f"{name} is not known: the journal does not name the backends"
    return f"{name} is {figure:g}, more than {most:g}" if figure > most else ""


def _spread(counts: list[int]) -> float:
    total = sum(counts)
    return round(max(abs(count / total - 1 / len(counts)) for count in counts), 3) if total else 0
