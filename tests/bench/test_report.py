"""The tables and the ratios in them."""

from bench import report
from bench.load import Load
from bench.rounds import Figures, call_figures, ratios, stream_figures
from bench.streams import Streamed


def measured(*rates: int) -> list[Figures]:
    """Rounds of 100 calls at these calls per second, of 10 ms each, which took 0.1 s of CPU."""
    return [call_figures(Load(seconds=100 / rate, latencies=[0.01] * 100), cpu_seconds=0.1) for rate in rates]


def streamed(first: float, gap: float) -> list[Figures]:
    """A round of one stream of three events: the first after so many seconds, the others each after the gap."""
    return [stream_figures(Streamed(1.0, [[first, first + gap, first + 2 * gap]]), cpu_seconds=0.003, events=3)]


def test_a_table_aligns_its_columns() -> None:
    text = report.table("calls", ["a", "long head"], {"first": ["1", "2"], "x": ["10", "20"]})

    assert text.splitlines() == [
        "calls   a  long head",
        "first   1          2",
        "x      10         20",
    ]


def test_a_ratio_compares_with_the_round_next_to_it() -> None:
    assert ratios(measured(50, 100), measured(100, 100), "calls/s") == [0.5, 1.0]


def test_the_comparison_tells_the_ratio_the_figure_and_the_range() -> None:
    text = report.comparison("calls", {"bare": measured(100, 200, 400), "gateway": measured(90, 100, 400)})

    bare, gateway = text.splitlines()[1:]
    assert bare.split() == ["bare", "1.00", "(200)", "1.00", "(10.00)", "1.00", "(10.00)", "1.00", "(1.00)"]
    assert gateway.split()[:3] == ["gateway", "0.90", "(100)"]
    assert gateway.endswith("0.50 to 1.00")


def test_memory_tells_the_growth() -> None:
    row = report.memory({"gateway": (80.0, 81.5)}, (2_000, 20_000)).splitlines()[1]

    assert row.split() == ["gateway", "80.0", "MB", "81.5", "MB", "+1.5", "MB"]


def test_streams_tell_the_first_event_and_the_gaps_in_milliseconds() -> None:
    rows = report.streams("1 stream", {"bare": streamed(0.002, 0.25), "gateway": streamed(0.003, 0.5)}, "bare")

    assert [row.split() for row in rows.splitlines()[1:]] == [
        ["bare", "2.00", "2.00", "250.00", "250.00", "+0.00"],
        ["gateway", "3.00", "3.00", "500.00", "500.00", "+1.00"],
    ]


def test_saturation_compares_events_a_second_and_the_cpu_of_each() -> None:
    row = report.comparison("streams", {"bare": streamed(0.5, 0.1)}, report.SATURATION).splitlines()[1]

    assert row.split() == ["bare", "1.00", "(3)", "1.00", "(1,000)"]


def test_a_failover_costs_the_difference_to_a_plain_call() -> None:
    plain = [call_figures(Load(1.0, [0.002] * 100), cpu_seconds=0.2)]
    throttled = [call_figures(Load(1.0, [0.003] * 100), cpu_seconds=0.3)]

    last = report.failover("One failover", {"plain": plain, "429 first": throttled}).splitlines()[-1]
    assert last == "A failover costs 1.00 ms (p50) and 1.00 ms of CPU."
