"""Expected texts: learn.microsoft.com, standard and custom format strings, in the invariant culture."""

import math
import uuid
from decimal import Decimal

import pytest

from apim_lab.csharp.runtime.values import Array, Bytes, Char, Int64
from apim_lab.csharp.types import INT
from apim_lab.dotnet.dates.dates import DateTimeKind, new_date_of_kind
from apim_lab.dotnet.dates.time_spans import ZERO, new_span
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.formatting import format_value, to_string
from apim_lab.dotnet.text.comparison import StringComparison
from apim_lab.dotnet.text.composite_formats import align, composite_format
from apim_lab.dotnet.text.splitting import KEEP_EMPTY_ENTRIES
from apim_lab.messages import Url
from apim_lab.newtonsoft.text.parsing import parse_json
from apim_lab.newtonsoft.tokens import JValue

INSTANT = new_date_of_kind(2026, 1, 5, 14, 3, 9, 123, DateTimeKind.Utc)
GUID = uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("a", "a"),
        (Char("c"), "c"),
        (True, "True"),
        (False, "False"),
        (5, "5"),
        (Int64(-5), "-5"),
        (1.0, "1"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (-0.001, "-0.001"),
        (0.0001, "0.0001"),
        (0.00001, "1E-05"),
        (123456789012345.0, "123456789012345"),
        (1e16, "10000000000000000"),
        (1e17, "1E+17"),
        (1.25e20, "1.25E+20"),
        (1 / 3, "0.3333333333333333"),
        (float("nan"), "NaN"),
        (Decimal("1.10"), "1.10"),
        (GUID, "01234567-89ab-cdef-0123-456789abcdef"),
        (INSTANT, "01/05/2026 14:03:09"),
        (new_span(0, 0, 0, 90), "00:01:30"),
        (Bytes(b"abc"), "System.Byte[]"),
        (StringComparison.Ordinal, "Ordinal"),
        (KEEP_EMPTY_ENTRIES, "None"),
        (Url.parse("http://a/b?c"), "http://a/b?c"),
        (Array(["a"]), "System.String[]"),
        (JValue(1.0), "1"),
        (JValue(None), ""),
        (JValue("a"), "a"),
        (JValue(True), "True"),
        (parse_json('{"a":[1,"x",null,1.0,{}],"b":[]}'), None),
    ],
)
def test_to_string(value, expected):
    indented = '{\r\n  "a": [\r\n    1,\r\n    "x",\r\n    null,\r\n    1.0,\r\n    {}\r\n  ],\r\n  "b": []\r\n}'

    assert to_string(value) == (indented if expected is None else expected)


def test_an_array_of_numbers_is_named_by_its_type():
    assert to_string(Array([1], INT)) == "System.Int32[]"


@pytest.mark.parametrize(
    ("value", "specifier", "expected"),
    [
        (7, "D3", "007"),
        (-7, "d3", "-007"),
        (255, "X", "FF"),
        (255, "x4", "00ff"),
        (-1, "X", "FFFFFFFF"),
        (Int64(-1), "X", "FFFFFFFFFFFFFFFF"),
        (1234.5, "N", "1,234.50"),
        (1234, "N0", "1,234"),
        (2.345, "F2", "2.35"),
        (2, "F1", "2.0"),
        (0.256, "P1", "25.6 %"),
        (12345.678, "E2", "1.23E+004"),
        (1.5, "G", "1.5"),
        (5, "F99", "5." + "0" * 99),
        (5, "0." + "0" * 50, "5." + "0" * 50),
        (math.inf, "F2", "Infinity"),
        (math.nan, "0.0", "NaN"),
        (1.5, "0.00", "1.50"),
        (1.256, "0.##", "1.26"),
        (1.5, "0.##", "1.5"),
        (1.0, "0.##", "1"),
        (7, "000", "007"),
        (0.5, "#.#", ".5"),
        (1234567, "#,##0", "1,234,567"),
        (0.25, "0%", "25%"),
        (-1.5, "0.0", "-1.5"),
        (Decimal("1.005"), "0.00", "1.01"),
        (INSTANT, "o", "2026-01-05T14:03:09.1230000Z"),
        (new_span(0, 1, 2, 3), r"hh\:mm\:ss", "01:02:03"),
        (GUID, "N", "0123456789abcdef0123456789abcdef"),
        (GUID, "b", "{01234567-89ab-cdef-0123-456789abcdef}"),
        ("a", "X", "a"),
        (JValue(1.5), "0.00", "1.50"),
    ],
)
def test_format_strings(value, specifier, expected):
    assert format_value(value, specifier) == expected


@pytest.mark.parametrize(
    ("value", "specifier"),
    [(1, "Q"), (1, "0" * 1001), (1.5, "D"), (1.5, "X"), (INSTANT, "q"), (GUID, "Z"), (ZERO, "q")],
)
def test_a_format_that_the_value_has_not(value, specifier):
    with pytest.raises(FormatException):
        format_value(value, specifier)


def test_composite_formats_align_and_format():
    assert composite_format("[{0,5:F1}|{1,-4}]", [1.25, "ab"]) == "[  1.2|ab  ]"


def test_the_width_is_bounded():
    with pytest.raises(FormatException):
        align("a", 10_000_000)
