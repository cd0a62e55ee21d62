"""Slips in expressions that people publish end in a mistake of C#'s or a .NET exception, never in an error of Python's.

`pytest --hypothesis-profile=thorough tests/apim_lab/expressions/test_mutations.py` tries 20,000 of them.
"""

from importlib import resources
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from bench.agreement import expressions_in
from tests.apim_lab.expressions.test_blocks import compiles_and_runs
from tests.mutations import mutated

PUBLISHED = Path(__file__).parents[4] / "shared" / "policies"
FOLDERS = [
    pytest.param(Path(str(resources.files("apim_lab.gallery"))), id="gallery"),
    pytest.param(PUBLISHED, marks=pytest.mark.skipif(not PUBLISHED.exists(), reason="no published policies here")),
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_slip_ends_as_in_dotnet(folder):
    expressions = expressions_in(folder)

    @given(seed=st.integers(0, 2**32))
    @settings(deadline=None)
    def slip(seed):
        source = next(islice(mutated(expressions, Random(seed)), 1))
        note(source)
        compiles_and_runs(source)

    slip()
