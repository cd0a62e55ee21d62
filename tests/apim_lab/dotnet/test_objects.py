import uuid
from datetime import UTC, datetime, timedelta

import freezegun
import pytest

from apim_lab.csharp.values import Int64


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("DateTime.UtcNow", datetime(2026, 1, 15, 10, 0, tzinfo=UTC)),
        ("DateTime.UtcNow.AddSeconds(90)", datetime(2026, 1, 15, 10, 1, 30, tzinfo=UTC)),
        ("DateTime.UtcNow.AddDays(-0.5)", datetime(2026, 1, 14, 22, tzinfo=UTC)),
        ("DateTime.UtcNow.AddMonths(1).AddDays(16).AddMonths(-1)", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("new DateTime(2026, 1, 31).AddMonths(1)", datetime(2026, 2, 28, tzinfo=UTC)),
        ("new DateTime(2024, 12, 31).AddMonths(12).Year", 2025),
        ("DateTime.UtcNow.Date", datetime(2026, 1, 15, tzinfo=UTC)),
        ('DateTime.UtcNow.ToString("yyyy-MM-dd")', "2026-01-15"),
        ('DateTime.Parse("2026-01-15T11:00:00+01:00")', datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ('DateTime.Parse("2026-01-15") < DateTime.UtcNow', True),
        ("DateTime.UtcNow - DateTime.UtcNow.AddHours(-1)", timedelta(hours=1)),
        ("(DateTime.UtcNow - new DateTime(2026, 1, 15)).TotalHours", 10.0),
        ("DateTime.UtcNow + TimeSpan.FromMinutes(1)", datetime(2026, 1, 15, 10, 1, tzinfo=UTC)),
        ("(DateTime)(object)DateTime.UtcNow == DateTime.UtcNow", True),
        ("(object)DateTime.UtcNow is DateTime", True),
        ("object.Equals(DateTime.UtcNow, new DateTime(2026, 1, 15, 10, 0, 0))", True),
        ("object.Equals(DateTime.UtcNow, null)", False),
        ('$"{DateTime.UtcNow}"', "01/15/2026 10:00:00"),
        ('$"{DateTime.UtcNow:HH:mm}"', "10:00"),
        ("new JArray(DateTime.UtcNow).ToString(Formatting.None)", '["2026-01-15T10:00:00Z"]'),
        ("new JArray(TimeSpan.FromDays(2)).ToString(Formatting.None)", '["2.00:00:00"]'),
        ("DateTime.MinValue.ToString()", "01/01/0001 00:00:00"),
        ('TimeSpan.TryParse("99999999999.00:00:00", out var t)', False),
        ("new DateTime(1, 1, 2).Ticks", Int64(864_000_000_000)),
        ("TimeSpan.FromSeconds(90).TotalMinutes", 1.5),
        ("TimeSpan.FromSeconds(90).Seconds", 30),
        ("TimeSpan.FromSeconds(-90).Seconds", -30),
        ("TimeSpan.FromMilliseconds(1500).TotalSeconds", 1.5),
        ("TimeSpan.FromSeconds(1) < TimeSpan.FromMinutes(1)", True),
        ("-TimeSpan.FromSeconds(1)", timedelta(seconds=-1)),
        ('TimeSpan.Parse("1.02:03:04")', timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("new TimeSpan(1, 2, 3)", timedelta(hours=1, minutes=2, seconds=3)),
        ("Guid.Empty.ToString()", "00000000-0000-0000-0000-000000000000"),
        ('Guid.Parse("01234567-89ab-cdef-0123-456789abcdef")', uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")),
        ('Guid.TryParse("nope", out var g)', False),
        ("Guid.NewGuid() == Guid.NewGuid()", False),
        ("((object)1).Equals(1)", True),
        ("((object)1).Equals(1L)", False),
        ("object.Equals(1, true)", False),
        ("object.ReferenceEquals(null, null)", True),
        ("((int?)5).HasValue && ((int?)5).Value == 5", True),
        ("((int?)null).HasValue", False),
        ("((int?)null).GetValueOrDefault(3)", 3),
        ("((int?)null).ToString()", ""),
    ],
)
@freezegun.freeze_time("2026-01-15 10:00:00")
def test_members(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('DateTime.Parse("nope")', "String was not recognized as a valid DateTime."),
        (
            "new DateTime(2026, 13, 1)",
            "Year, Month, and Day parameters describe an un-representable DateTime.",
        ),
        (
            "DateTime.MaxValue.AddDays(1)",
            "The added or subtracted value results in an un-representable DateTime.\r\nParameter name: value",
        ),
        ("TimeSpan.FromDays(1e300)", "TimeSpan overflowed because the duration is too long."),
        ('TimeSpan.Parse("99999999999.00:00:00")', "TimeSpan overflowed because the duration is too long."),
        ("TimeSpan.FromDays(999999999) + TimeSpan.FromDays(1)", "Arithmetic operation resulted in an overflow."),
        ('DateTime.Parse("0001-01-01T00:00:00+14:00")', "String was not recognized as a valid DateTime."),
        ('TimeSpan.Parse("nope")', "String was not recognized as a valid TimeSpan."),
        (
            'Guid.Parse("nope")',
            "Guid should contain 32 digits with 4 dashes (-xxxx-xxxx-xxxx-xxxx).",
        ),
        ("new int[2][2]", "Index was outside the bounds of the array."),
        ("((int?)null).Value", "Nullable object must have a value."),
    ],
)
def test_members_that_throw(thrown, source, message):
    assert thrown(f"@({source})") == message
