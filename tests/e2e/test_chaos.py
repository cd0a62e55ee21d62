"""Clients and backends at their worst, many at a time: nothing hangs, crashes, stays, or gets what is for another."""

from contextlib import ExitStack

from tests.e2e.chaos.attack import attack
from tests.e2e.chaos.plans import every_cut, sessions

SEED = 1
CALLS = 400


def test_each_call_ends_as_its_backends_made_it_end_and_leaves_nothing(tmp_path):
    """Play a session that failed again: `python -m tests.e2e.chaos --seed 1 --session NUMBER`."""
    with ExitStack() as stack:
        report = attack(stack, tmp_path, [*every_cut(), *sessions(SEED, CALLS)])

    assert "\n".join(report.findings) == ""
    assert report.counts["Whole"] > report.counts["Error"] > 0
    assert report.counts["CutShort"] > 0
