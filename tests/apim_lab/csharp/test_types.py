import pytest

from apim_lab.csharp.types import INT, STRING, Type, array_of, nullable, underlying


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (INT, "int"),
        (array_of(STRING), "string[]"),
        (nullable(INT), "int?"),
        (Type("List", (Type("List", (INT,)),)), "List<List<int>>"),
    ],
)
def test_a_type_is_shown_as_c_sharp_writes_it(type_, expected):
    assert str(type_) == expected


def test_type_parameters_are_replaced_within_other_types():
    assert array_of(Type("T")).substitute({"T": INT}) == array_of(INT)


def test_the_underlying_type_of_a_nullable_is_its_value_type():
    assert (underlying(nullable(INT)), underlying(STRING)) == (INT, STRING)
