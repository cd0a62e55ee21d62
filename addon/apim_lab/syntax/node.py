"""The syntax tree of an expression, as the compiler reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Node:
    """A piece of the source: `kind` is tree-sitter-c-sharp's name for it, a token's kind is its text.

    `start` and `end` are indices into `source`, the whole text the operator wrote.
    """

    kind: str
    start: int
    end: int
    source: str = field(repr=False)
    children: Sequence["Node"] = ()
    fields: Mapping[str, "Node"] = field(default_factory=dict)
    named: bool = True

    @property
    def text(self) -> str:
        return self.source[self.start : self.end]

    @property
    def parts(self) -> list["Node"]:
        """The children that are no punctuation or keyword."""
        return [child for child in self.children if child.named]

    def has(self, token: str) -> bool:
        return any(child.kind == token for child in self.children)

    def __getitem__(self, name: str) -> "Node":
        return self.fields[name]


class CompileError(ValueError):
    """An expression that cannot be compiled: `mistakes` are (offset into the source, message), in order."""

    def __init__(self, mistakes: Sequence[tuple[int, str]]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("; ".join(message for _, message in self.mistakes))
