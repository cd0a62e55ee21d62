"""`switch` with constants and patterns. Source: the C# specification, "The switch statement"."""

from collections.abc import Sequence

from apim_lab.csharp.assignedness import UNREACHABLE, Flow, join
from apim_lab.csharp.code import Code, Frame, Run
from apim_lab.csharp.compiler import Compiler, Statement, StatementTable
from apim_lab.csharp.constructs.blocks import statements, with_functions
from apim_lab.csharp.constructs.statements import Signal, sequence
from apim_lab.csharp.constructs.switch_labels import Goto, Labels, add_case, add_default
from apim_lab.csharp.constructs.switch_sections import Section, reached, sections_of
from apim_lab.csharp.types import TYPELESS, VOID
from apim_lab.syntax.node import Node


def _switch(compiler: Compiler, node: Node) -> Statement:
    if not node.has("("):  # C# 8 reads a tuple in the place of the parentheses
        compiler.mistake(node["value"], ") expected")
    value = _value(compiler, node["value"])
    sections = list(sections_of(node["body"]))
    labels = Labels(value=value, reached=reached(compiler, value, sections))
    entry = compiler.flow
    compiler.targets.append(labels)
    parts = [statement for section in sections for statement in section.statements]
    run = with_functions(compiler, parts, lambda: _switching(value.run, labels, _compiled(compiler, labels, sections)))
    compiler.targets.pop()
    _check_jumps(compiler, labels)
    is_left_out = not (labels.takes_all or labels.is_decided or None in labels.sections)
    compiler.flow = join(entry if is_left_out else UNREACHABLE, *labels.breaks)
    return run


def _compiled(compiler: Compiler, labels: Labels, sections: Sequence[Section]) -> list[Statement]:
    last = len(sections) - 1
    return [_section(compiler, labels, section, index, is_last=index == last) for index, section in enumerate(sections)]


def _value(compiler: Compiler, node: Node) -> Code:
    value = compiler.expression(node)
    if value.type in TYPELESS or value.type == VOID:
        return compiler.mistake(node, f"The switch expression must be a value; found '{value.type}'.")
    return value


def _section(compiler: Compiler, labels: Labels, section: Section, index: int, *, is_last: bool) -> Statement:
    entry = compiler.flow
    with compiler.scope(*[part for label in section.labels for part in label], of_labels=True):
        flows = [_label(compiler, labels, label, index) for label in section.labels]
        compiler.flow = join(*flows)
        run = sequence(statements(compiler, section.statements))
    if compiler.flow.reachable:
        _falls(compiler, section.labels[-1], is_last=is_last)
    compiler.flow = entry
    return run


def _label(compiler: Compiler, labels: Labels, label: Sequence[Node], index: int) -> Flow:
    keyword, *parts = label
    return add_case(compiler, labels, parts, index) if parts else add_default(compiler, labels, keyword, index)


def _falls(compiler: Compiler, label: Sequence[Node], *, is_last: bool) -> None:
    text = f"'{label[0].source[label[0].start : label[-1].end]}:'"
    compiler.mistake(
        label[0],
        f"Control cannot fall out of switch from final case label ({text})"
        if is_last
        else f"Control cannot fall through from one case label ({text}) to another",
    )


def _check_jumps(compiler: Compiler, labels: Labels) -> None:
    for goto in labels.gotos:
        if goto.key not in labels.sections:
            compiler.mistake(goto.node, f"No such label '{goto.label}' within the scope of the goto statement")


def _switching(value: Run, labels: Labels, sections: Sequence[Statement]) -> Statement:
    tests, known = labels.tests, labels.sections

    def choose(frame: Frame, found: object) -> int | None:
        return next((section for test, section in tests if test(frame, found)), known.get(None))

    def run(frame: Frame) -> object:
        section = choose(frame, value(frame))
        while section is not None:
            signal = sections[section](frame)
            if signal.__class__ is not Goto:
                return None if signal is Signal.BREAK else signal
            frame.count_iteration()
            section = known[signal.key]
        return None

    return run


STATEMENTS: StatementTable = {"switch_statement": _switch}
