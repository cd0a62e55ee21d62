"""Expected values: recorded from real C# (sets.jsonl)."""

import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from tests import oracle

test_sets_agree = oracle.table(__file__, "sets.jsonl")


@pytest.mark.parametrize(
    "block",
    [
        "return new HashSet<int>(2000000000);",
        "var h = new HashSet<int>(); for (int i = 0; ; i++) { h.Add(i); }",
        "var h = new HashSet<string>(StringComparer.InvariantCulture); var s = new string((char)97, 100000); while (true) { h.Add(s); }",
    ],
)
def test_memory_is_counted(evaluate, block):
    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ {block} }}")
