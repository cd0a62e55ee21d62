import pytest

from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from tests import oracle

test_agrees_with_csharp = oracle.table(__file__, "tuples.jsonl")


@pytest.mark.parametrize("look", ["o.ToString().Length", "o.GetHashCode()", "o.Equals(p)"])
def test_a_tuple_of_itself_over_and_over_has_an_end(evaluate, look):
    doubled = "for (int i = 0; i < 60; i++) { o = (o, o); p = (p, p); }"

    with pytest.raises(OutOfMemoryException):
        evaluate(f"@{{ object o = 1, p = 1; {doubled} return {look}; }}")
