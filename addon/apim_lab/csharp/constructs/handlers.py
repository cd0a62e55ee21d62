"""`try`, `catch` and `finally`. Source: the C# specification, "The try statement".

.NET looks for the `catch` first, so that a filter (`when`) runs before the `finally` of what is within. Where Python
comes to such a `finally`, it asks the handlers further out (`Frame.handlers`), and the exception keeps the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apim_lab.csharp.assignedness import Target, join
from apim_lab.csharp.binding.reference_conversions import is_instance
from apim_lab.csharp.code import Find, Frame, Handlers, Run
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable
from apim_lab.csharp.constructs.statements import condition
from apim_lab.csharp.runtime.exceptions import (
    PYTHON_ERRORS,
    DotNetError,
    InsufficientExecutionStackException,
    thrown,
)
from apim_lab.csharp.runtime.memory import EXCEPTION_SIZE, allocate
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import EXCEPTION, INVALID, Type
from apim_lab.csharp.variables import Store, storer
from apim_lab.syntax.node import Node


@dataclass(frozen=True)
class _Clause:
    """A `catch` of exceptions of this type, None for all. `accepts` puts one into the variable, and asks the filter."""

    type: Type | None
    is_filtered: bool
    accepts: Callable[[Frame, DotNetError], bool]
    body: Statement


def _try(compiler: Compiler, node: Node) -> Statement:
    catches, finallies = _parts(node, "catch_clause"), _parts(node, "finally_clause")
    if not catches and not finallies:
        compiler.mistake(node, "Expected catch or finally")
    before, counts = compiler.flow, [target.counts() for target in compiler.targets]
    run = _attempt(compiler, node["body"], catches)
    for part in finallies:
        end, compiler.flow = compiler.flow, before
        run = finishing(run, _finally(compiler, part))
        for target, count in zip(compiler.targets, counts, strict=True):
            target.pass_through(compiler.flow, count)
        compiler.flow = end.followed_by(compiler.flow)
    return run


def _parts(node: Node, kind: str) -> list[Node]:
    return [part for part in node.parts if part.kind == kind]


def _attempt(compiler: Compiler, body: Node, catches: Sequence[Node]) -> Statement:
    """The block and what catches its exceptions."""
    before = compiler.flow
    run, ends = compiler.statement(body), [compiler.flow]
    slot, clauses = compiler.new_slot(), list[_Clause]()
    for part in catches:
        compiler.flow = before
        _check_order(compiler, part, clauses)
        clauses.append(_catch(compiler, part, slot, clauses))
        ends.append(compiler.flow)
    compiler.flow = join(*ends)
    return _catching(run, clauses, slot) if clauses else run


def _catch(compiler: Compiler, node: Node, slot: int, before: Sequence[_Clause]) -> _Clause:
    declarations, filters = _parts(node, "catch_declaration"), _parts(node, "catch_filter_clause")
    with compiler.scope(*declarations, *filters):
        type_ = _caught_type(compiler, declarations[0], before) if declarations else None
        store = _variable(compiler, declarations[0], type_ or INVALID) if declarations else None
        test = _filter(compiler, filters[0]) if filters else None
        compiler.caught.append(slot)
        body = compiler.statement(node["body"])
        compiler.caught.pop()
    return _Clause(type_, bool(filters), _accepting(compiler.library, type_, store, test), body)


def _check_order(compiler: Compiler, node: Node, before: Sequence[_Clause]) -> None:
    if any(clause.type is None and not clause.is_filtered for clause in before):
        compiler.mistake(node, "Catch clauses cannot follow the general catch clause of a try statement")


def _caught_type(compiler: Compiler, node: Node, before: Sequence[_Clause]) -> Type:
    library, type_ = compiler.library, compiler.type(node["type"])
    if type_ != INVALID and not library.derives(type_, EXCEPTION):
        compiler.mistake(node["type"], "The type caught or thrown must be derived from System.Exception")
    for clause in before:
        if clause.type and not clause.is_filtered and library.derives(type_, clause.type):
            compiler.mistake(
                node["type"],
                f"A previous catch clause already catches all exceptions of this or of a super type ('{clause.type}')",
            )
    return type_


def _variable(compiler: Compiler, node: Node, type_: Type) -> Store | None:
    return storer(compiler.declare(node["name"], type_), new=True) if "name" in node.fields else None


def _filter(compiler: Compiler, node: Node) -> Run:
    test, after = condition(compiler, node.parts[0])
    compiler.flow = after.when_true
    return test.run


def _finally(compiler: Compiler, node: Node) -> Statement:
    compiler.targets.append(Target(is_finally=True))
    compiler.caught.append(None)
    run = compiler.statement(node.parts[0])
    compiler.caught.pop()
    compiler.targets.pop()
    return run


# ---- at run time ---------------------------------------------------------------------------------------------------

# Nothing catches the exhausted stack, which ends the process in .NET
_CAUGHT: tuple[type[Exception], ...] = (DotNetError, *PYTHON_ERRORS)


def _caught(raised: Exception) -> DotNetError:
    error = raised if isinstance(raised, DotNetError) else thrown(raised)
    error.was_thrown = True
    if isinstance(error, InsufficientExecutionStackException):
        raise error
    return error


def _accepting(
    library: Library, type_: Type | None, store: Store | None, test: Run | None
) -> Callable[[Frame, DotNetError], bool]:
    def accepts(frame: Frame, error: DotNetError) -> bool:
        if type_ is not None and not is_instance(library, error, type_):
            return False
        if store is not None:
            store(frame, error)
        return test is None or _holds(test, frame)

    return accepts


def _holds(test: Run, frame: Frame) -> bool:
    """A filter that throws is false."""
    try:
        return bool(test(frame))
    except _CAUGHT as raised:
        _caught(raised)
        return False


def _catching(attempt: Statement, clauses: Sequence[_Clause], slot: int) -> Statement:
    def find(frame: Frame, error: DotNetError) -> _Clause | None:
        return next((clause for clause in clauses if clause.accepts(frame, error)), None)

    def run(frame: Frame) -> object:
        outer = frame.handlers
        frame.handlers = own = (find, frame, outer)
        try:
            return attempt(frame)
        except _CAUGHT as raised:
            error = _caught(raised)
        finally:
            frame.handlers = outer
        clause = _chosen(own, error)
        if clause is None:
            raise error
        frame.locals[slot] = _arrived(error)
        return clause.body(frame)

    return run


def _chosen(own: tuple[Find, Frame, Handlers], error: DotNetError) -> _Clause | None:
    """The clause of these that takes the exception, which may have been looked for already."""
    find, frame, _ = own
    handlers, clause = error.handler or (own, find(frame, error))
    found: _Clause | None = clause if handlers is own else None
    return found


def _searched(handlers: Handlers, error: DotNetError) -> tuple[Handlers, object]:
    """The handlers that catch the exception, and their clause; None and None if nothing does."""
    while handlers is not None:
        find, frame, outer = handlers
        clause = find(frame, error)
        if clause is not None:
            return handlers, clause
        handlers = outer
    return None, None


def _arrived(error: DotNetError) -> DotNetError:
    """The exception in its `catch`: it keeps nothing alive of what it came through."""
    allocate(EXCEPTION_SIZE)
    error.handler = error.__traceback__ = error.__context__ = None
    return error


def finishing(attempt: Statement, finish: Statement) -> Statement:
    """What does `finish` in the end, also where `attempt` throws."""

    def run(frame: Frame) -> object:
        try:
            signal = attempt(frame)
        except _CAUGHT as raised:
            error = _caught(raised)
        else:
            finish(frame)
            return signal
        if error.handler is None:
            error.handler = _searched(frame.handlers, error)
        finish(frame)
        raise error

    return run


STATEMENTS: StatementTable = {"try_statement": _try}
