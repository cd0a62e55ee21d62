"""The sections of a `switch`, and to which a constant comes. Source: the C# specification, "The switch statement".

Where all labels are constants, `default` is reached if none is the value; where there are patterns, Roslyn takes it for
reached in any case.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp.code import Code
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.types import INVALID
from apim_lab.syntax.node import Node

# What tells constants from each other: 1 is not 1L
type Key = tuple[type[Any], object]


def key_of(value: object) -> Key:
    return type(value), value


@dataclass(frozen=True)
class Section:
    """Labels, each as the nodes from `case` or `default` to the colon, and the statements behind them."""

    labels: Sequence[Sequence[Node]]
    statements: Sequence[Node]


def sections_of(body: Node) -> Iterator[Section]:
    """tree-sitter has a section for each label."""
    labels: list[Sequence[Node]] = []
    parts = body.parts
    for part in parts:
        colon = next(index for index, child in enumerate(part.children) if child.kind == ":")
        labels.append(part.children[:colon])
        if colon + 1 < len(part.children) or part is parts[-1]:
            yield Section(labels, part.children[colon + 1 :])
            labels = []


def reached(compiler: Compiler, value: Code, sections: Sequence[Section]) -> frozenset[int] | None:
    """The sections that control can come to; None for all."""
    if not value.is_constant or value.type == INVALID:
        return None
    found = set(_entered(compiler, value, sections))
    waiting = list(found)
    while waiting:
        for jump in _jumps(sections[waiting.pop()].statements):
            target = _target(compiler, value, jump, sections)
            if target is not None and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def _entered(compiler: Compiler, value: Code, sections: Sequence[Section]) -> Iterator[int]:
    """Those that the value may go to."""
    labels = [(label, index) for index, section in enumerate(sections) for label in section.labels]
    is_plain = not any(len(label) > 2 or label[-1].kind == "declaration_pattern" for label, _ in labels)
    is_decided = False
    for label, index in labels:
        if label[0].kind == "default" or is_decided:
            continue
        if label[1].kind == "declaration_pattern":
            yield index
        elif _is_value(compiler, value, label[1]):
            yield index
            is_decided = len(label) == 2
    if not (is_plain and is_decided):
        yield from (index for label, index in labels if label[0].kind == "default")


def _is_value(compiler: Compiler, value: Code, node: Node) -> bool:
    constant = compiler.converted(compiler.value(node), value.type, node)
    return constant.is_constant and (type(constant.constant), constant.constant) == (
        type(value.constant),
        value.constant,
    )


def _jumps(nodes: Sequence[Node]) -> Iterator[Node]:
    """The jumps to labels of this `switch`."""
    for node in nodes:
        if node.kind == "goto_statement":
            yield node
        elif node.kind not in _APART:
            yield from _jumps(node.children)


_APART = {"lambda_expression", "local_function_statement", "switch_statement"}


def _target(compiler: Compiler, value: Code, jump: Node, sections: Sequence[Section]) -> int | None:
    wanted = compiler.converted(compiler.value(jump.parts[0]), value.type, jump) if jump.parts else None
    for index, section in enumerate(sections):
        for label in section.labels:
            if len(label) == 1 and wanted is None:
                return index
            if len(label) == 2 and wanted is not None and wanted.is_constant and _is_value(compiler, wanted, label[1]):
                return index
    return None
