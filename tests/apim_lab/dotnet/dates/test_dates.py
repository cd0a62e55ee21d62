from datetime import UTC, datetime, timedelta, timezone

import pytest

from apim_lab.dotnet.dates.dates import MAX_DATE, DateTime, DateTimeKind, new_date, today, utc_now


@pytest.mark.parametrize("offset", [UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=8, minutes=30))])
def test_a_python_datetime_becomes_universal_time(offset):
    instant = datetime(2026, 1, 15, 10, 30, 5, 123456, tzinfo=UTC)

    found = DateTime.of(instant.astimezone(offset))

    assert found.kind is DateTimeKind.Utc
    # The reading of 10:30:05 and 1,234,560 ticks of 100 ns
    assert found.ticks == new_date(2026, 1, 15, 10, 30, 5).ticks + 1_234_560


def test_instants_compare_whatever_their_kinds():
    here = new_date(2026, 1, 15)

    assert here == here.of_kind(DateTimeKind.Utc)
    assert len({here, here.of_kind(DateTimeKind.Local)}) == 1
    assert here < MAX_DATE


def test_an_instant_cannot_be_changed():
    with pytest.raises(AttributeError):
        new_date(2026, 1, 15).ticks = 0


def test_now_is_universal_and_today_local():
    assert utc_now().kind is DateTimeKind.Utc
    assert today().kind is DateTimeKind.Local
    assert today().time_ticks == 0
