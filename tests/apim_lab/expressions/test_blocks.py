"""Whatever compiles yields a value or throws as .NET does: no expression ends in an error of Python's.

`pytest --hypothesis-profile=thorough tests/apim_lab/expressions/test_blocks.py` tries 20,000 blocks.
"""

from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from apim_lab.errors import ExpressionError
from apim_lab.expressions import CompileError, compile_expression, to_text
from apim_lab.expressions.allow_list import LIBRARY
from tests import oracle
from tests.apim_lab.expressions.blocks import Blocks, members_of

MEMBERS = members_of(LIBRARY.definitions.values())
CONTEXT = {
    "method": "POST",
    "url": "https://gateway.example/a/b?x=1&y=2",
    "headers": {"A": "1", "B": ["x", "y"]},
    "body": '{"a": [1, "x"]}',
    "response": {"status": 429, "headers": {"Retry-After": "7"}, "body": "{}"},
    "variables": {"n": 5, "s": "text", "o": {"type": "JObject", "value": {"a": 1}}},
}


def compiles_and_runs(source: str) -> bool:
    """Whether it compiles; then it is run, and what it yields is written."""
    try:
        expression = compile_expression(source)
    except CompileError:
        return False
    try:
        value = expression.evaluate(oracle.context_of(CONTEXT))
        to_text(value)
        oracle.shown(value)
    except ExpressionError:
        pass
    return True


@given(random=st.randoms(use_true_random=False))
@settings(deadline=None)
def test_what_compiles_ends_as_in_dotnet(random):
    source = Blocks(random, MEMBERS).block()
    note(source)
    compiles_and_runs(source)


def test_most_blocks_compile():
    blocks = [Blocks(Random(seed), MEMBERS).block() for seed in range(100)]

    assert sum(map(compiles_and_runs, blocks)) > 50
