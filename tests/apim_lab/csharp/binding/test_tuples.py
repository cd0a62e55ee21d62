import pytest

from apim_lab.csharp.binding.tuples import name_mistake, without_ambiguity


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["a", "b"], ""),
        (["Item1", "b"], ""),
        (["Item2", "b"], "position 2"),
        (["a", "a"], "unique"),
        (["a", "Rest"], "any position"),
        (["", ""], ""),
    ],
)
def test_names_that_no_tuple_has(names, part):
    mistake = name_mistake(names)

    assert part in mistake if part else not mistake


def test_implied_names_that_would_be_mistakes_are_left_out():
    assert without_ambiguity(["", "", "c", ""], ["a", "a", "d", "ToString"]) == ["", "", "c", ""]
