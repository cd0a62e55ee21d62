"""Expected values: recorded from real C# (lines.jsonl)."""

import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from tests import oracle

test_lines_agree = oracle.table(__file__, "lines.jsonl")


@pytest.mark.parametrize(
    "block",
    [
        "return new Queue<int>(2000000000);",
        "var q = new Queue<int>(); var a = new int[100000]; while (true) { q = new Queue<int>(a); }",
        "var s = new Stack<int>(new int[100]); while (true) { s.Push(1); s = new Stack<int>(s.ToArray()); }",
    ],
)
def test_memory_is_counted(evaluate, block):
    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ {block} }}")
