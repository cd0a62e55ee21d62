"""`using` and `lock`. Source: the C# specification, "The using statement" and "The lock statement"."""

from typing import Any

from apim_lab.csharp.binding.reference_conversions import is_reference
from apim_lab.csharp.code import Code, Frame, Run, in_slot
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable, nothing
from apim_lab.csharp.constructs.declarations import declared
from apim_lab.csharp.constructs.handlers import finishing
from apim_lab.csharp.constructs.statements import embedded, sequence
from apim_lab.csharp.types import DEFAULT, INVALID, NULL, Type
from apim_lab.csharp.variables import read
from apim_lab.syntax.node import Node


def _using(compiler: Compiler, node: Node) -> Statement:
    resource = node.parts[0]
    with compiler.scope(resource):
        if resource.kind == "variable_declaration":
            resources = _variables(compiler, resource)
        else:
            resources = [_value(compiler, resource)]
        run = embedded(compiler, node["body"])
    for acquire, dispose in reversed(resources):
        run = sequence([acquire, finishing(run, dispose)])
    return run


def _variables(compiler: Compiler, node: Node) -> list[tuple[Statement, Statement]]:
    """What gives each of the variables its value, and what disposes of that."""
    acquisitions, found = declared(compiler, node), []
    for acquire, declarator in zip(acquisitions, node.parts[1:], strict=True):
        name = declarator.parts[0]
        if len(declarator.parts) == 1:
            compiler.mistake(name, "You must provide an initializer in a fixed or using statement declaration")
        local = compiler.find(name.text)
        if local is not None:
            compiler.scopes.protect(name.text, "using variable")
            found.append((acquire, _disposing(compiler, name, read(local))))
    return found


def _value(compiler: Compiler, node: Node) -> tuple[Statement, Statement]:
    """The same for an expression, whose value has no name."""
    value, slot = compiler.value(node), compiler.new_slot()
    run = value.run

    def acquire(frame: Frame) -> None:
        frame.locals[slot] = run(frame)

    return acquire, _disposing(compiler, node, in_slot(value.type, slot))


def _disposing(compiler: Compiler, node: Node, resource: Code) -> Statement:
    """Null is nothing to dispose of."""
    if resource.type in {INVALID, NULL, DEFAULT}:
        return nothing
    methods = compiler.library.methods(resource.type, "Dispose")
    if not methods:
        compiler.mistake(
            node,
            f"'{resource.type}': type used in a using statement must be implicitly convertible to 'System.IDisposable'",
        )
        return nothing
    return _calling(resource.run, methods[0].implementation)


def _calling(resource: Run, implementation: Any) -> Statement:
    def dispose(frame: Frame) -> None:
        found = resource(frame)
        if found is not None:
            implementation(found)

    return dispose


def _lock(compiler: Compiler, node: Node) -> Statement:
    """One evaluation has one thread, so that nobody else holds the lock."""
    value = compiler.value(node.parts[0])
    if value.type not in {INVALID, NULL} and not is_reference(compiler.library, value.type):
        compiler.mistake(node.parts[0], f"'{value.type}' is not a reference type as required by the lock statement")
    return sequence([_entering(compiler, value.run), embedded(compiler, node.parts[1])])


_ARGUMENT_NULL = Type("ArgumentNullException")


def _entering(compiler: Compiler, value: Run) -> Statement:
    """What `Monitor.Enter` throws is none of the exceptions that the language itself knows."""
    definition = compiler.library.definition(_ARGUMENT_NULL)
    error: Any = definition and definition.python

    def enter(frame: Frame) -> None:
        if value(frame) is None:
            raise error("")

    return enter


STATEMENTS: StatementTable = {
    "lock_statement": _lock,
    "using_statement": _using,
}
