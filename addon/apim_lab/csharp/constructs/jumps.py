"""`break`, `continue` and `goto case`. Source: the C# specification, "Jump statements"."""

from apim_lab.csharp.assignedness import UNREACHABLE, Target
from apim_lab.csharp.binding.conversions import apply, explicit
from apim_lab.csharp.code import BROKEN, NO_CONSTANT
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable, nothing
from apim_lab.csharp.constructs.statements import Signal
from apim_lab.csharp.constructs.switch_labels import Goto, Labels
from apim_lab.csharp.constructs.switch_sections import Key, key_of
from apim_lab.csharp.types import INVALID, NULL, OBJECT, underlying
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


def _goto(compiler: Compiler, node: Node) -> Statement:
    """`goto case 1;` and `goto default;`; to other labels there is no way."""
    if node.has("case") and not node.parts:
        compiler.mistake(node, "A constant value is expected")
        compiler.flow = UNREACHABLE
        return nothing
    if not (node.has("case") or node.has("default")):
        compiler.mistake(node, "'goto' is supported only to the labels of a switch: goto case, goto default")
        return nothing
    labels = _switch_around(compiler, node)
    goto = Goto(node, None if node.has("default") else _key(compiler, node.parts[0], labels))
    labels.gotos.append(goto)
    compiler.flow = UNREACHABLE
    return lambda _: goto


def _switch_around(compiler: Compiler, node: Node) -> Labels:
    for target in reversed(compiler.targets):
        if target.is_finally:
            compiler.mistake(node, "Control cannot leave the body of a finally clause")
        if isinstance(target, Labels):
            return target
    compiler.mistake(node, "A goto case is only valid inside a switch statement")
    return Labels(value=BROKEN, reached=None)


def _key(compiler: Compiler, node: Node, labels: Labels) -> Key:
    """The constant as one of the type that is switched on."""
    value, type_ = compiler.value(node), underlying(labels.value.type)
    conversion = explicit(compiler.library, value, labels.value.type if value.type == NULL else type_)
    if conversion is None:
        compiler.mistake(node, f"Cannot implicitly convert type '{value.type}' to '{type_}'")
    elif value.is_constant:
        return key_of(apply(conversion, value, type_).constant if type_ != OBJECT else value.constant)
    elif value.type != INVALID:
        compiler.mistake(node, "A constant value is expected")
    return key_of(NO_CONSTANT)


def _label(compiler: Compiler, node: Node) -> Statement:
    """As no `goto` leads to it, it changes nothing."""
    return compiler.statement(node.parts[-1])


STATEMENTS: StatementTable = {
    "break_statement": _break,
    "continue_statement": _continue,
    "goto_statement": _goto,
    "labeled_statement": _label,
}
