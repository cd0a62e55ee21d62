"""Expected values: real C#; where a text leaves out the date, .NET's documentation of `DateTime.Parse`."""

import freezegun
import pytest

from apim_lab.dotnet.dates.date_formats import format_date
from apim_lab.dotnet.dates.date_parsing import parse_date
from apim_lab.dotnet.exceptions import FormatException
from tests import oracle

test_agrees = oracle.table(__file__, "date_parsing.jsonl")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7:08 PM", "2026-01-15T19:08:00.0000000"),
        ("07:08:09.5Z", "2026-01-15T07:08:09.5000000+00:00"),
        ("5/6", "2026-05-06T00:00:00.0000000"),
        ("May 6", "2026-05-06T00:00:00.0000000"),
    ],
)
@freezegun.freeze_time("2026-01-15 10:00:00")
def test_what_is_left_out_is_today_or_this_year(text, expected):
    assert format_date(parse_date(text), "o") == expected


def test_a_very_long_text_is_no_date():
    assert parse_date(f"2026-01-15{' ' * 990}") == parse_date("2026-01-15")
    with pytest.raises(FormatException):
        parse_date(f"2026-01-15{' ' * 991}")
