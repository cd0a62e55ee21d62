"""Expected values: recorded from real C# (decimals.jsonl); properties: the C# specification, "The decimal type"."""

from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_lab.csharp.runtime import decimals
from apim_lab.csharp.runtime.exceptions import OverflowException
from tests import oracle

test_decimals_agree = oracle.table(__file__, "decimals.jsonl")

DECIMALS = st.builds(
    decimals.compose, st.booleans(), st.integers(0, decimals.MAX_COEFFICIENT), st.integers(0, decimals.MAX_SCALE)
)
WIDE = Context(prec=200)


@given(DECIMALS)
def test_a_decimal_is_what_it_is_composed_of(value):
    scale = decimals.scale_of(value)

    assert decimals.compose(value.is_signed(), decimals.coefficient_of(value), scale).compare_total(value) == 0


@given(DECIMALS, DECIMALS)
def test_a_quotient_is_off_by_half_a_unit_of_its_last_digit_at_most(left, right):
    try:
        quotient = decimals.divide(left, right)
    except (OverflowException, decimals.DivideByZeroException):
        return

    error = WIDE.subtract(WIDE.divide(left, right), quotient).copy_abs()
    unit = Decimal(1).scaleb(-decimals.scale_of(quotient))
    assert error <= WIDE.divide(unit, 2)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("0." + "1" * 10_000, "0." + "1" * 28),
        ("12345." + "1" * 10_000, "12345." + "1" * 24),
        ("0." + "0" * 50, "0." + "0" * 28),
    ],
)
def test_what_is_too_long_is_cut(digits, expected):
    assert decimals.decimal_text(decimals.fit(Decimal(digits))) == expected
