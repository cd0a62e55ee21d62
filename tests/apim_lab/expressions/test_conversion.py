import math

import pytest

from apim_lab.csharp.runtime.values import Int64
from apim_lab.errors import ExpressionError
from apim_lab.expressions import to_bool, to_int, to_number, to_text
from apim_lab.newtonsoft.tokens import JArray, JValue


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), (True, "True"), (429, "429"), (1.5, "1.5"), ("a", "a"), (JArray(), "[]")]
)
def test_text_is_what_c_sharp_writes(value, expected):
    assert to_text(value) == expected


@pytest.mark.parametrize(("text", "expected"), [("\ud83d\ude00é", "😀é"), ("a\ud83d", "a\ufffd")])
def test_text_has_no_halves_of_utf_16_pairs(text, expected):
    assert to_text(text) == expected


@pytest.mark.parametrize(("value", "expected"), [(True, True), ("true", True), ("False", False), (JValue(True), True)])
def test_bools(value, expected):
    assert to_bool(value) is expected


@pytest.mark.parametrize("value", [1, "yes", "", None, 0.0, JArray()])
def test_what_is_no_bool(value):
    with pytest.raises(ExpressionError, match="is not true or false"):
        to_bool(value)


@pytest.mark.parametrize(
    ("value", "expected"), [(5, 5), (Int64(5), 5), ("5", 5), (" -5 ", -5), (5.0, 5), (JValue(5), 5)]
)
def test_integers(value, expected):
    found = to_int(value)

    assert found == expected
    assert type(found) is int


@pytest.mark.parametrize("value", [True, 1.5, float("nan"), float("inf"), "1.5", "a", "", None, JArray()])
def test_what_is_no_integer(value):
    with pytest.raises(ExpressionError, match="is not a whole number"):
        to_int(value)


@pytest.mark.parametrize(("value", "expected"), [(5, 5.0), (1.5, 1.5), ("1.5", 1.5), (Int64(2), 2.0)])
def test_numbers(value, expected):
    assert to_number(value) == expected


@pytest.mark.parametrize("value", [True, "a", "", None, JArray(), "NaN", "Infinity", "-Infinity", math.inf, 10**400])
def test_what_is_no_number(value):
    with pytest.raises(ExpressionError, match="is not a number"):
        to_number(value)


def test_the_error_shows_the_value():
    with pytest.raises(ExpressionError, match=r"^null is not a whole number$"):
        to_int(None)
