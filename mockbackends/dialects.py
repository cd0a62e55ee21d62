"""The forms of Azure OpenAI's 429: one function per dialect, each as captured on the wire.

Sources, by dialect: *old* Q&A 2140040, dbchatprov2#2; *new* dyad#1849, paperless-gpt#814; *short* copilot-camp#551;
*high-demand* Q&A 12567967; *provisioned* Microsoft's documentation (both retry headers); *no-delay*
openai-python#937; *minus-one* openai-dotnet#838; *day* dbchatprov2#2; *in-band* earendil-works/pi#7983. If a
capture has no body (provisioned, minus-one) or no certain code (new), ours is a guess, and its function says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import Refusal
from mockbackends.clock import MILLISECOND, SECOND
from mockbackends.operations.operation import named_event

_TOO_MANY_REQUESTS = "429 Too Many Requests"
_DAY = 86_400 * SECOND
_LIMITED_MESSAGE = "Your requests to the deployment have exceeded rate limit."
_LIMIT_NAMES = {"requests": "call rate limit", "tokens": "token rate limit", "utilization": "token rate limit"}


@dataclass(frozen=True)
class Throttled:
    """The facts in a 429: the call, the limit that it exceeded, and the wait in nanoseconds."""

    operation: str
    api_version: str
    deployment: str
    model: str
    region: str
    exceeded: str
    wait: int
    stream: bool = False

    @property
    def seconds(self) -> int:
        """The wait in whole seconds, rounded up."""
        return -(-self.wait // SECOND)

    @property
    def delays(self) -> dict[str, str]:
        """Both of Azure's headers for the wait."""
        return {"Retry-After": str(self.seconds), "retry-after-ms": str(-(-self.wait // MILLISECOND))}


def old(throttled: Throttled) -> Refusal:
    """The form of the dated api-versions."""
    ending = "Please contact Azure support service if you would like to further increase the default rate limit."
    return _refusal(_old_message(throttled, ending), throttled.delays)


def new(throttled: Throttled) -> Refusal:
    """The form since the end of 2025. The captures have no code; ours is a guess."""
    message = (
        f"Your requests to {throttled.deployment} for {throttled.model} in {throttled.region} have exceeded the "
        f"{_LIMIT_NAMES[throttled.exceeded]} for your current AIServices S0 pricing tier. This request was for "
        f"{throttled.operation} under Azure OpenAI API version {throttled.api_version}. "
        f"Please retry after {throttled.seconds} seconds. "
        "To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease."
    )
    return _refusal(message, throttled.delays, "RateLimitReached")


def short(throttled: Throttled) -> Refusal:
    """One sentence, without a header for the wait."""
    return _refusal(f"Rate limit is exceeded. Try again in {throttled.seconds} seconds.", {})


def high_demand(throttled: Throttled) -> Refusal:
    """The capacity of the system is used up, not the limit of the deployment."""
    message = (
        "The system is currently experiencing high demand and cannot process your request. Your request exceeds the "
        f"maximum usage size allowed during peak load. Please retry after {throttled.seconds} seconds. "
        "For improved latency reliability, consider switching to Provisioned Throughput."
    )
    return _refusal(message, throttled.delays)


def provisioned(throttled: Throttled) -> Refusal:
    """A provisioned deployment is fully utilized. The body of the short form is a guess."""
    return _refusal(f"Rate limit is exceeded. Try again in {throttled.seconds} seconds.", throttled.delays)


def no_delay(throttled: Throttled) -> Refusal:
    """No Retry-After: a header with a misspelt name has the wait."""
    headers = {"x-rate-limit-reset-tokens": str(throttled.seconds), "policy-id": "DeploymentRatelimit-Token"}
    return Refusal(_TOO_MANY_REQUESTS, old(throttled).error, headers)


def minus_one(_throttled: Throttled) -> Refusal:
    """Limits of -1 that reset in 0 seconds, and no Retry-After. The body is a guess."""
    limits = {f"x-ratelimit-{what}-{of}": "-1" for what in ("limit", "remaining") for of in ("requests", "tokens")}
    resets = {f"x-ratelimit-reset-{of}": "0" for of in ("requests", "tokens")}
    return _refusal(_LIMITED_MESSAGE, limits | resets, "too_many_requests")


def day(throttled: Throttled) -> Refusal:
    """There is no quota: wait a day, whatever the limit says."""
    throttled = Throttled(**{**vars(throttled), "wait": _DAY})
    ending = "Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default "
    return _refusal(_old_message(throttled, f"{ending}rate limit."), throttled.delays)


def in_band(throttled: Throttled) -> Refusal:
    """A 429 inside a 200: two events of a Responses stream. Any other call gets the new dialect."""
    if not (throttled.stream and throttled.operation.startswith("Responses")):
        return new(throttled)
    response: dict[str, Any] = {
        "id": "resp_mock",
        "status": "failed",
        "error": None,
        "incomplete_details": None,
        "output": [],
        "usage": None,
    }
    error = {
        "type": "too_many_requests",
        "code": "rate_limit_exceeded",
        "headers": {"x-ms-fe-error": "true"},
        "message": _LIMITED_MESSAGE,
        "param": None,
    }
    events = (
        {"type": "response.failed", "response": response, "sequence_number": 1},
        {"type": "error", "error": error, "sequence_number": 2},
    )
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Retry-After": str(throttled.seconds)}
    return Refusal("200 OK", {}, headers, b"".join(named_event(event).data for event in events))


def _old_message(throttled: Throttled, ending: str) -> str:
    return (
        f"Requests to the {throttled.operation} Operation under Azure OpenAI API version {throttled.api_version} have "
        f"exceeded {_LIMIT_NAMES[throttled.exceeded]} of your current OpenAI S0 pricing tier. "
        f"Please retry after {throttled.seconds} seconds. {ending}"
    )


def _refusal(message: str, headers: dict[str, str], code: str = "429") -> Refusal:
    return Refusal(_TOO_MANY_REQUESTS, {"code": code, "message": message}, headers)


DIALECTS: dict[str, Callable[[Throttled], Refusal]] = {
    "old": old,
    "new": new,
    "short": short,
    "high-demand": high_demand,
    "provisioned": provisioned,
    "no-delay": no_delay,
    "minus-one": minus_one,
    "day": day,
    "in-band": in_band,
}
