from itertools import islice
from random import Random

from tests.mutations import mutated


def test_one_token_inside_of_an_expression_changes():
    slips = set(islice(mutated(["@(a == 1)"], Random(1)), 200))

    assert {"@( == 1)", "@(a  1)", "@(a == a)", "@(== a 1)", "@(aa == 1)"} <= slips
    assert all(slip.startswith("@(") and slip.endswith(")") for slip in slips)


def test_a_text_is_one_token():
    assert '@("b" + "a c")' in set(islice(mutated(['@("a c" + "b")'], Random(1)), 100))
