"""Random programs of control flow, `Flows(Random(seed))`: some recorded from real C#, many that only must not crash."""

from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from apim_lab.expressions import CompileError, compile_expression
from tests import oracle
from tests.apim_lab.expressions.flows import Flows

test_agrees_with_csharp = oracle.table(__file__, "flows.jsonl")


@given(random=st.randoms(use_true_random=False))
@settings(deadline=None)
def test_no_flow_ends_in_an_error_of_pythons(random):
    source = Flows(random).block()
    note(source)

    assert "crash" not in oracle.ours({"expr": source})


def test_many_flows_compile():
    compiled = 0
    for seed in range(100):
        try:
            compile_expression(Flows(Random(seed)).block())
        except CompileError:
            continue
        compiled += 1

    assert compiled > 25
