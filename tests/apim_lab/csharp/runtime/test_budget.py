"""What one request may use."""

from collections.abc import Callable

import pytest

from apim_lab.csharp.runtime import budget
from apim_lab.csharp.runtime.budget import HEAVY_SECONDS, LAST_STRIDE, Budget, Limits, TooLongInline
from apim_lab.errors import LimitExceeded


class CpuTime:
    """A clock of the processor that goes on by `step` seconds whenever it is read."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.reads = 0

    def __call__(self) -> float:
        self.reads += 1
        return self.reads * self.step


@pytest.fixture
def cpu(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], CpuTime]:
    def cpu(step: float) -> CpuTime:
        clock = CpuTime(step)
        monkeypatch.setattr(budget, "cpu_time", clock)
        return clock

    return cpu


def go_round(used: Budget, times: int) -> None:
    """What the loops of an evaluation do (Frame.count_iteration)."""
    for _ in range(times):
        used.iterations += 1
        if used.iterations >= used.checkpoint:
            used.check()


def go_on(used: Budget, statements: int) -> None:
    """What a run does for each statement (Block.run)."""
    for _ in range(statements):
        used.statements += 1
        if used.statements >= used.turn_ends_at:
            used.end_turn()


def test_a_short_loop_reads_no_clock(cpu):
    clock = cpu(1)
    go_round(Budget(), 15)

    assert clock.reads == 0


def test_rounds_that_take_little_time_read_the_clock_rarely(cpu):
    clock = cpu(0)
    go_round(Budget(), 100 * LAST_STRIDE)

    assert clock.reads <= 105


def test_rounds_that_take_long_are_ended_soon(cpu):
    cpu(1)
    used = Budget(Limits(cpu_seconds=10))
    with pytest.raises(LimitExceeded, match=r"took more than 10 s \(apim_cpu_seconds\)"):
        go_round(used, 1000)

    assert used.iterations < 100


def test_the_time_of_all_evaluations_counts(cpu):
    cpu(4)
    used = Budget(Limits(cpu_seconds=10))
    for _ in range(2):
        used.begin(aside=True)
        used.count_time()
    used.begin(aside=True)

    with pytest.raises(LimitExceeded, match="took more than 10 s"):
        used.count_time()


def test_the_rounds_of_all_evaluations_count(cpu):
    cpu(0)
    used = Budget(Limits(loop_iterations=1000))
    for _ in range(10):
        used.begin()
        go_round(used, 100)
    used.begin()

    with pytest.raises(LimitExceeded, match=r"more than 1000 loop iterations \(apim_loop_iterations\)"):
        go_round(used, 16)


def test_an_evaluation_that_may_leaves_when_it_takes_long(cpu):
    cpu(HEAVY_SECONDS)
    used = Budget()
    used.begin(may_leave=True)

    with pytest.raises(TooLongInline):
        go_round(used, 1000)
    assert used.took > HEAVY_SECONDS
    assert used.iterations == 0


def test_the_variables_count_together():
    used = Budget(Limits(variable_bytes=10_000))
    used.hold("a", 6000)
    used.hold("b", 4000)

    with pytest.raises(LimitExceeded, match=r"hold more than 10000 bytes \(apim_variable_bytes\)"):
        used.hold("c", 2000)


def test_a_variable_with_another_value_holds_the_former_one_no_more():
    used = Budget(Limits(variable_bytes=10_000))
    for _ in range(5):
        used.hold("a", 9000)
    used.hold("a", 10)
    used.hold("b", 9000)

    assert used.held == {"a": 10, "b": 9000}


def test_more_statements_than_the_limit_are_refused():
    used = Budget(Limits(statements=100))
    with pytest.raises(LimitExceeded, match=r"ran more than 100 statements \(apim_statements\)"):
        go_on(used, 200)

    assert used.statements == 101
