"""What a backend does to a request, step by step."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tests.e2e.chaos.effects import Answer, Broken, Effect, Failure, Unanswered
from tests.e2e.chaos.wire import FRAMINGS, Framing, Wire, answer, event_stream, text

PATIENCE = 30.0
"""Seconds that an attempt has for the head of its answer, if its script does not let the time run out."""
SHORT = 0.7
"""Seconds, if it does."""


class Step(Enum):
    """A step that sends nothing."""

    READ = "read the rest of the request"
    CLOSE = "close"
    ABORT = "close, over TLS without a goodbye"
    RESET = "reset"
    HALF_CLOSE = "send no more"
    HANG = "wait until the gateway closes"


@dataclass(frozen=True)
class Script:
    """Bytes to send, seconds to wait, other steps; `effects` are what that may be to the gateway.

    A script whose last step closes nothing keeps the connection for the next request.
    """

    name: str
    steps: tuple[bytes | float | Step, ...]
    effects: tuple[Effect, ...]
    timeout: float = PATIENCE


@dataclass(frozen=True)
class Place:
    """A call's attempt, for which a script is drawn; an answer to HEAD has no content."""

    call: int
    attempt: int
    is_head: bool
    chance: random.Random

    @property
    def fields(self) -> tuple[str, ...]:
        return (f"Call: {self.call}",)

    def content(self, size: int) -> bytes:
        return b"" if self.is_head else text(self.call, self.attempt, size)


type Deed = Callable[[Place], Script]


# ---- answers ---------------------------------------------------------------------------------------------------


def drawn(place: Place, status: int = 0, size: int = -1, framing: Framing | None = None) -> tuple[Wire, Answer]:
    """An answer with what is not given drawn."""
    chance = place.chance
    status = status or chance.choice([200, 200, 200, 201, 400, 404, 429, 429, 500, 503])
    content = place.content(chance.choice([0, 1, 50, 300, 2000]) if size < 0 else size)
    framed = framing if framing else chance.choice(FRAMINGS)
    wire = answer(status, content, framed, place.fields, chance.choice([1, 7, 100, 5000]))
    if place.is_head:
        wire = Wire(wire.parts[:1])
    return wire, Answer(status, content)


def ends(wire: Wire, place: Place) -> tuple[Step, ...]:
    """The end of a whole answer: what is framed by the end of the connection needs one."""
    is_open = b"\r\nContent-Length:" not in wire.data and b"\r\nTransfer-Encoding:" not in wire.data
    return (Step.CLOSE,) if is_open and not place.is_head else ()


def whole(place: Place) -> Script:
    wire, effect = drawn(place)
    return Script("whole", (Step.READ, wire.data, *ends(wire, place)), (effect,))


def fine(place: Place) -> Script:
    wire, effect = drawn(place, 200, framing=place.chance.choice(["length", "chunked"]))
    return Script("fine", (Step.READ, wire.data), (effect,))


def throttled(place: Place) -> Script:
    content = place.content(40)
    wire = answer(429, content, "length", (*place.fields, "Retry-After: 1"))
    return Script("429", (Step.READ, wire.data if content else wire.parts[0][0]), (Answer(429, content),))


def large(place: Place) -> Script:
    size = 0 if place.is_head else place.chance.choice([70_000, 300_000])
    content = place.content(size)
    status, framing = place.chance.choice([200, 200, 503]), place.chance.choice(FRAMINGS[:2])
    wire, effect = answer(status, content, framing, place.fields, 5000), Answer(status, content)
    if place.is_head:
        wire = Wire(wire.parts[:1])
    return Script("large", (Step.READ, wire.data), (effect,))


def without_content(place: Place) -> Script:
    status = place.chance.choice([204, 304])
    head = f"HTTP/1.1 {status} None\r\nCall: {place.call}\r\n\r\n".encode()
    return Script("without content", (Step.READ, head), (Answer(status, b""),))


def trickle(place: Place) -> Script:
    wire, effect = drawn(place, size=30)
    pieces = [step for position in range(len(wire.data)) for step in (wire.data[position : position + 1], 0.0)]
    return Script("trickle", (Step.READ, *pieces, *ends(wire, place)), (effect,))


def two_pieces(place: Place) -> Script:
    wire, effect = drawn(place)
    cut = place.chance.randrange(len(wire.data))
    return Script("two pieces", (Step.READ, wire.data[:cut], 0.02, wire.data[cut:], *ends(wire, place)), (effect,))


def early(place: Place) -> Script:
    """The answer comes before the request is read."""
    wire, effect = drawn(place, framing="length")
    return Script("early", (wire.data, 0.01, Step.READ), (effect,))


def early_and_gone(place: Place) -> Script:
    """What the gateway has not read is lost with the reset that an unread request causes."""
    wire, effect = drawn(place, framing="length")
    return Script("early and gone", (wire.data, Step.CLOSE), (effect, Failure(), Unanswered()))


def early_and_deaf(place: Place) -> Script:
    """The rest of the request is never read."""
    wire, effect = drawn(place, framing="length")
    return Script("early and deaf", (wire.data, 0.3, Step.ABORT), (effect,))


def closing(place: Place) -> Script:
    wire, effect = drawn(place, framing="length")
    said = wire.data.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    return Script("closing", (Step.READ, said, Step.CLOSE), (effect,))


def closes_later(place: Place) -> Script:
    """A kept connection ends, maybe just when the next request comes."""
    wire, effect = drawn(place, framing=place.chance.choice(["length", "chunked"]))
    pause = place.chance.choice([0.0, 0.001, 0.005, 0.02])
    end = place.chance.choice([Step.CLOSE, Step.ABORT, Step.RESET])
    # A reset takes what the gateway has not read yet, so it has to come later than the answer was read.
    return Script("closes later", (Step.READ, wire.data, 0.3 if end is Step.RESET else pause, end), (effect,))


def half_close(place: Place) -> Script:
    wire, effect = drawn(place, framing=place.chance.choice(["length", "chunked"]))
    return Script("half-close", (Step.READ, wire.data, Step.HALF_CLOSE, 0.1, Step.CLOSE), (effect,))


def two_answers(place: Place) -> Script:
    """An extra answer behind the first, which is for nobody."""
    wire, effect = drawn(place, framing=place.chance.choice(["length", "chunked"]), size=100)
    extra = answer(200, b"poison", "length", ("Call: 0",)).data
    return Script("two answers", (Step.READ, wire.data + extra * place.chance.choice([1, 3])), (effect,))


def stream(place: Place) -> Script:
    """Events one by one, with a pause now and then."""
    content = b"" if place.is_head else event_stream(place.call, place.attempt, place.chance.choice([1, 5, 30]))
    framing: Framing = place.chance.choice(["chunked", "chunked", "until closed"])
    wire = answer(200, content, framing, (*place.fields, "Content-Type: text/event-stream"), 25)
    parts = wire.parts[:1] if place.is_head else wire.parts
    pieces = [step for part, is_content in parts for step in ((part, 0.002) if is_content else (part,))]
    is_open = framing == "until closed" and not place.is_head
    end = (Step.CLOSE,) if is_open else ()
    return Script("stream", (Step.READ, *pieces, *end), (Answer(200, content, is_stream=True),))


# ---- answers that break off --------------------------------------------------------------------------------------


def cut_at(wire: Wire, whole_answer: Answer, at: int, end: Step, *, is_open: bool) -> Script:
    """An answer of which only the first bytes come. `is_open`: the end of the connection is the end of the answer."""
    status, content, is_stream = whole_answer.status, wire.content(at), whole_answer.is_stream
    effects: tuple[Effect, ...]
    if at == 0:
        effects = (Unanswered(),)
    elif at < wire.head_size:
        effects = (Failure(),)
    elif at >= len(wire.data) or (is_open and end is not Step.RESET):
        effects = (Answer(status, content, is_stream),)
    else:
        effects = (Broken(status, content, is_stream),)
    return Script(f"cut at {at} of {len(wire.data)}, {end.name}", (Step.READ, wire.data[:at], end), effects)


def cut(place: Place) -> Script:
    chance, framing = place.chance, place.chance.choice(FRAMINGS)
    wire, effect = drawn(place, size=chance.choice([20, 300]), framing=framing)
    if place.is_head:
        return cut_at(wire, effect, chance.randrange(len(wire.data)), Step.CLOSE, is_open=False)
    end = chance.choice([Step.CLOSE, Step.ABORT])
    return cut_at(wire, effect, chance.randrange(len(wire.data)), end, is_open=framing == "until closed")


def cut_stream(place: Place) -> Script:
    if place.is_head:
        return cut(place)
    content = event_stream(place.call, place.attempt, 10)
    wire = answer(200, content, "chunked", (*place.fields, "Content-Type: text/event-stream"), 25)
    at = place.chance.randrange(len(wire.data))
    return cut_at(wire, Answer(200, content, is_stream=True), at, Step.CLOSE, is_open=False)


def bad_chunk(place: Place) -> Script:
    if place.is_head:
        return cut(place)
    status, content = place.chance.choice([200, 429, 503]), place.content(30)
    wire = answer(status, content, "chunked", place.fields)
    bad = place.chance.choice([b"no size\r\n", b"-1\r\n", b"5 5\r\n", b"\r\n\r\n", b"fffffffffffffffffffffff\r\n"])
    data = wire.data.removesuffix(b"0\r\n\r\n") + bad
    return Script("bad chunk", (Step.READ, data, 0.0), (Broken(status, content),))


# ---- no answers ------------------------------------------------------------------------------------------------

GARBAGE = (
    b"hello\r\n\r\n",
    b"\x16\x03\x01\x02\x00\r\n\r\n",
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/1.1 two hundred\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity, \x0b\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
    b"\x00" * 100 + b"\r\n\r\n",
)


def garbage(place: Place) -> Script:
    return Script("garbage", (Step.READ, place.chance.choice(GARBAGE)), (Failure(),))


def garbage_and_gone(place: Place) -> Script:
    noise = place.chance.randbytes(200).replace(b"\n", b"") + place.chance.choice([b"", b"\r\n\r\n"])
    return Script("noise", (Step.READ, noise, Step.CLOSE), (Failure(),))


def interim(place: Place) -> Script:
    """An interim answer first, which is passed over: mitmproxy would take it for the final one."""
    wire, effect = drawn(place, framing="length")
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    return Script("interim", (Step.READ, hints + wire.data, 0.0), (effect,))


def says_nothing(place: Place) -> Script:
    end = place.chance.choice([Step.CLOSE, Step.ABORT, Step.RESET])
    return Script(f"says nothing, {end.name}", (Step.READ, end), (Unanswered(),))


def does_not_read(place: Place) -> Script:
    end = place.chance.choice([Step.CLOSE, Step.RESET])
    return Script(f"does not read, {end.name}", (end,), (Unanswered(),))


def hang(place: Place) -> Script:
    return Script("hang", (Step.READ, Step.HANG), (Failure(),), SHORT)


def hang_in_head(place: Place) -> Script:
    return Script("hang in the head", (Step.READ, b"HTTP/1.1 200 OK\r\nCall: ", Step.HANG), (Failure(),), SHORT)


def endless_head(place: Place) -> Script:
    steps = [step for _ in range(200) for step in (b"x", 0.01)]
    return Script("endless head", (Step.READ, b"HTTP/1.1 200 OK\r\nA: ", *steps, Step.HANG), (Failure(),), SHORT)


DEEDS: dict[Deed, int] = {
    fine: 30,
    whole: 20,
    throttled: 10,
    large: 2,
    without_content: 3,
    trickle: 2,
    two_pieces: 4,
    early: 3,
    early_and_gone: 1,
    early_and_deaf: 1,
    closing: 4,
    closes_later: 6,
    half_close: 4,
    two_answers: 4,
    stream: 8,
    cut: 12,
    cut_stream: 6,
    bad_chunk: 4,
    garbage: 4,
    garbage_and_gone: 2,
    interim: 2,
    says_nothing: 5,
    does_not_read: 3,
    hang: 1,
    hang_in_head: 1,
    endless_head: 1,
}
"""How often each is drawn."""


SETTLED = {
    deed: often for deed, often in DEEDS.items() if deed not in {garbage, interim, hang, hang_in_head, endless_head}
}
"""Those that end by themselves, and on which mitmproxy and the gateway agree."""


def draw(place: Place, deeds: dict[Deed, int] = DEEDS) -> Script:
    return place.chance.choices(list(deeds), list(deeds.values()))[0](place)
