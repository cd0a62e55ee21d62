"""What a backend's deed is to the gateway."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    content: bytes = field(repr=False)
    is_stream: bool = False


@dataclass(frozen=True)
class Broken:
    """An answer that breaks off: its head is whole, `content` is the part of its body that was sent."""

    status: int
    content: bytes = field(repr=False)
    is_stream: bool = False


@dataclass(frozen=True)
class Failure:
    """No answer, or not one of HTTP."""


@dataclass(frozen=True)
class Unanswered:
    """The connection ends without a byte. The request is sent again if the connection was an old one."""


type Effect = Answer | Broken | Failure | Unanswered


@dataclass(frozen=True)
class Act:
    """What a backend did to an attempt that reached it; one of `effects`, if the network decides which."""

    effects: tuple[Effect, ...]
    is_reused: bool
