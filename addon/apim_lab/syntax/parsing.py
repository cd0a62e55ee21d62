"""From the text of `@(expr)` or `@{ ... }` to a syntax tree; syntax errors come with their offsets."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import tree_sitter
import tree_sitter_c_sharp

from apim_lab.syntax.interpolations import plain
from apim_lab.syntax.node import CompileError, Node
from apim_lab.syntax.precedence import as_value, associate

_LANGUAGE = tree_sitter.Language(tree_sitter_c_sharp.language())
# Compiling and evaluating recurse over the tree, a few Python frames per level
MAX_DEPTH = 200
# tree-sitter's time is quadratic in the opening brackets of types that are none: `a<a<a<`
MAX_LENGTH, MAX_ANGLES = 1 << 16, 2000
TOO_DEEP = "The expression is nested too deeply"

# How it begins: (how it ends, the C# before and after the text between)
_FORMS = {
    "@(": (")", "object P(){return ", "\n;}"),
    "@{": ("}", "object P(){", "\n}"),
}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_KEYWORD_VALUES = {"base", "this"}
_COLLECTION_ITEMS = {"collection_element", "expression_element"}
# Trees of operators, and the patterns that tree-sitter takes for more than they are: see precedence.py
_FLATTENED = {
    "as_expression",
    "assignment_expression",
    "binary_expression",
    "cast_expression",
    "conditional_access_expression",
    "conditional_expression",
    "constant_pattern",
    "element_access_expression",
    "invocation_expression",
    "is_expression",
    "is_pattern_expression",
    "member_access_expression",
    "member_binding_expression",
    "postfix_unary_expression",
    "prefix_unary_expression",
}


def parse(source: str) -> Node:
    """The `block` of the function that the expression is: `@(x)` is that of `{ return x; }`.

    Raises CompileError with every syntax error.
    """
    if source[:2] not in _FORMS or not source.endswith(_FORMS[source[:2]][0]) or len(source) < 3:
        raise CompileError([(0, "A policy expression is @( expression ) or @{ statements }")])
    if len(source) > MAX_LENGTH or source.count("<") > MAX_ANGLES:
        raise CompileError([(0, f"The expression has more than {MAX_LENGTH} characters, or {MAX_ANGLES} '<'")])
    _, before, after = _FORMS[source[:2]]
    inner = source[2:-1]
    if not inner.strip():
        raise CompileError([(2, "Expression expected")])
    text = (before + plain(inner) + after).encode("utf-8", "replace")
    tree = tree_sitter.Parser(_LANGUAGE).parse(text)
    block = _Reading(source, before, inner).block(tree.root_node)
    if source[1] == "(":
        _check_value(block)
    return block


def _check_value(block: Node) -> None:
    """`@( )` takes one expression: neither several statements nor comments alone."""
    first, *rest = block.parts
    if rest:
        raise CompileError([(rest[0].start, "; unexpected: @( ) takes one expression")])
    if first.kind != "return_statement" or not first.parts:
        raise CompileError([(2, "Expression expected")])


class _Reading:
    """Turns tree-sitter's nodes into ours: offsets count in `source`, operators are associated as C# does."""

    def __init__(self, source: str, before: str, inner: str) -> None:
        self.source = source
        # By byte of the parsed text; what stands around the text of the operator is clipped to its ends
        inside = [2 + index for index, character in enumerate(inner) for _ in character.encode("utf-8", "replace")]
        self.offsets = [2] * len(before) + inside
        self.first_byte = len(before)
        self.last = len(source) - 1

    def offset(self, byte: int) -> int:
        return self.offsets[byte] if byte < len(self.offsets) else self.last

    def block(self, root: tree_sitter.Node) -> Node:
        self._check_depth(root)
        mistakes = list(self._mistakes(root))
        if mistakes:
            raise CompileError(mistakes)
        self._check_end(root)
        body = root.children[0].children[0].child_by_field_name("body")
        if body is None:
            raise CompileError([(2, "Expression expected")])
        return self.node(body)

    def _check_end(self, root: tree_sitter.Node) -> None:
        """A bracket too many in the text would end the function before its end."""
        parts = [child for child in root.children if not child.is_extra]
        if len(parts) != 1:
            offset = self.offset(parts[1].start_byte)
            raise CompileError([(offset, f"Unexpected '{self.source[offset]}'")])

    def _check_depth(self, root: tree_sitter.Node) -> None:
        """Without recursion: the tree may be deeper than Python's stack."""
        cursor = root.walk()
        while True:
            if cursor.depth > MAX_DEPTH and cursor.node is not None:
                offset = self.offset(cursor.node.start_byte)
                raise CompileError([(offset, TOO_DEEP)])
            if cursor.goto_first_child():
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return

    def _mistakes(self, node: tree_sitter.Node) -> Iterator[tuple[int, str]]:
        if node.is_missing:
            expected = "Identifier" if node.is_named else node.type
            yield self.offset(node.start_byte), f"{expected} expected"
        elif node.is_named and node.start_byte == node.end_byte:
            yield self.offset(node.start_byte), "Expression expected"
        elif node.is_error:
            yield self._unexpected(node)
        elif node.has_error and node.type != "character_literal":
            # 'abc' is an error of the grammar, too: csharp/constructs/literals.py tells it in C#'s words
            for child in node.children:
                yield from self._mistakes(child)

    def _unexpected(self, error: tree_sitter.Node) -> tuple[int, str]:
        # An error that begins in what we put before the text is best shown at its last token
        first_or_last = 0 if error.start_byte >= self.first_byte else -1
        token = error
        while token.child_count:
            token = token.children[first_or_last]
        start, end = self.offset(token.start_byte), self.offset(token.end_byte)
        if closing := _CLOSING.get(token.type):
            return self.offset(error.end_byte), f"{closing} expected"
        return start, f"Invalid expression term '{self.source[start:end] or self.source[start]}'"

    def node(self, node: tree_sitter.Node) -> Node:
        if node.type in _FLATTENED or _is_product(node):
            return associate(list(self._items(node)))
        children: list[Node] = []
        fields: dict[str, Node] = {}
        for index, child in enumerate(node.children):
            if _is_left_out(child):
                continue
            children.append(self.node(child))
            if name := node.field_name_for_child(index):
                fields.setdefault(name, children[-1])
        _check_commas(children)
        return self._made(node, node.type, children, fields)

    def _made(
        self,
        node: tree_sitter.Node,
        kind: str,
        children: Sequence[Node] = (),
        fields: dict[str, Node] | None = None,
    ) -> Node:
        start, end = self.offset(node.start_byte), self.offset(node.end_byte)
        return Node(
            kind, start, end, self.source, tuple(children), fields or {}, node.is_named or kind in _KEYWORD_VALUES
        )

    def _items(self, node: tree_sitter.Node) -> Iterator[Node]:
        """The operands and operators of a tree of operators, in source order; see `associate`."""
        if node.type == "element_binding_expression":
            yield self._made(node, "bracketed_argument_list", [self.node(child) for child in node.children])
        elif node.type == "collection_expression":
            yield self._made(node, "bracketed_argument_list", [self._element(item) for item in node.named_children])
        elif node.type == "cast_expression":
            yield from self._cast_items(node)
        elif _is_product(node):
            pointer, name = _children(node)
            factor, operator = _children(pointer)
            yield from (as_value(self.node(factor)), self.node(operator), self.node(name))
        elif node.type == "conditional_access_expression":
            target, mark, access = _children(node)
            yield from self._items(target)
            yield self._made(mark, "?.")
            yield from self._items(access)
        elif node.type in _FLATTENED:
            for child in _children(node):
                yield from self._items(child)
        else:
            yield self.node(node)

    def _cast_items(self, node: tree_sitter.Node) -> Iterator[Node]:
        opening, type_, closing, value = _children(node)
        start, end = self.offset(opening.start_byte), self.offset(closing.end_byte)
        yield Node("cast", start, end, self.source, (), {"type": self.node(type_)})
        yield from self._items(value)

    def _element(self, item: tree_sitter.Node) -> Node:
        """The key in `(a)["key"]`, which the grammar reads as a cast of a collection of C# 12."""
        value = item
        while value.type in _COLLECTION_ITEMS:
            value = value.named_children[0]
        return self._made(item, "argument", [self.node(value)])


def _check_commas(children: Sequence[Node]) -> None:
    """The grammar takes `{ , }` for an empty list."""
    for opening, comma in pairwise(children):
        if opening.kind == "{" and comma.kind == ",":
            raise CompileError([(comma.start, "Invalid expression term ','")])


def _is_product(node: tree_sitter.Node) -> bool:
    """`a * b` in `(1, a * b)`, which the grammar takes for the declaration of a pointer."""
    return node.type == "declaration_expression" and node.children[0].type == "pointer_type"


def _is_left_out(node: tree_sitter.Node) -> bool:
    """Comments, and the errors of the grammar that are no mistakes of the operator's."""
    return node.is_extra or node.is_error


def _children(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.children if not _is_left_out(child)]
