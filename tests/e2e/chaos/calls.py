"""Calls, and what is to become of them."""

from dataclasses import dataclass
from typing import Literal

from tests.e2e.chaos.policies import Api
from tests.e2e.chaos.scripts import Script

type Form = Literal["length", "chunked", "expect"]
"""How an HTTP/1.1 client sends the body."""
type Manner = Literal["close", "reset", "half-close"]

HOST = "east.openai.azure.com"
"""The host that the gateway answers for if it is used as a proxy."""


@dataclass(frozen=True)
class Attempt:
    """Where the policy sends an attempt, and what happens there; dead ends have no script."""

    destination: str
    script: Script | None


@dataclass(frozen=True)
class Departure:
    """The client leaves after so many bytes of the request were sent, or of the answer came."""

    sent: int | None = None
    received: int | None = None
    manner: Manner = "close"


@dataclass(frozen=True)
class Call:
    """One call; `attempts` are as many as it may take."""

    number: int
    api: Api
    method: str
    body: bytes
    attempts: tuple[Attempt, ...]
    form: Form = "length"
    departure: Departure | None = None

    @property
    def path(self) -> str:
        return f"/{self.api.name}/calls/{self.number}"

    def target(self, urls: dict[str, str], host: str) -> str:
        """What an HTTP/1.1 client asks a proxy for."""
        return f"{f'http://{host}' if self.api.is_governed else urls[self.attempts[0].destination]}{self.path}"

    @property
    def received_path(self) -> str:
        """The path that a backend gets: a policy takes the API's prefix away."""
        return self.path.removeprefix(f"/{self.api.name}") if self.api.is_governed else self.path

    def fields(self, urls: dict[str, str]) -> list[tuple[str, str]]:
        """What tells the policy where to send each attempt, and for how long."""
        fields = [("call", str(self.number))]
        if not self.api.is_governed:
            return [*fields, ("attempt", "1")]
        for number, attempt in enumerate(self.attempts, 1):
            fields.append((f"to-{number}", urls[attempt.destination]))
            if timeout := timeout_of(attempt):
                fields.append((f"timeout-{number}", timeout))
        return fields

    def describe(self) -> str:
        ways = [f"{way.destination}: {way.script.name if way.script else 'dead end'}" for way in self.attempts]
        extra = f", {self.departure}" if self.departure else ""
        return f"call {self.number}, {self.method} {self.api.name}, {self.form} body of {len(self.body)}{extra}; {ways}"


def timeout_of(attempt: Attempt) -> str:
    """Milliseconds; nothing for the usual patience."""
    if attempt.destination == "silent":
        return "700"
    if attempt.script and attempt.script.timeout < 1:
        return f"{attempt.script.timeout * 1000:.0f}"
    return ""


@dataclass(frozen=True)
class Received:
    """What came back; `is_whole`: the answer ended as one that is complete. No status: there was no answer."""

    status: int | None
    content: bytes
    is_whole: bool
    call: str = ""

    def describe(self) -> str:
        end = "whole" if self.is_whole else "broken off"
        return f"{self.status}, {len(self.content)} bytes {self.content[:60]!r}…, {end}, Call: {self.call or 'none'}"
