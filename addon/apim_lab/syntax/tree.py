"""The syntax tree of an expression as text, for those who work on the compiler."""

from collections.abc import Iterator

from apim_lab.syntax.node import Node


def tree_lines(node: Node, depth: int = 0, field: str = "") -> Iterator[str]:
    """A line for each node: its field in the node around it, its kind, and the text of what has no parts."""
    label = f"{field}: " if field else ""
    text = "" if node.parts or not node.named else f"  {node.text}"
    yield f"{'  ' * depth}{label}{node.kind}{text}"
    fields = {id(child): name for name, child in node.fields.items()}
    for child in node.children:
        if child.named or id(child) in fields:
            yield from tree_lines(child, depth + 1, fields.get(id(child), ""))
