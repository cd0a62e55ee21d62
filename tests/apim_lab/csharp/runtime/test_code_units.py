import pytest

from apim_lab.csharp.runtime.code_units import characters, code_units


@pytest.mark.parametrize("text", ["abc", "é\uffff", "a😀b", "\ud83d", ""])
def test_characters_undo_code_units(text):
    assert characters(code_units(text)) == text


def test_a_character_beyond_the_first_plane_is_two_code_units():
    assert code_units("a😀") == "a\ud83d\ude00"


def test_a_lone_half_can_be_replaced():
    assert characters("\ud83da", "replace") == "\ufffda"
