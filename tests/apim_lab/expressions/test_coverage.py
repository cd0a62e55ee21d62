"""How much of the allow-list there is here."""

import pytest

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.library import Library
from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.allowed_types import TYPES
from apim_lab.expressions.coverage import Support, coverage
from apim_lab.expressions.reference import reference

OBJECT = Definition("class object", "System.Object", python=object)


def covered(*definitions: Definition):
    return {found.full_name: found for found in coverage(Library([OBJECT, *definitions]))}


def test_a_type_of_the_list_that_is_not_here_lacks_everything():
    found = covered()["System.Net.IPAddress"]

    assert found.support is Support.NONE
    assert found.missing == ["AddressFamily", "GetAddressBytes", "IsLoopback", "Parse", "TryParse"]


def test_a_part_of_a_type_is_partial_and_what_is_refused_is_known():
    regex = Definition(
        "class Regex",
        "System.Text.RegularExpressions.Regex",
        members={"new(string pattern)": str, "bool IsMatch(string input)": bool, "static string Escape(string x)": str},
    )
    found = covered(regex)[regex.full_name]

    assert found.support is Support.PARTIAL
    assert found.missing == ["Match", "Matches", "Replace", "Split", "Unescape"]
    assert found.refused == {"Escape"}
    assert "| `Regex` | partial | `Escape`*, `IsMatch`, `new` | `Match`, `Matches`," in reference(
        Library([OBJECT, regex])
    )


def test_what_is_inherited_is_there():
    base = Definition(
        "class HashAlgorithm", "System.Security.Cryptography.HashAlgorithm", members={"int HashSize": len}
    )
    derived = Definition("class MD5 : HashAlgorithm", "System.Security.Cryptography.MD5")

    assert "HashSize" not in covered(base, derived)[derived.full_name].missing


@pytest.mark.parametrize("name", ["System.Math", "System.Guid", "System.DateTime", "System.Collections.Generic.List"])
def test_types_that_are_here_completely(name):
    found = {it.full_name: it for it in coverage(LIBRARY)}

    assert found[name].support is Support.FULL


def test_each_type_of_the_list_is_told_of():
    assert {found.full_name for found in coverage(LIBRARY)} >= set(TYPES)
