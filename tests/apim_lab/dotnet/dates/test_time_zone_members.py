"""Expected values: recorded from real C# on Linux (time_zone_members.jsonl), where time zones have the ids of the IANA.

Those of Windows zones: learn.microsoft.com, "Default time zones".
"""

import pytest

from tests import oracle

test_members_agree = oracle.table(__file__, "time_zone_members.jsonl")


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("Id", "Pacific Standard Time"),
        ("DisplayName", "(UTC-08:00) Pacific Time (US & Canada)"),
        ("ToString()", "(UTC-08:00) Pacific Time (US & Canada)"),
        ("StandardName", "Pacific Standard Time"),
        ("DaylightName", "Pacific Daylight Time"),
        ("BaseUtcOffset.TotalHours", -8),
        ("SupportsDaylightSavingTime", True),
        ("GetUtcOffset(new DateTime(2024, 7, 1)).TotalHours", -7),
    ],
)
def test_a_time_zone_of_windows(evaluate, member, expected):
    assert evaluate(f'@(TimeZoneInfo.FindSystemTimeZoneById("Pacific Standard Time").{member})') == expected


def test_a_zone_of_windows_without_daylight_saving_time(evaluate):
    assert evaluate('@(TimeZoneInfo.FindSystemTimeZoneById("Tokyo Standard Time").SupportsDaylightSavingTime)') is False


def test_a_time_is_converted_by_the_ids_of_windows(evaluate):
    source = """@(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(
        new DateTime(2024, 7, 1, 12, 0, 0), "W. Europe Standard Time", "India Standard Time").ToString("s"))"""

    assert evaluate(source) == "2024-07-01T15:30:00"
