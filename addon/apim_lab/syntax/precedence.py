"""C#'s operator precedence over a flat run of operands and operators.

tree-sitter-c-sharp 0.23 gets five things wrong: it reads `a == b?.c` as `(a == b)?.c`, `x is T && y` as
`x is (T && y)`, `(x) + 1` and `(x)["y"]` as casts, `(x) && y` as a cast of `&(&y)`, and `(string)a.As<T>(true)` as two
comparisons. So its tree of operators is taken apart and put together here, by the table of the C# specification
("Operator precedence and associativity").
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from apim_lab.syntax.node import CompileError, Node

_LEVELS = (
    ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "??="),
    ("?",),
    ("??",),
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">=", "is", "as"),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_LEVEL = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_ASSIGNMENT, _CONDITIONAL, _COALESCING, _SHIFT = _LEVEL["="], _LEVEL["?"], _LEVEL["??"], _LEVEL["<<"]
_INCREMENTS = {"++", "--"}
_PREFIX = {"!", "-", "+", "~", "++", "--", "&", "*"}
_TYPE_ITEMS = {"identifier", "generic_name", "predefined_type", "."}
_PARENTHESISED = {"parenthesized_expression", "tuple_expression"}
# What may follow `(T)` only if T is surely a type: otherwise it is `(value) - 1`
_AMBIGUOUS_AFTER_CAST = {"+", "-", "*", "&", "&&", "^", "++", "--", "bracketed_argument_list"}
_SURE_TYPES = {"predefined_type", "array_type", "nullable_type", "generic_name"}


class _Operators:
    """A recursive descent over the items; `position` is the next one."""

    def __init__(self, items: Sequence[Node]) -> None:
        self.items = list(items)
        self.position = 0

    def peek(self, ahead: int = 0) -> str:
        position = self.position + ahead
        return self.items[position].kind if position < len(self.items) else ""

    def take(self) -> Node:
        item = self.items[self.position]
        self.position += 1
        return item

    def expression(self, lowest: int = 0) -> Node:
        left = self.unary()
        while (level := _LEVEL.get(self.peek(), -1)) >= lowest:
            left = _INFIX.get(self.peek(), _Operators.binary)(self, left, level)
        return left

    def binary(self, left: Node, level: int) -> Node:
        operator = self.take()
        right_associative = level in {_ASSIGNMENT, _COALESCING}
        right = self.expression(level if right_associative else level + 1)
        kind = "assignment_expression" if level == _ASSIGNMENT else "binary_expression"
        return span(kind, left=left, operator=operator, right=right)

    def conditional(self, condition: Node, level: int) -> Node:
        self.take()
        consequence = self.expression()
        self.take()
        alternative = self.expression(level)
        return span("conditional_expression", condition=condition, consequence=consequence, alternative=alternative)

    def is_(self, left: Node, _level: int) -> Node:
        self.take()
        return span("is_expression", left=left, right=self.expression(_SHIFT))

    def as_(self, left: Node, _level: int) -> Node:
        self.take()
        return span("as_expression", left=left, right=self.expression(_SHIFT))

    def unary(self) -> Node:
        if self.peek() == "cast":
            return self.cast()
        if self.peek() in _PREFIX:
            operator = self.take()
            kind = "increment_expression" if operator.kind in _INCREMENTS else "prefix_unary_expression"
            return span(kind, operator=operator, value=self.unary())
        return self.postfix(self.creation() if self.creates_generic() else self.take())

    def creates_generic(self) -> bool:
        """Whether this is `new List<(int, int)> { ... }`, which tree-sitter takes for two comparisons."""
        kinds = ("object_creation_expression", "<", "tuple_expression", ">", "initializer_expression")
        return all(self.peek(ahead) == kind for ahead, kind in enumerate(kinds))

    def creation(self) -> Node:
        created, _, _, closing, initializer = self.items[self.position : self.position + 5]
        self.position += 5
        type_ = Node("generic_name", created["type"].start, closing.end, created.source)
        return span("object_creation_expression", created, type=type_, initializer=initializer)

    def cast(self) -> Node:
        type_ = self.items[self.position]["type"]
        is_ambiguous = self.peek(1) in _AMBIGUOUS_AFTER_CAST and type_.kind not in _SURE_TYPES
        if is_ambiguous or _has_index(type_):
            parenthesised = self.take()
            return self.postfix(_value_in_parentheses(parenthesised))
        prefix = self.take()
        return span("cast_expression", prefix, type=prefix["type"], value=self.unary())

    def postfix(self, target: Node) -> Node:
        while step := _POSTFIX.get(self.peek()):
            target = step(self, target)
        return target

    def member(self, target: Node) -> Node:
        self.take()
        return span("member_access_expression", expression=target, name=self.generic_name() or self.take())

    def generic_name(self) -> Node | None:
        """`As<T>` before `(`, which C# never takes for `As < T > (...)`; None for any other name."""
        end = 2
        while self.peek(end) in _TYPE_ITEMS:
            end += 1
        if self.peek(1) != "<" or end == 2 or self.peek(end) != ">" or self.peek(end + 1) not in _PARENTHESISED:
            return None
        name, opening, *parts, closing = self.items[self.position : self.position + end + 1]
        self.position += end + 1
        self.items[self.position] = _as_arguments(self.items[self.position])
        argument = replace(parts[0], kind="qualified_name", end=parts[-1].end) if len(parts) > 1 else parts[0]
        types = span("type_argument_list", opening=opening, argument=argument, closing=closing)
        return span("generic_name", name=name, types=replace(types, children=(argument,)))

    def call(self, target: Node) -> Node:
        return span("invocation_expression", function=target, arguments=self.take())

    def element(self, target: Node) -> Node:
        return span("element_access_expression", expression=target, subscript=self.take())

    def conditional_access(self, target: Node) -> Node:
        """`a?.b.c`: the whole rest of the chain is left out when `a` is null."""
        mark = self.take()
        receiver = Node("receiver", mark.start, mark.start, mark.source)
        return span("conditional_access_expression", condition=target, access=self.postfix(receiver))

    def increment(self, target: Node) -> Node:
        return span("increment_expression", value=target, operator=self.take())


def _joined(items: Sequence[Node]) -> list[Node]:
    """`(a) && b` is read as a cast of `&(&b)`: its two tokens are one."""
    joined: list[Node] = []
    for item in items:
        if joined and item.kind == joined[-1].kind == "&" and item.start == joined[-1].end:
            joined[-1] = replace(joined[-1], kind="&&", end=item.end)
        else:
            joined.append(item)
    return joined


def span(kind: str, *before: Node, **fields: Node) -> Node:
    """A node over all of these."""
    nodes = (*before, *fields.values())
    start, end = min(node.start for node in nodes), max(node.end for node in nodes)
    return Node(kind, start, end, nodes[0].source, tuple(fields.values()), fields)


def _value_in_parentheses(cast: Node) -> Node:
    """`(a.b)`, which was read as a cast, as the parenthesised value it is."""
    return Node("parenthesized_expression", cast.start, cast.end, cast.source, (as_value(cast["type"]),))


def _as_subscript(rank: Node) -> Node:
    arguments = [replace(part, kind="argument", children=(part,), fields={}) for part in rank.parts]
    return replace(rank, kind="bracketed_argument_list", children=arguments)


def _as_arguments(parenthesised: Node) -> Node:
    """`(a)` or `(a, b)` as the arguments of a call."""
    arguments = [
        part if part.kind == "argument" else replace(part, kind="argument", children=(part,), fields={})
        for part in parenthesised.parts
    ]
    return replace(parenthesised, kind="argument_list", children=arguments)


def _has_index(type_: Node) -> bool:
    """Whether it is no type, but `a["b"]`, which the grammar takes for an array of `a`."""
    return type_.kind == "array_type" and (bool(type_["rank"].parts) or _has_index(type_["type"]))


def as_value(name: Node) -> Node:
    """The syntax of a type, `a.b` or `a[]`, as that of a value, which it may be as well."""
    if name.kind == "array_type":
        return span(
            "element_access_expression", expression=as_value(name["type"]), subscript=_as_subscript(name["rank"])
        )
    if name.kind != "qualified_name":
        return name
    return span("member_access_expression", expression=as_value(name["qualifier"]), name=name["name"])


_INFIX: dict[str, Callable[[_Operators, Node, int], Node]] = {
    "?": _Operators.conditional,
    "is": _Operators.is_,
    "as": _Operators.as_,
}
_POSTFIX: dict[str, Callable[[_Operators, Node], Node]] = {
    ".": _Operators.member,
    "argument_list": _Operators.call,
    "bracketed_argument_list": _Operators.element,
    "?.": _Operators.conditional_access,
    "++": _Operators.increment,
    "--": _Operators.increment,
}


def associate(items: Sequence[Node]) -> Node:
    """The expression that the items are, in source order.

    Operators are tokens, a cast's `(T)` is one item of kind "cast", `?.` one of kind "?."; anything else is an operand.
    Raises CompileError for what C# 7 has no operator for, as in `a!`.
    """
    operators = _Operators(_joined(items))
    expression = operators.expression()
    if operators.peek():
        rest = operators.take()
        raise CompileError([(rest.start, f"Invalid expression term '{rest.text}'")])
    return expression
