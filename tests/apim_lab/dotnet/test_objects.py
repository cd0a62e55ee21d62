import uuid

import pytest


@pytest.mark.parametrize(
    ("source", "expected"),
    [
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
def test_members(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            'Guid.Parse("nope")',
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
        ),
        ("(new int[2])[2]", "Index was outside the bounds of the array."),
        ("((int?)null).Value", "Nullable object must have a value."),
    ],
)
def test_members_that_throw(thrown, source, message):
    assert thrown(f"@({source})") == message
