"""Expected values: real C#, and for the gateway's clock the frozen time."""

import freezegun
import pytest

from apim_lab.dotnet.dates.date_members import DEFINITIONS
from tests import oracle

test_agrees = oracle.table(__file__, "date_members.jsonl")


def test_all_rows_can_be_read():
    assert all(definition.rows or definition.name == "IFormatProvider" for definition in DEFINITIONS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('DateTime.UtcNow.ToString("o")', "2026-01-15T10:00:00.1234560Z"),
        ('DateTime.Now.ToString("o")', "2026-01-15T10:00:00.1234560+00:00"),
        ('DateTime.Today.ToString("o")', "2026-01-15T00:00:00.0000000+00:00"),
        ("DateTime.Parse(DateTime.UtcNow.ToString()).Year", 2026),
        ("object.Equals(DateTime.UtcNow.Date, new DateTime(2026, 1, 15))", True),
        ("(object)DateTime.UtcNow is DateTime", True),
    ],
)
@freezegun.freeze_time("2026-01-15 10:00:00.123456")
def test_now_is_the_time_of_the_run(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected
