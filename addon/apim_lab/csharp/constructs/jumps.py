"""`break` and `continue`. Source: the C# specification, "Jump statements"."""

from apim_lab.csharp.assignedness import UNREACHABLE, Target
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable
from apim_lab.csharp.constructs.statements import Signal
from apim_lab.syntax.node import Node


def _target(compiler: Compiler, node: Node) -> Target:
    """The statement that the jump leaves or goes on with; control does not come behind the jump."""
    for target in reversed(compiler.targets):
        if target.is_finally:
            compiler.mistake(node, "Control cannot leave the body of a finally clause")
            return Target()
        if not target.is_switch or node.kind == "break_statement":
            return target
    compiler.mistake(node, "No enclosing loop out of which to break or continue")
    return Target()


def _break(compiler: Compiler, node: Node) -> Statement:
    _target(compiler, node).breaks.append(compiler.flow)
    compiler.flow = UNREACHABLE
    return lambda _: Signal.BREAK


def _continue(compiler: Compiler, node: Node) -> Statement:
    _target(compiler, node).continues.append(compiler.flow)
    compiler.flow = UNREACHABLE
    return lambda _: Signal.CONTINUE


STATEMENTS: StatementTable = {
    "break_statement": _break,
    "continue_statement": _continue,
}
