"""What Razor asks of `@{ ... }`: API Management reads expressions with it before C#, and each body must have braces.

    @{ if (x) return 1; return 2; }      Expected a "{" but found a "return". ...

Razor knows control statements only where a statement begins: it reads over lambdas, initializers and local functions.
It is unknown which Razor it is, so `catch ... when` is allowed, which the older one does not know. Source: what API
Management answers to such a policy (microsoft/mosaic-apim), and the parser of System.Web.Razor, whose words these are.
"""

from collections.abc import Iterator, Sequence

from apim_lab.syntax.node import Node


def mistakes(block: Node) -> Iterator[tuple[int, str]]:
    """The bodies without braces in the `{ ... }` of an expression, each with its offset."""
    return _in_statements(block.parts)


def _in_statements(nodes: Sequence[Node]) -> Iterator[tuple[int, str]]:
    """What follows a local function up to the next semicolon belongs to it, for Razor."""
    is_read_over = False
    for node in nodes:
        if is_read_over:
            is_read_over = not _has_semicolon(node)
        elif node.kind in _BODIES:
            yield from _BODIES[node.kind](node)
        else:
            is_read_over = node.source[node.end - 1] == "}"


def _has_semicolon(node: Node) -> bool:
    """Whether one stands in it outside of all brackets."""
    return node.kind == ";" or (node.kind not in _BRACKETED and any(map(_has_semicolon, node.children)))


_BRACKETED = {"block", "for_statement", "switch_body"}


def _in_body(node: Node) -> Iterator[tuple[int, str]]:
    if node.kind != "block":
        yield node.start, _message(node)
    yield from _in_statements([node])


def _message(node: Node) -> str:
    while node.children and not node.kind.endswith("literal"):
        node = node.children[0]
    return (
        f'Expected a "{{" but found a "{node.text}". Block statements must be enclosed in "{{" and "}}". You cannot '
        "use single-statement control-flow statements in CSHTML pages."
    )


def _in_block(node: Node) -> Iterator[tuple[int, str]]:
    return _in_statements(node.parts)


def _in_if(node: Node) -> Iterator[tuple[int, str]]:
    yield from _in_body(node["consequence"])
    if "alternative" in node.fields:
        alternative = node["alternative"]
        yield from _in_if(alternative) if alternative.kind == "if_statement" else _in_body(alternative)


def _in_last_part(node: Node) -> Iterator[tuple[int, str]]:
    return _in_body(node.parts[-1])


def _in_do(node: Node) -> Iterator[tuple[int, str]]:
    return _in_body(node["body"])


def _in_switch(node: Node) -> Iterator[tuple[int, str]]:
    for section in node["body"].parts:
        colon = next(index for index, child in enumerate(section.children) if child.kind == ":")
        yield from _in_statements(section.children[colon + 1 :])


def _in_try(node: Node) -> Iterator[tuple[int, str]]:
    yield from _in_body(node["body"])
    for clause in node.parts[1:]:
        yield from _in_body(clause.parts[-1])


_BODIES = {
    "block": _in_block,
    "do_statement": _in_do,
    "for_statement": _in_last_part,
    "foreach_statement": _in_last_part,
    "if_statement": _in_if,
    "lock_statement": _in_last_part,
    "switch_statement": _in_switch,
    "try_statement": _in_try,
    "using_statement": _in_last_part,
    "while_statement": _in_last_part,
}
