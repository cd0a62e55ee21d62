import gc

from apim_lab.csharp.runtime.enumerations import Flags, member
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "enumerations.jsonl")

Options = Flags("Options", {"None": 0, "A": 1, "B": 2, "AB": 3, "C": 4})


def test_a_number_without_a_name_has_one_value():
    assert member(Options, 8) is member(Options, 8)


def test_flags_are_written_as_names():
    written = [member(Options, number).name for number in (0, 3, 5, 7, 8, 9)]

    assert written == ["None", "AB", "A, C", "AB, C", "8", "9"]


def test_values_that_nobody_has_are_forgotten():
    made = [id(member(Options, number)) for number in range(1000, 1100)]
    gc.collect()

    assert len(set(made)) < 100
