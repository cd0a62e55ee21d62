import pytest

from apim_lab.expressions import CompileError, compile_expression
from tests import oracle

test_types_and_sizes_agree_with_csharp = oracle.table(__file__, "type_expressions.jsonl")
test_default_agrees_with_csharp = oracle.table(__file__, "default.jsonl")


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("@{ string? s = null; return s; }", 3),
        ('@((string?)"x")', 3),
        ('@("x" as string?)', 9),
        ("@{ List<string?> s = null; return s; }", 8),
        ("@{ string?[] s = null; return s; }", 3),
        ("@(default(string?))", 10),
    ],
)
def test_a_reference_type_with_a_question_mark_is_csharp_8(source, offset):
    with pytest.raises(CompileError) as caught:
        compile_expression(source)

    expected = (
        "CS0453: The type 'string' must be a non-nullable value type in order to use it as parameter 'T' in the generic "
        "type or method 'Nullable<T>'. Nullable reference types are C# 8; API Management has C# 7"
    )
    assert caught.value.mistakes == [(offset, expected)]
