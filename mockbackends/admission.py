"""Admits the calls of one deployment: its limits first, then its faults, then its pace."""

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
    """A call as admission sees it.

    `operation` is its name in Azure's 429, e.g. ChatCompletions_Create; `prompt_tokens` is the estimate of the prompt.
    A call without `max_tokens` costs its prompt alone. `arrived` is about the time of its arrival, in nanoseconds on
    the lab's clock; None is now. The pace counts from the arrival, the limits count from now.
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
        """The cost of the call in tokens."""
        return self.prompt_tokens + (self.max_tokens or 0)


@dataclass(frozen=True)
class Admission:
    """The result: a refusal, or the fault and the pace of the answer; and headers for both.

    `wait` is the time until a refused call would be admitted, in nanoseconds. A call that meets a fault which throttles
    has both a refusal and a fault.
    """

    pace: Pace
    headers: dict[str, str]
    refusal: Refusal | None = None
    fault: Fault | None = None
    wait: int = 0


class DeploymentState:
    """A deployment while it is served: its settings now, and its counts.

    New settings hold from the next call on. The counts stay, also those of faults that come back.
    """

    def __init__(self, settings: Deployment, clock: Clock) -> None:
        self._clock = clock
        self._settings = settings
        self._throttle = Throttle(settings.limits, clock)
        self._choice = FaultChoice(settings.faults)
        self._ordinals = itertools.count()

    @property
    def settings(self) -> Deployment:
        """The settings now."""
        return self._settings

    @settings.setter
    def settings(self, settings: Deployment) -> None:
        self._settings = settings
        self._throttle.limits = settings.limits
        self._choice.faults = settings.faults

    def start_faults_over(self) -> None:
        """Start the counts of all faults again, also of faults that are not set now."""
        self._choice.start_over()

    def admit(self, ask: Ask, region: str) -> Admission:
        """Admit or refuse a call, and count it."""
        settings = self._settings
        verdict = self._throttle.hit(ask.tokens)
        fault = self._choice.next() if verdict.admitted else None
        if fault and fault.type.throttles:
            wait = round(fault.retry_after * SECOND)
            verdict = replace(verdict, admitted=False, wait=wait, exceeded="requests")
        refusal = None if verdict.admitted else _refusal(settings, ask, region, verdict, fault)
        return Admission(self._pace(ask), limit_headers(verdict), refusal, fault, verdict.wait)

    def has_room(self, ask: Ask) -> bool:
        """Return whether the call would be admitted here now, without a fault."""
        return self._throttle.test(ask.tokens).admitted and not self._choice.is_certain()

    def verdict(self) -> Verdict:
        """Return the verdict on a call without tokens, now."""
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
    """Return the deployment's dialect; a provisioned deployment has its own instead of the default."""
    return "provisioned" if settings.limits.provisioned and settings.dialect == "old" else settings.dialect


def limit_headers(verdict: Verdict) -> dict[str, str]:
    """Return the headers of the limits. They count the calls of the slice, not of the minute (copilot-camp#551)."""
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
