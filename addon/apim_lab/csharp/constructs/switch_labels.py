"""The labels of a `switch`: which section a value goes to, and which labels no value can come to.

Source: the C# specification, "The switch statement"; what a pattern takes away from those below it, as Roslyn has it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from apim_lab.csharp.assignedness import UNREACHABLE, Flow, Target, split
from apim_lab.csharp.binding.reference_conversions import converts_by_reference, is_instance
from apim_lab.csharp.code import NO_CONSTANT, Code, Frame, Run
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.constructs.patterns import Pattern, pattern
from apim_lab.csharp.constructs.statements import condition
from apim_lab.csharp.constructs.switch_sections import Key, key_of
from apim_lab.csharp.types import Type, underlying
from apim_lab.syntax.node import Node

type Test = Callable[[Frame, Any], bool]


@dataclass(frozen=True, eq=False)
class Goto:
    """What `goto case 1;` leaves with; the `key` of `default` is None."""

    node: Node
    key: Key | None

    @property
    def label(self) -> str:
        return f"{self.node.text.removeprefix('goto').rstrip(';').strip()}:"


@dataclass
class Labels(Target):
    """The labels of the `switch` that is being compiled, and the jumps to them.

    `value` is what is switched on. `tests` say whether a value goes to a section, in the order of the labels. What goes
    to a label without a filter comes to none further down: `sections` are those of constants, None being `default`;
    `types` are those of patterns. `takes_all`: such labels take every value, `is_decided`: one takes the constant that
    is switched on. `reached` are the sections that control can come to; None: all.
    """

    value: Code = field(kw_only=True)
    reached: frozenset[int] | None = field(kw_only=True)
    tests: list[tuple[Test, int]] = field(default_factory=list)
    sections: dict[Key | None, int] = field(default_factory=dict)
    types: list[Type] = field(default_factory=list)
    takes_all: bool = False
    is_decided: bool = False
    gotos: list[Goto] = field(default_factory=list)
    is_switch: bool = True


def add_default(compiler: Compiler, labels: Labels, node: Node, section: int) -> Flow:
    """What is known behind `default`."""
    if None in labels.sections:
        compiler.mistake(node, "The switch statement contains multiple cases with the label value 'default:'")
    labels.sections[None] = section
    return compiler.flow if labels.reached is None or section in labels.reached else UNREACHABLE


def add_case(compiler: Compiler, labels: Labels, parts: Sequence[Node], section: int) -> Flow:
    """What is known behind `case` with this pattern and, perhaps, `when` clause."""
    entry, (written, *filters) = compiler.flow, parts
    found, after = _pattern(compiler, written, labels)
    is_reachable = labels.reached is None or section in labels.reached
    test, is_sure = found.matches, not filters
    for part in filters:
        compiler.flow = after
        filter_, branches = condition(compiler, part.parts[0])
        after, is_sure, test = branches.when_true, filter_.constant is True, _filtered(test, filter_.run)
    labels.tests.append((test, section))
    if is_sure:
        _take(compiler, labels, found, section)
    compiler.flow = entry
    return after if is_reachable else UNREACHABLE


def _pattern(compiler: Compiler, node: Node, labels: Labels) -> tuple[Pattern, Flow]:
    compiler.branches = None
    found = pattern(compiler, node, labels.value)
    _check(compiler, labels, node, found)
    branches, compiler.branches = compiler.branches or split(compiler.flow), None
    return found, branches.when_true


def _filtered(test: Test, run: Run) -> Test:
    return lambda frame, value: test(frame, value) and run(frame)


def _take(compiler: Compiler, labels: Labels, found: Pattern, section: int) -> None:
    """The values of a label without a filter come to none further down."""
    if found.constant is not NO_CONSTANT:
        labels.sections.setdefault(key_of(found.constant), section)
    elif not found.anything:
        labels.types.append(found.type)
    labels.takes_all |= found.anything or _takes_all(compiler, labels)
    is_constant = labels.value.is_constant and found.constant is not NO_CONSTANT
    labels.is_decided |= is_constant and key_of(labels.value.constant) == key_of(found.constant)


def _takes_all(compiler: Compiler, labels: Labels) -> bool:
    takes_null = not compiler.library.can_be_null(labels.value.type) or key_of(None) in labels.sections
    return takes_null and _takes_all_but_null(compiler, labels)


def _takes_all_but_null(compiler: Compiler, labels: Labels) -> bool:
    type_ = underlying(labels.value.type)
    return any(converts_by_reference(compiler.library, type_, taken) for taken in labels.types)


def _check(compiler: Compiler, labels: Labels, node: Node, found: Pattern) -> None:
    if key_of(found.constant) in labels.sections:
        compiler.mistake(node, f"The switch statement contains multiple cases with the label value '{node.text}'")
    elif labels.takes_all or _is_taken(compiler, labels, found):
        compiler.mistake(node, "The switch case has already been handled by a previous case.")


def _is_taken(compiler: Compiler, labels: Labels, found: Pattern) -> bool:
    """Whether patterns above take all that this one would."""
    if found.anything or found.constant is None:
        return False
    if _takes_all_but_null(compiler, labels):
        return True
    if found.constant is not NO_CONSTANT:
        return any(is_instance(compiler.library, found.constant, taken) for taken in labels.types)
    return any(converts_by_reference(compiler.library, found.type, taken) for taken in labels.types)
