"""`throw`, as a statement and as an operand. Source: the C# specification, "The throw statement"."""

from apim_lab.csharp.assignedness import UNREACHABLE, Branches, split
from apim_lab.csharp.binding.conversions import implicit
from apim_lab.csharp.code import Code, Frame, Run
from apim_lab.csharp.compiler import Compiler, ExpressionTable, Statement, StatementTable
from apim_lab.csharp.constructs.statements import discarding
from apim_lab.csharp.runtime.exceptions import DotNetError, NullReferenceException
from apim_lab.csharp.types import DEFAULT, EXCEPTION, THROW
from apim_lab.syntax.node import Node


def _throw(compiler: Compiler, node: Node) -> Statement:
    run = _thrown(compiler, node).run if node.parts else _rethrown(compiler, node)
    compiler.flow = UNREACHABLE
    return discarding(throwing(run))


def _thrown(compiler: Compiler, node: Node) -> Code:
    """The exception that is thrown."""
    value = compiler.value(node.parts[0])
    if value.type == DEFAULT or implicit(compiler.library, value, EXCEPTION) is None:
        return compiler.mistake(node.parts[0], "The type caught or thrown must be derived from System.Exception")
    return value


def _rethrown(compiler: Compiler, node: Node) -> Run:
    """`throw;` throws what the nearest `catch` has caught."""
    slot = compiler.caught[-1] if compiler.caught else None
    if not compiler.caught:
        compiler.mistake(node, "A throw statement with no arguments is not allowed outside of a catch clause")
    elif slot is None:
        compiler.mistake(
            node,
            "A throw statement with no arguments is not allowed in a finally clause that is nested inside the nearest "
            "enclosing catch clause",
        )
    return lambda frame: frame.locals[slot or 0]


def throwing(run: Run) -> Run:
    def throw(frame: Frame) -> None:
        error: DotNetError | None = run(frame)
        if error is None:
            raise NullReferenceException
        error.handler = None
        raise error.with_traceback(None)

    return throw


def operand(compiler: Compiler, node: Node) -> tuple[Code, Branches]:
    """The code of an operand where C# allows `throw new Exception()`, and what is known behind it."""
    if node.kind != "throw_expression":
        return compiler.condition(node)
    error = _thrown(compiler, node)
    compiler.flow = compiler.flow.excluded()
    return Code(THROW, throwing(error.run)), split(compiler.flow)


def _misplaced(compiler: Compiler, node: Node) -> Code:
    return compiler.mistake(node, "A throw expression is not allowed in this context.")


EXPRESSIONS: ExpressionTable = {"throw_expression": _misplaced}
STATEMENTS: StatementTable = {"throw_statement": _throw}
