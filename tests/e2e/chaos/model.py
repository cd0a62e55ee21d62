"""How a call must end, given what the backends did."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.e2e.chaos.calls import Call, Received
from tests.e2e.chaos.effects import Act, Answer, Broken, Effect, Failure, Unanswered
from tests.e2e.chaos.policies import OWN, RETRIED, RETRIES
from tests.e2e.chaos.scripts import PATIENCE

ACTIVITY = re.compile(rb'\{ "statusCode": 500, "message": "Internal server error", "activityId": "[0-9a-f-]{36}" \}')
WITHOUT_CONTENT = (204, 304)


@dataclass(frozen=True)
class Whole:
    """The answer comes to its end."""

    status: int
    content: bytes = field(repr=False)
    is_own: bool = False


@dataclass(frozen=True)
class CutShort:
    """The answer begins, and breaks off as the backend's did."""

    status: int
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Error:
    """The gateway's own error 500."""


@dataclass(frozen=True)
class BadGateway:
    """mitmproxy's own error 502, for what no policy governs."""


type Outcome = Whole | CutShort | Error | BadGateway
type Acts = Mapping[int, Sequence[Act]]


def outcomes(call: Call, acts: Acts) -> list[Outcome]:
    """Every right one; none if the backends have seen what must not be."""
    if not call.api.is_governed:
        return list(passed_on(call, acts))
    return [Whole(202, OWN, is_own=True)] if call.api.answers_in == "inbound" else list(after(call, acts, 1))


def passed_on(call: Call, acts: Acts) -> Iterator[Outcome]:
    """The first attempt is the only one. It may meet a connection that has just ended, and then it does not arrive."""
    arrivals = acts.get(1, ())
    if not arrivals:
        yield BadGateway()
    if len(arrivals) != 1:
        return
    for effect in arrivals[0].effects:
        passes = isinstance(effect, Answer | Broken)
        yield last(call, effect, 1) if passes else BadGateway()


def after(call: Call, acts: Acts, attempt: int) -> Iterator[Outcome]:
    """Those that are left once the policy has made the attempts before this one."""
    for effect in effects_of(call, acts, attempt):
        if attempt <= RETRIES and is_retried(call, effect):
            yield from after(call, acts, attempt + 1)
        else:
            yield last(call, effect, attempt)


def effects_of(call: Call, acts: Acts, attempt: int) -> Iterator[Effect]:
    """What an attempt may have been to the gateway, which sends it again if an old connection ends without a byte."""
    if attempt > len(call.attempts):
        return
    script, arrivals = call.attempts[attempt - 1].script, acts.get(attempt, ())
    if not script or (script.timeout < PATIENCE and not arrivals):
        yield Failure()  # a dead end, or its time ran out while it waited for a connection
        return
    if not arrivals or not all(act.is_reused and Unanswered() in act.effects for act in arrivals[:-1]):
        return  # it did not come, or came twice
    final = arrivals[-1]
    for effect in final.effects:
        if effect != Unanswered():
            yield effect
        elif not final.is_reused:
            yield Failure()


def is_retried(call: Call, effect: Effect) -> bool:
    if isinstance(effect, Answer):
        return effect.status >= RETRIED
    if isinstance(effect, Broken):
        return effect.status >= RETRIED and not call.api.reads_each
    return True


def last(call: Call, effect: Effect, attempt: int) -> Outcome:
    """The outcome, if no other attempt follows. After the last of all, nobody asks for the condition of the retry."""
    if isinstance(effect, Failure | Unanswered):
        return Error()
    if call.api.answers_in:
        return Whole(202, OWN, is_own=True)
    if isinstance(effect, Broken):
        reads = call.api.reads and not (call.api.reads_each and attempt > RETRIES)
        passes = not reads and (call.api.streams or effect.is_stream)
        return CutShort(effect.status, effect.content) if passes else Error()
    return Whole(effect.status, wrapped(effect) if call.api.wraps else effect.content)


def wrapped(answer: Answer) -> bytes:
    return b"" if answer.status in WITHOUT_CONTENT else b"<" + answer.content + b">"


def fits(outcome: Outcome, call: Call, received: Received, *, ends_by_close: bool) -> bool:
    """Whether what came is this outcome. `ends_by_close`: its end cannot be told from a break."""
    is_head = call.method == "HEAD"
    if isinstance(outcome, Error):
        is_error = received.status == 500 and received.is_whole and not received.call
        return is_error and (is_head or bool(ACTIVITY.fullmatch(received.content)))
    if isinstance(outcome, BadGateway):
        return received.status == 502 and not received.call
    if isinstance(outcome, CutShort):
        begins = outcome.content.startswith(received.content)
        return received.status == outcome.status and begins and (not received.is_whole or ends_by_close)
    content = b"" if is_head else outcome.content
    owner = "" if outcome.is_own else str(call.number)
    return (received.status, received.content, received.is_whole, received.call) == (
        outcome.status,
        content,
        True,
        owner,
    )
