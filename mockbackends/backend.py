"""The description of a mock backend: its name, port, key and deployments."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockbackends.faults import FAULTS
from mockbackends.settings import Deployment, Fault, Latency, Limits

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")  # as in the fleet file; for headers
ANY = "any"  # the name of the deployment that has every name


@dataclass(frozen=True)
class Backend:
    """One mock Azure OpenAI resource, on a port of its own.

    `port` 0 lets the operating system choose. `rpm` is the limit in requests per minute, counted in slices of `window`
    seconds (Azure takes 1 or 10); None is no limit. `latency_ms` passes before the first byte of an answer and
    `token_ms` before each streamed token, both in milliseconds. Calls have to carry the `key`, if there is one. Every
    call meets the `fault`; see `mockbackends.faults`.

    These settings hold for one deployment that has every name. With `deployments`, each of them has its own settings,
    and calls of any other name are not found. `region` is the name of the backend in its answers, if not `name`.
    """

    name: str
    port: int = 0
    rpm: int | None = None
    window: float = 10
    latency_ms: float = 0
    token_ms: float = 0
    key: str | None = None
    fault: str | None = None
    region: str | None = None
    deployments: tuple[Deployment, ...] = ()

    def any_deployment(self) -> Deployment:
        """Return the deployment that has every name, for a backend that declares none."""
        return Deployment(
            name=ANY,
            limits=Limits(rpm=self.rpm, window=self.window),
            latency=Latency(first_token_ms=self.latency_ms, token_ms=self.token_ms),
            faults=(Fault.model_validate({"fault": self.fault}),) if self.fault else (),
        )

    @classmethod
    def parse(cls, text: str) -> "Backend":
        """Read `NAME=PORT[,SETTING=VALUE ...]`, as on the command line; raise ValueError on anything else."""
        head, *settings = text.split(",")
        name, equals, port = head.partition("=")
        if not name or not equals:
            raise ValueError(f"{text!r} does not start with NAME=PORT")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name: write up to 64 of A-Z, a-z, 0-9, _, . and -")
        return cls(name, _port(port), **dict(map(_setting, settings)))


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if name not in SETTINGS or not equals:
        raise ValueError(f"{text!r} is not a setting: write one of {', '.join(SETTINGS)}, then = and its value")
    return name.replace("-", "_"), SETTINGS[name](value)


def _number(what: str, kind: Callable[[str], Any], lowest: float, highest: float) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan  # out of every range
        if not lowest <= number <= highest:
            raise ValueError(f"{text!r} is not {what}")
        return number

    return parse


def _key(text: str) -> str:
    if not text:
        raise ValueError("a key has at least one character")
    return text


def _fault(text: str) -> str:
    if text not in FAULTS:
        raise ValueError(f"{text!r} is not a fault: choose one of {', '.join(FAULTS)}")
    return text


_port = _number("a port, a number from 0 to 65535", int, 0, 65_535)
_milliseconds = _number("a number of milliseconds from 0 to 3600000", float, 0, 3_600_000)

# The settings after NAME=PORT, each with the function that reads its value.
SETTINGS: dict[str, Callable[[str], Any]] = {
    "rpm": _number("a number of requests per minute, a whole number of at least 1", int, 1, 1_000_000_000),
    "window": _number("a number of seconds from 0.1 to 3600", float, 0.1, 3600),
    "latency-ms": _milliseconds,
    "token-ms": _milliseconds,
    "key": _key,
    "fault": _fault,
}
