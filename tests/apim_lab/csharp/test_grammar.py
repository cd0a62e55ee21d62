from apim_lab.csharp import grammar
from apim_lab.csharp.grammar import GRAMMAR
from tests import oracle

test_small_expressions_agree_with_csharp = oracle.table(__file__, "names_and_literals.jsonl")
test_whole_expressions_agree_with_csharp = oracle.table(__file__, "whole_expressions.jsonl")


def test_each_kind_of_syntax_has_one_module():
    modules = [module for module in vars(grammar).values() if hasattr(module, "__file__")]
    kinds = [kind for module in modules for name in ("EXPRESSIONS", "STATEMENTS") for kind in getattr(module, name, {})]

    assert len(kinds) == len(set(kinds)) == len(GRAMMAR.expressions) + len(GRAMMAR.statements)
