"""Statements: `@{ ... }` blocks, local variables, branches, loops, `return`, and assignments.

A compiled statement yields None, or the Signal with which it leaves: blocks and loops pass it on.
"""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from apim_lab.csharp.code import BROKEN, Code, Frame, Run, constant, in_slot
from apim_lab.csharp.compiler import (
    Compiler,
    Flow,
    Local,
    Loop,
    Statement,
    apply,
    expression_syntax,
    join,
    nothing,
    statement_syntax,
)
from apim_lab.csharp.conversions import explicit, implicit
from apim_lab.csharp.exceptions import NullReferenceException
from apim_lab.csharp.members import arguments, array_of_items, element, no_member, set_element
from apim_lab.csharp.operators import cannot_apply, operation
from apim_lab.csharp.syntax import Node
from apim_lab.csharp.types import BOOL, DECIMAL, DOUBLE, INT, INVALID, LONG, NULL, Type, underlying
from apim_lab.dotnet import library


class Signal(enum.Enum):
    """How a statement leaves what it stands in."""

    BREAK = enum.auto()
    CONTINUE = enum.auto()
    RETURN = enum.auto()


def sequence(statements: Sequence[Statement]) -> Statement:
    """The statements one after the other, until one leaves."""

    def run(frame: Frame) -> object:
        for statement in statements:
            signal = statement(frame)
            if signal is not None:
                return signal
        return None

    return statements[0] if len(statements) == 1 else run


@statement_syntax("block")
def _block(compiler: Compiler, node: Node) -> Statement:
    compiler.scopes.append({})
    statements = [compiler.statement(part) for part in node.parts]
    compiler.scopes.pop()
    return sequence(statements)


@statement_syntax("empty_statement")
def _empty(_compiler: Compiler, _node: Node) -> Statement:
    return nothing


_STATEMENT_EXPRESSIONS = {
    "assignment_expression",
    "conditional_access_expression",
    "increment_expression",
    "invocation_expression",
    "object_creation_expression",
}


@statement_syntax("expression_statement", *_STATEMENT_EXPRESSIONS)
def _expression(compiler: Compiler, node: Node) -> Statement:
    inner = node.parts[0] if node.kind == "expression_statement" else node
    if inner.kind not in _STATEMENT_EXPRESSIONS:
        compiler.mistake(
            inner,
            "Only assignment, call, increment, decrement, await, and new object expressions can be used as a statement",
        )
    return discarding(compiler.expression(inner).run)


def discarding(run: Run) -> Statement:
    def statement(frame: Frame) -> None:
        run(frame)

    return statement


@statement_syntax("local_declaration_statement")
def _declaration_statement(compiler: Compiler, node: Node) -> Statement:
    return compiler.statement(node.parts[-1])


@statement_syntax("variable_declaration")
def _declaration(compiler: Compiler, node: Node) -> Statement:
    implied = node["type"].kind == "implicit_type"
    type_ = None if implied else compiler.type(node["type"])
    declarators = [part for part in node.parts if part.kind == "variable_declarator"]
    return sequence([_declarator(compiler, declarator, type_) for declarator in declarators])


def _declarator(compiler: Compiler, node: Node, type_: Type | None) -> Statement:
    if "name" not in node.fields:
        compiler.mistake(node, "A variable name is expected")
        return nothing
    if len(node.parts) == 1:
        if type_ is None:
            compiler.mistake(node, "Implicitly-typed variables must be initialized")
        compiler.declare(node["name"], type_ or INVALID, assigned=type_ is None)
        return nothing
    value_node = node.parts[-1]
    value = _initial_value(compiler, value_node, type_)
    if type_ is None and value.type == NULL:
        value = compiler.mistake(node, "Cannot assign <null> to an implicitly-typed variable")
    local = compiler.declare(node["name"], type_ or value.type)
    return _storing(local.slot, compiler.converted(value, local.type, value_node).run)


def _initial_value(compiler: Compiler, node: Node, type_: Type | None) -> Code:
    if node.kind == "initializer_expression" and type_ is not None and type_.name == "[]":
        return array_of_items(compiler, type_.arguments[0], node)
    return compiler.value(node)


def _storing(slot: int, run: Run) -> Statement:
    def store(frame: Frame) -> None:
        frame.locals[slot] = run(frame)

    return store


def condition(compiler: Compiler, node: Node) -> Code:
    return compiler.converted(compiler.value(node), BOOL, node)


@statement_syntax("if_statement")
def _if(compiler: Compiler, node: Node) -> Statement:
    test = condition(compiler, node["condition"]).run
    before = compiler.flow
    then, after_then = branch(compiler, node["consequence"], before)
    alternative = node.fields.get("alternative")
    otherwise, after_else = branch(compiler, alternative, before) if alternative else (nothing, before)
    compiler.flow = join(after_then, after_else)

    def run(frame: Frame) -> object:
        return then(frame) if test(frame) else otherwise(frame)

    return run


def branch(compiler: Compiler, node: Node, before: Flow) -> tuple[Statement, Flow]:
    """A statement that runs only sometimes, and the flow at its end."""
    compiler.flow = before
    compiler.scopes.append({})
    statement = compiler.statement(node)
    compiler.scopes.pop()
    return statement, compiler.flow


def _body(compiler: Compiler, node: Node, *, endless: bool) -> Statement:
    """A loop's body; behind an endless loop one gets only by `break`."""
    before = compiler.flow
    compiler.loops.append(Loop())
    statement, _ = branch(compiler, node, before)
    breaks = compiler.loops.pop().breaks
    compiler.flow = join(*breaks) if endless else join(before, *breaks)
    return statement


def _looping(test: Run, body: Statement, update: Statement = nothing, *, tested_first: bool = True) -> Statement:
    def run(frame: Frame) -> object:
        first = not tested_first
        while first or test(frame):
            first = False
            frame.count_iteration()
            signal = body(frame)
            if signal is Signal.BREAK:
                return None
            if signal is Signal.RETURN:
                return signal
            update(frame)
        return None

    return run


@statement_syntax("while_statement")
def _while(compiler: Compiler, node: Node) -> Statement:
    test = condition(compiler, node["condition"])
    return _looping(test.run, _body(compiler, node["body"], endless=test.constant is True))


@statement_syntax("do_statement")
def _do(compiler: Compiler, node: Node) -> Statement:
    compiler.loops.append(Loop())
    body = compiler.statement(node["body"])
    breaks = compiler.loops.pop().breaks
    test = condition(compiler, node["condition"])
    compiler.flow = join(*breaks) if test.constant is True else join(compiler.flow, *breaks)
    return _looping(test.run, body, tested_first=False)


@statement_syntax("for_statement")
def _for(compiler: Compiler, node: Node) -> Statement:
    compiler.scopes.append({})
    start, test_node, updates = _for_parts(node)
    begin = sequence([compiler.statement(part) for part in start]) if start else nothing
    test = condition(compiler, test_node) if test_node else constant(BOOL, True)
    body = _body(compiler, node["body"], endless=test.constant is True)
    steps = [compiler.statement(part) for part in updates]
    compiler.scopes.pop()
    loop = _looping(test.run, body, sequence(steps) if steps else nothing)
    return sequence([begin, loop])


def _for_parts(node: Node) -> tuple[list[Node], Node | None, list[Node]]:
    """What stands between the semicolons of `for (a; b; c)`."""
    groups: list[list[Node]] = [[]]
    for child in node.children[2 : list(node.children).index(node["body"]) - 1]:
        if child.kind == ";":
            groups.append([])
        elif child.named:
            groups[-1].append(child)
    start, test, updates = groups
    return start, test[0] if test else None, updates


@statement_syntax("foreach_statement")
def _foreach(compiler: Compiler, node: Node) -> Statement:
    values = compiler.value(node["right"])
    found = library.enumeration(values.type)
    if found is None:
        if values.type != INVALID:
            compiler.mistake(
                node["right"],
                f"foreach statement cannot operate on variables of type '{values.type}' because "
                f"'{values.type}' does not contain a public instance definition for 'GetEnumerator'",
            )
        found = INVALID, iter
    element, iterate = found
    compiler.scopes.append({})
    local, convert = _foreach_variable(compiler, node, element)
    body = _body(compiler, node["body"], endless=False)
    compiler.scopes.pop()
    return _iterating(values.run, iterate, local.slot, convert, body)


def _foreach_variable(compiler: Compiler, node: Node, element: Type) -> tuple[Local, Callable[[Any], Any]]:
    if "type" not in node.fields:
        compiler.mistake(node["left"], "Type and identifier are both required in a foreach statement")
        return compiler.declare(node["left"], INVALID), lambda value: value
    declared = element if node["type"].kind == "implicit_type" else compiler.type(node["type"])
    conversion = explicit(element, declared)
    if conversion is None:
        compiler.mistake(node["type"], f"Cannot convert type '{element}' to '{declared}'")
    # `foreach (T x in xs)` casts every element
    convert = conversion.convert if conversion and conversion.convert else lambda value: value
    return compiler.declare(node["left"], declared), convert


def _iterating(
    values: Run,
    iterate: Callable[[Any], Iterable[Any]],
    slot: int,
    convert: Callable[[Any], Any],
    body: Statement,
) -> Statement:
    def run(frame: Frame) -> object:
        found = values(frame)
        if found is None:
            raise NullReferenceException
        for value in iterate(found):
            frame.count_iteration()
            frame.locals[slot] = convert(value)
            signal = body(frame)
            if signal is Signal.BREAK:
                return None
            if signal is Signal.RETURN:
                return signal
        return None

    return run


@statement_syntax("break_statement")
def _break(compiler: Compiler, node: Node) -> Statement:
    if not compiler.loops:
        compiler.mistake(node, "No enclosing loop out of which to break or continue")
    else:
        compiler.loops[-1].breaks.append(compiler.flow)
    compiler.flow = None
    return lambda _: Signal.BREAK


@statement_syntax("continue_statement")
def _continue(compiler: Compiler, node: Node) -> Statement:
    if not compiler.loops:
        compiler.mistake(node, "No enclosing loop out of which to break or continue")
    compiler.flow = None
    return lambda _: Signal.CONTINUE


@statement_syntax("return_statement")
def _return(compiler: Compiler, node: Node) -> Statement:
    if not node.parts:
        compiler.mistake(node, "An object of a type convertible to 'object' is required")
        return nothing
    value = compiler.value(node.parts[0])
    compiler.returns.append(value.type)
    compiler.flow = None
    compute = value.run

    def run(frame: Frame) -> object:
        frame.result = compute(frame)
        return Signal.RETURN

    return run


@expression_syntax("assignment_expression")
def _assignment(compiler: Compiler, node: Node) -> Code:
    assign = _TARGETS.get(node["left"].kind)
    if assign is None:
        return compiler.mistake(
            node["left"], "The left-hand side of an assignment must be a variable, property or indexer"
        )
    return assign(compiler, node, node["left"], node["operator"].kind)


def _computed(compiler: Compiler, node: Node, target: Code, symbol: str) -> Code:
    """The value to assign: for `x += y` it is `(T)(x + y)`."""
    value = compiler.value(node["right"])
    if symbol == "=":
        return value
    result = operation(compiler, node, symbol.removesuffix("="), target, value)
    conversion = explicit(result.type, target.type) if implicit(value.type, target.type) else None
    return apply(conversion, result, target.type) if conversion else result


def _assign_local(compiler: Compiler, node: Node, target: Node, symbol: str) -> Code:
    local = compiler.find(target.text)
    if local is None or symbol != "=":
        code = compiler.expression(target)
        if local is None:
            return BROKEN if code.type == INVALID else compiler.mistake(target, f"'{target.text}' is read only")
    else:
        code = BROKEN
    value = compiler.converted(_computed(compiler, node, code, symbol), local.type, node["right"])
    compiler.assign(local)
    return _stored(local, value.run)


def _stored(local: Local, compute: Run) -> Code:
    slot = local.slot

    def store(frame: Frame) -> Any:
        frame.locals[slot] = value = compute(frame)
        return value

    return Code(local.type, store)


def _assign_element(compiler: Compiler, node: Node, target: Node, symbol: str) -> Code:
    owner = compiler.value(target["expression"])
    given = arguments(compiler, target["subscript"])
    if symbol == "=":
        return set_element(compiler, node, owner, given, compiler.value(node["right"]))
    keep_owner, owner = _held(compiler, owner)
    kept = [_held(compiler, argument.code) for argument in given]
    given = [replace(argument, code=held) for argument, (_, held) in zip(given, kept, strict=True)]
    value = _computed(compiler, node, element(compiler, target, owner, given), symbol)
    assign = set_element(compiler, node, owner, given, value)
    keep = sequence([keep_owner, *[keep_key for keep_key, _ in kept]])

    def store(frame: Frame) -> Any:
        keep(frame)
        return assign.run(frame)

    return Code(assign.type, store)


def _held(compiler: Compiler, code: Code) -> tuple[Statement, Code]:
    """Code that is evaluated once and read twice."""
    slot = compiler.new_slot()
    return _storing(slot, code.run), in_slot(code.type, slot)


def _assign_property(compiler: Compiler, node: Node, target: Node, symbol: str) -> Code:
    name = target["name"].text
    owner = compiler.value(target["expression"])
    if owner.type == INVALID:
        return BROKEN
    property_ = library.member(owner.type, name)
    if property_ is None:
        return no_member(compiler, target["name"], owner.type)
    found = library.definition(owner.type)
    setter = found.setters.get(name) if found else None
    if setter is None or symbol != "=":
        return compiler.mistake(
            target["name"], f"Property or indexer '{owner.type}.{name}' cannot be assigned to -- it is read only"
        )
    type_ = property_.signature.result
    value = compiler.converted(compiler.value(node["right"]), type_, node["right"])
    run_owner, run_value, set_value = owner.run, value.run, setter.implementation

    def store(frame: Frame) -> Any:
        receiver, assigned = run_owner(frame), run_value(frame)
        if receiver is None:
            raise NullReferenceException
        set_value(receiver, assigned)
        return assigned

    return Code(type_, store)


_TARGETS: dict[str, Callable[[Compiler, Node, Node, str], Code]] = {
    "identifier": _assign_local,
    "element_access_expression": _assign_element,
    "member_access_expression": _assign_property,
}


_COUNTABLE = {INT, LONG, DOUBLE, DECIMAL}


@expression_syntax("increment_expression")
def _increment(compiler: Compiler, node: Node) -> Code:
    target, symbol = node["value"], node["operator"].kind[0]
    local = compiler.find(target.text) if target.kind == "identifier" else None
    if local is None:
        return compiler.mistake(node, "The operand of an increment or decrement operator must be a variable")
    code = compiler.expression(target)
    if underlying(local.type) not in _COUNTABLE:
        return cannot_apply(compiler, node, symbol * 2, local.type)
    value = operation(compiler, node, symbol, code, constant(INT, 1))
    if node["operator"].start < target.start:
        return _stored(local, value.run)
    return _stored_after(local, value.run)


def _stored_after(local: Local, compute: Run) -> Code:
    slot = local.slot

    def store(frame: Frame) -> Any:
        before = frame.locals[slot]
        frame.locals[slot] = compute(frame)
        return before

    return Code(local.type, store)
