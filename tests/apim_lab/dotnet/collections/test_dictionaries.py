"""Expected values: recorded from real C# (dictionaries.jsonl)."""

import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from tests import oracle

test_dictionaries_agree = oracle.table(__file__, "dictionaries.jsonl")


@pytest.mark.parametrize(
    "block",
    [
        "return new Dictionary<int, int>(2000000000);",
        "var d = new Dictionary<int, int>(); d.EnsureCapacity(100000000); return d;",
        "var d = new Dictionary<int, int>(); for (int i = 0; ; i++) { d.Add(i, i); }",
        "while (true) { new Dictionary<int, int>(100000); }",
    ],
)
def test_memory_is_counted(evaluate, block):
    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ {block} }}")
