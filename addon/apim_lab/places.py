"""The place of a mistake in a text or in a YAML or JSON document: line and column, both counted from 1."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

type Place = tuple[int, int]
"""Line and column, from 1."""

type Location = Iterable[str | int]
"""The way to a value from the top of a document: keys, and positions in lists."""

START: Place = (1, 1)


class Lines:
    """The lines of a text, to find the line and column of an offset."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self, offset: int) -> int:
        """The line that the character at the offset stands in."""
        return bisect_right(self._starts, offset)

    def place(self, offset: int) -> Place:
        """Line and column of the character at the offset."""
        line = self.line(offset)
        return line, offset - self._starts[line - 1] + 1


class Values:
    """The values of a YAML or JSON document, to find the line and column of one.

    Made for a mistake only: it reads the text a second time, slowly.
    """

    def __init__(self, text: str) -> None:
        # JSON may indent by tabs, YAML may not; in JSON a tab can only stand between tokens.
        text = text.replace("\t", " ")
        try:
            self._root: Node | None = YAML(typ="safe", pure=True).compose(text)
        except (YAMLError, RecursionError):  # the little of JSON that is not YAML, such as a very long key
            self._root = None

    def place(self, location: Location) -> Place:
        """The place of the key or list entry; if it is missing in the text, that of the nearest one around it."""
        place, node = self._root, self._root
        for step in location:
            found = _step(node, step)
            if found is None:
                break
            place, node = found
        return (place.start_mark.line + 1, place.start_mark.column + 1) if place else START


def _step(node: Node | None, step: str | int) -> tuple[Node, Node] | None:
    """The node to point at and the node to go on from."""
    if isinstance(node, MappingNode):  # JSON: if a name stands twice, the last one counts
        return next(((key, value) for key, value in reversed(node.value) if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
