"""Kinds of calls take turns; here the program is the upstream itself."""

import asyncio
from collections.abc import Iterator

import pytest

from bench.load import AnswerError, client
from bench.processes import upstream
from bench.programs import Program
from bench.rounds import Calls, Streams, memory_after, take_turns


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with upstream() as process:
        yield Program(process)


def test_every_kind_is_measured_in_every_round(program):
    kinds = {
        "plain": Calls(program),
        "several": Calls(program, connections=4),
        "reconnect": Calls(program, reconnect=True),
        "large answer": Calls(program, "large"),
        "large request": Calls(program, size=1_000_000),
    }

    rounds = take_turns(kinds, rounds=2, number=10)

    assert {name: len(measured) for name, measured in rounds.items()} == dict.fromkeys(kinds, 2)
    assert all(set(figures) == {"calls/s", "p50 ms", "p99 ms", "CPU ms"} for figures in rounds["several"])


def test_streams_are_read_to_their_ends(program):
    (figures,) = take_turns({"streams": Streams(program, connections=3)}, rounds=1, number=3)["streams"]

    assert figures["gap p50 ms"] > 1  # the upstream waits 10 ms between events
    assert figures["first p50 ms"] < 100  # the whole stream takes 190 ms


def test_an_error_names_the_program(program):
    with pytest.raises(AnswerError) as caught:
        take_turns({"the upstream": Calls(program, "throttled")}, rounds=1, number=2)

    assert caught.value.__notes__ == ["That was the upstream."]


def test_memory_is_looked_at_after_each_number_of_calls(program):
    assert len(memory_after(program, 20, 40)) == 2


def test_a_connection_that_the_server_closed_is_opened_again(program):
    request = program.route.request("plain")

    async def call_over_a_closed_connection() -> int:
        async with client(program.process.port, 1) as opened:
            opened.connections[0].transport.close()
            return len((await opened.call(request, 3)).latencies)

    assert asyncio.run(call_over_a_closed_connection()) == 3
