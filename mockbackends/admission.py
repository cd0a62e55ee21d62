"""Admits the calls of one deployment: first its limits, then what is set to go wrong, then its pace."""

import itertools
from dataclasses import dataclass, replace

from mockbackends.azure_errors import Refusal
from mockbackends.clock import SECOND, Clock
from mockbackends.dialects import DIALECTS, Throttled
from mockbackends.fault_choice import FaultChoice
from mockbackends.pace import Pace
from mockbackends.settings import Deployment, Dialect, Fault
from mockbackends.throttle import Room, Throttle, Verdict


@dataclass(frozen=True)
class Ask:
    """What admission needs to know of a call.

    `operation` is the name that Azure's 429 uses, ChatCompletions_Create for one; `prompt_tokens` is the estimate of
    the prompt. A call without `max_tokens` is charged its prompt alone. `arrived` is about when its data came, in
    nanoseconds on the lab's clock, if not now: its pace is counted from there, and its limits go by the time now.
    """

    deployment: str
    operation: str
    api_version: str
    prompt_tokens: int = 0
    max_tokens: int | None = None
    stream: bool = False
    arrived: int | None = None

    @property
    def tokens(self) -> int:
        """What the call is charged."""
        return self.prompt_tokens + (self.max_tokens or 0)


@dataclass(frozen=True)
class Admission:
    """The outcome: a refusal, or the fault and the pace of the answer; and headers for either.

    `wait` is the time until a refused call would be admitted, in nanoseconds. A fault that throttles refuses, too:
    then there are both.
    """

    pace: Pace
    headers: dict[str, str]
    refusal: Refusal | None = None
    fault: Fault | None = None
    wait: int = 0


class DeploymentState:
    """A deployment while it is served: its settings now, and what it has counted.

    New settings take effect with the next call. What was counted stays, and faults that come back go on with their
    turns.
    """

    def __init__(self, settings: Deployment, clock: Clock) -> None:
        self._clock = clock
        self._settings = settings
        self._throttle = Throttle(settings.limits, clock)
        self._choice = FaultChoice(settings.faults)
        self._ordinals = itertools.count()

    @property
    def settings(self) -> Deployment:
        """What is set now."""
        return self._settings

    @settings.setter
    def settings(self, settings: Deployment) -> None:
        self._settings = settings
        self._throttle.limits = settings.limits
        self._choice.faults = settings.faults

    def start_faults_over(self) -> None:
        """Let every fault have its turns anew, also those that are not set now."""
        self._choice.start_over()

    def admit(self, ask: Ask, region: str) -> Admission:
        """Judge a call, and count it."""
        settings = self._settings
        verdict = self._throttle.hit(ask.tokens)
        fault = self._choice.next() if verdict.admitted else None
        if fault and fault.type.throttles:
            wait = round(fault.retry_after * SECOND)
            verdict = replace(verdict, admitted=False, wait=wait, exceeded="requests")
        refusal = None if verdict.admitted else _refusal(settings, ask, region, verdict, fault)
        return Admission(self._pace(ask), limit_headers(verdict), refusal, fault, verdict.wait)

    def has_room(self, ask: Ask) -> bool:
        """Whether the same call would be served here, now."""
        return self._throttle.test(ask.tokens).admitted and not self._choice.is_certain()

    def verdict(self) -> Verdict:
        """What a call without tokens would get now."""
        return self._throttle.test()

    def _pace(self, ask: Ask) -> Pace:
        start = self._clock.now() if ask.arrived is None else ask.arrived
        return Pace(self._settings.latency, next(self._ordinals), self._clock, start)


def _refusal(settings: Deployment, ask: Ask, region: str, verdict: Verdict, fault: Fault | None) -> Refusal:
    throttled = Throttled(
        ask.operation,
        ask.api_version,
        ask.deployment,
        settings.model or ask.deployment,
        region,
        verdict.exceeded,
        verdict.wait,
        ask.stream,
    )
    return DIALECTS[(fault and fault.dialect) or _dialect(settings)](throttled)


def _dialect(settings: Deployment) -> Dialect:
    """The deployment's; a provisioned one with none but the default has its own."""
    return "provisioned" if settings.limits.provisioned and settings.dialect == "old" else settings.dialect


def limit_headers(verdict: Verdict) -> dict[str, str]:
    """The limits' headers; as in copilot-camp#551 they count the calls of the slice, not of the minute."""
    headers: dict[str, str] = {}
    for name, room in (("requests", verdict.requests), ("tokens", verdict.tokens)):
        if room:
            headers |= _room_headers(name, room)
    if verdict.utilization is not None:  # as a percentage: the format is not documented
        headers["azure-openai-deployment-utilization"] = f"{verdict.utilization:.1f}%"
    return headers


def _room_headers(name: str, room: Room) -> dict[str, str]:
    return {
        f"x-ratelimit-limit-{name}": str(room.limit),
        f"x-ratelimit-remaining-{name}": str(room.remaining),
        f"x-ratelimit-reset-{name}": str(-(-room.reset // SECOND)),
    }
