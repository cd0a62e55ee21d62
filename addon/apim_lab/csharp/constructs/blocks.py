"""Blocks, and the local functions in them. Source: the C# specification, "Blocks"."""

from collections.abc import Callable, Sequence

from apim_lab.csharp.code import Frame
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable, nothing
from apim_lab.csharp.constructs.local_functions import LocalFunction, declare
from apim_lab.csharp.constructs.statements import sequence
from apim_lab.syntax.node import Node

_FUNCTION = "local_function_statement"


def _block(compiler: Compiler, node: Node) -> Statement:
    return with_functions(compiler, node.parts, lambda: sequence(statements(compiler, node.parts)))


def statements(compiler: Compiler, nodes: Sequence[Node]) -> list[Statement]:
    """Those that are executed: a local function is none."""
    return [compiler.statement(node) for node in nodes if node.kind != _FUNCTION]


def with_functions(compiler: Compiler, nodes: Sequence[Node], make: Callable[[], Statement]) -> Statement:
    """What is made of the nodes, in a scope of their own with the local functions among them."""
    written = [node for node in nodes if node.kind == _FUNCTION]
    with compiler.scope(*nodes, has_functions=bool(written)):
        functions = [declare(compiler, node) for node in written]
        run = make()
        for _, function in functions:
            function.compile()
        slots = [local.slot for local in compiler.scopes.scopes[-1].locals.values() if local.begins]
    return _beginning(slots, functions, run) if functions else run


def _beginning(slots: Sequence[int], functions: Sequence[tuple[int, LocalFunction]], run: Statement) -> Statement:
    """The block with new cells for the variables that its functions may have captured."""

    def begin(frame: Frame) -> object:
        for slot in slots:
            frame.locals[slot] = [None]
        for slot, function in functions:
            frame.locals[slot][0] = function.create(frame)
        return run(frame)

    return begin


def _misplaced(compiler: Compiler, node: Node) -> Statement:
    compiler.mistake(node, "A local function is supported only directly in a block")
    return nothing


STATEMENTS: StatementTable = {"block": _block, _FUNCTION: _misplaced}
