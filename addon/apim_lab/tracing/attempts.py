"""Attempts as those who watch see them."""

from apim_lab.policy.context import GONE, Attempt

type Json = dict[str, object]


def attempt_as_dict(attempt: Attempt) -> Json:
    """An attempt as JSON has it."""
    return {
        "backend": attempt.backend,
        "at": attempt.at,
        "took": attempt.took,
        "outcome": attempt.outcome,
        "retry_after": attempt.retry_after,
        "waited": attempt.waited,
    }


def outcome_of(attempt: Attempt) -> str:
    """What came of an attempt, for people."""
    if not attempt.outcome:
        return "has not answered yet"
    if attempt.outcome == GONE:
        return "had not answered when the client left"
    if not attempt.outcome.isdecimal():
        return f"failed: {attempt.outcome}"
    after = f", Retry-After {attempt.retry_after:g} s" if attempt.retry_after is not None else ""
    return f"answered {attempt.outcome}{after}"
