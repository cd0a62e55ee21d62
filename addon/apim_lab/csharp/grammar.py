"""All kinds of syntax that expressions may have: each module of the language has a table of its own kinds."""

from apim_lab.csharp.compiler import Grammar
from apim_lab.csharp.constructs import (
    anonymous_objects,
    arrays,
    assignments,
    calls,
    casts,
    conditionals,
    creation,
    declarations,
    elements,
    handlers,
    jumps,
    lambdas,
    literals,
    loops,
    members,
    operators,
    patterns,
    statements,
    throws,
    type_expressions,
)

GRAMMAR = Grammar(
    expressions={
        **anonymous_objects.EXPRESSIONS,
        **arrays.EXPRESSIONS,
        **assignments.EXPRESSIONS,
        **calls.EXPRESSIONS,
        **casts.EXPRESSIONS,
        **conditionals.EXPRESSIONS,
        **creation.EXPRESSIONS,
        **elements.EXPRESSIONS,
        **lambdas.EXPRESSIONS,
        **literals.EXPRESSIONS,
        **members.EXPRESSIONS,
        **operators.EXPRESSIONS,
        **patterns.EXPRESSIONS,
        **throws.EXPRESSIONS,
        **type_expressions.EXPRESSIONS,
    },
    statements={
        **declarations.STATEMENTS,
        **handlers.STATEMENTS,
        **jumps.STATEMENTS,
        **loops.STATEMENTS,
        **statements.STATEMENTS,
        **throws.STATEMENTS,
    },
)
