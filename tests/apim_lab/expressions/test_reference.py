"""The table of types: what marks a type, and how those of one name are told apart."""

from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.reference import reference

ROWS = [row.split(" | ")[0].removeprefix("| ") for row in reference(LIBRARY).splitlines()[2:]]


def test_a_type_that_is_not_on_the_list_has_a_star():
    assert "`FormatException`*" in ROWS
    assert "`DateTime`" in ROWS


def test_types_of_one_name_have_their_namespaces():
    assert len(ROWS) == len(set(ROWS))
    assert any(row.startswith("`System.Xml.Linq.Extensions`") for row in ROWS)
    assert any(row.startswith("`Newtonsoft.Json.Linq.Extensions`") for row in ROWS)


def test_what_the_language_and_api_management_bring_has_no_star():
    assert {"`IUser`", "`(T1, T2)`"} <= set(ROWS)
