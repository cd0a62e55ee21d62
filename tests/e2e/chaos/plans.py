"""Sessions of calls, drawn from a seed, and those that walk through every place at which something can be cut."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched, count

from tests.e2e.chaos.backends import DEAD, LIVE
from tests.e2e.chaos.calls import Attempt, Call, Departure, Form, Manner
from tests.e2e.chaos.effects import Answer
from tests.e2e.chaos.http1 import Way, wire_of
from tests.e2e.chaos.policies import APIS, PLAIN, RETRIED, RETRIES, UNGOVERNED, Api
from tests.e2e.chaos.scripts import SETTLED, Place, Script, Step, cut_at, draw, fine
from tests.e2e.chaos.wire import FRAMINGS, answer, event_stream, text

SESSION_CALLS = 10
MANNERS: tuple[Manner, ...] = ("close", "reset", "half-close")


@dataclass(frozen=True)
class Session:
    """Calls of one client. `window` and `pause` are what makes it slow to read: bytes, and seconds between two reads.

    `together`: how many calls the client makes before it waits for the first. `leaves`: how its HTTP/2 connection ends,
    in the middle of its last calls; "" for after them.
    """

    name: str
    calls: tuple[Call, ...]
    is_http2: bool = False
    way: Way = "direct"
    together: int = 1
    window: int = 65535
    pause: float = 0.0
    leaves: str = ""


def sessions(seed: int, calls: int) -> Iterator[Session]:
    """So many calls, drawn; each session depends on the seed and its own number only."""
    for number in range(-(-calls // SESSION_CALLS)):
        yield session(seed, number)


def session(seed: int, number: int) -> Session:
    chance = random.Random(f"{seed} {number}")
    first = 1_000_000 + number * SESSION_CALLS
    is_http2 = chance.random() < 0.4
    way: Way = chance.choice(["direct", "direct", "tls", "absolute", "connect"])
    is_proxy = way == "absolute" and not is_http2
    calls = [drawn_call(first + index, chance, is_proxy=is_proxy) for index in range(SESSION_CALLS)]
    slow = chance.random() < 0.1
    return Session(
        name=str(number),
        calls=tuple(tamed(calls, is_http2=is_http2)),
        is_http2=is_http2,
        way=way,
        together=chance.choice([1, 2, 5, 10] if is_http2 else [1, 1, 1, 2, 4]),
        window=(5000 if is_large(calls) else chance.choice([100, 1000, 5000])) if slow else 65535,
        pause=0.001 if slow else 0.0,
        leaves=chance.choice(MANNERS) if is_http2 and chance.random() < 0.2 else "",
    )


def is_large(calls: Sequence[Call]) -> bool:
    """Whether an answer would take a slow client minutes."""
    return any(way.script and way.script.name == "large" for call in calls for way in call.attempts)


def drawn_call(number: int, chance: random.Random, *, is_proxy: bool) -> Call:
    """A call of an API; half of those that are made to a proxy are for others."""
    api = chance.choices(list(APIS), list(APIS.values()))[0]
    if is_proxy and chance.random() < 0.5:
        api = UNGOVERNED
    method = chance.choice(["POST", "POST", "POST", "POST", "PUT", "GET", "DELETE", "HEAD"])
    size = chance.choice([0, 5, 100, 3000, 100_000]) if method in {"POST", "PUT"} else 0
    form: Form = chance.choice(["length", "length", "chunked", "expect"]) if size else "length"
    body = text(number, 0, size)
    attempts = tuple(drawn_attempts(number, api, chance, is_head=method == "HEAD"))
    return Call(number, api, method, body, attempts, form, drawn_departure(chance) if chance.random() < 0.15 else None)


def drawn_attempts(number: int, api: Api, chance: random.Random, *, is_head: bool) -> Iterator[Attempt]:
    """As many as the policy may make, up to the first that surely ends the call."""
    if not api.is_governed:
        yield Attempt(chance.choice(["plain", "other"]), draw(Place(number, 1, is_head, chance), SETTLED))
        return
    for attempt in range(1, RETRIES + 2):
        if chance.random() < 0.08:
            yield Attempt(chance.choice(DEAD), None)
            continue
        script = draw(Place(number, attempt, is_head, chance))
        yield Attempt(chance.choice(LIVE), script)
        if all(isinstance(effect, Answer) and effect.status < RETRIED for effect in script.effects):
            return


def drawn_departure(chance: random.Random) -> Departure:
    manner: Manner = chance.choice(MANNERS)
    if chance.random() < 0.5:
        return Departure(received=chance.choice([0, 1, 20, 100, 200]), manner=manner)
    return Departure(sent=chance.choice([0, 1, 10, 50, 100, 200, 1000, 100_000]), manner=manner)


def tamed(calls: list[Call], *, is_http2: bool) -> Iterator[Call]:
    """HTTP/2 knows one form of a body only."""
    for call in calls:
        yield replace(call, form="length") if is_http2 else call


# ---- every place at which something can be cut -----------------------------------------------------------------


def every_cut() -> Iterator[Session]:
    """Answers cut at every byte, in each framing; requests whose client leaves after every byte of them, or of the
    answer."""
    numbers = count(1)
    calls = [*cut_answers(numbers), *cut_requests(numbers), *cut_received(numbers)]
    ways: tuple[tuple[bool, Way], ...] = ((False, "direct"), (True, "direct"), (False, "tls"), (True, "connect"))
    for index, batch in enumerate(batched(calls, SESSION_CALLS)):
        is_http2, way = ways[index % len(ways)]
        yield Session(f"cut {index}", batch, is_http2, way, together=5 if is_http2 else 1)


def cut_answers(numbers: Iterator[int]) -> Iterator[Call]:
    for framing in FRAMINGS:
        for at in count():
            number = next(numbers)
            status, content = (200, 503)[number % 2], text(number, 1, 20)
            wire = answer(status, content, framing, (f"Call: {number}",), 7)
            ends = (Step.CLOSE, Step.ABORT) if at else (Step.CLOSE, Step.ABORT, Step.RESET)
            end = ends[number % len(ends)]
            yield cut_call(number, cut_at(wire, Answer(status, content), at, end, is_open=framing == "until closed"))
            if at == len(wire.data):
                break
    for at in count():
        number = next(numbers)
        content = event_stream(number, 1, 2)
        wire = answer(200, content, "chunked", (f"Call: {number}", "Content-Type: text/event-stream"), 9)
        yield cut_call(number, cut_at(wire, Answer(200, content, is_stream=True), at, Step.CLOSE, is_open=False))
        if at == len(wire.data):
            break


def cut_call(number: int, script: Script) -> Call:
    """A call whose first attempt gets this script, and whose further ones are answered."""
    place = Place(number, 1, is_head=False, chance=random.Random(number))
    further = (Attempt("plain", fine(replace(place, attempt=attempt))) for attempt in range(2, RETRIES + 2))
    return Call(number, PLAIN, "POST", b"hello", (Attempt(LIVE[number % 3], script), *further))


def cut_requests(numbers: Iterator[int]) -> Iterator[Call]:
    size = len(b"".join(wire_of(plain_call(1000), dict.fromkeys(LIVE, "http://127.0.0.1:12345"), "direct")))
    for sent in range(size + 1):
        yield replace(plain_call(next(numbers)), departure=Departure(sent=sent, manner=MANNERS[sent % 3]))


def cut_received(numbers: Iterator[int]) -> Iterator[Call]:
    size = len(answer(200, text(1000, 1, 50), "length", ("Call: 1000",)).data)
    for received in range(size):
        yield replace(plain_call(next(numbers)), departure=Departure(received=received, manner=MANNERS[received % 3]))


def plain_call(number: int) -> Call:
    wire = answer(200, text(number, 1, 50), "length", (f"Call: {number}",))
    script = cut_at(wire, Answer(200, text(number, 1, 50)), len(wire.data), Step.CLOSE, is_open=True)
    return Call(number, PLAIN, "POST", b"hello", (Attempt("plain", script),))
