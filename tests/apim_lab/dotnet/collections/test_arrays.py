"""Expected values: recorded from real C# (arrays.jsonl)."""

import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from tests import oracle

test_arrays_agree = oracle.table(__file__, "arrays.jsonl")


@pytest.mark.parametrize(
    "block",
    [
        "var a = new int[1000000]; while (true) { a = (int[])a.Clone(); }",
        "var a = new int[1500000]; Array.Sort(a); return a;",
    ],
)
def test_memory_is_counted(evaluate, block):
    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ {block} }}")
