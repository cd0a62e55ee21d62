"""Local variables by the scopes that C# gives them. Source: the C# specification, "Declarations" and "Scopes".

A scope knows from its beginning which names it declares: a variable is in scope in the whole of its block, also above
its declaration, where it may not yet be used.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from apim_lab.csharp.code import Code
from apim_lab.csharp.types import Type
from apim_lab.syntax.node import Node


class NamedFunction(Protocol):
    """A local function."""

    def used(self, compiler: Any, node: Node, local: "Local") -> Code:
        """Its name as an expression."""


@dataclass(frozen=True)
class Local:
    """A local variable: its static type and its place in the frame.

    A `const` has its `constant` instead of a place that could be assigned; `read_only` is what C# calls a variable that
    may not be assigned, as in "foreach iteration variable". `captured`: a lambda uses it, too (see variables.py); where
    its block `begins` its cell, for local functions, its declaration does not. `function` is set for a local function.
    """

    type: Type
    slot: int
    constant: Code | None = None
    read_only: str = ""
    captured: bool = False
    begins: bool = False
    function: "NamedFunction | None" = None


@dataclass
class Scope:
    """A block, or what counts as one: `names` are all that it declares, `locals` those declared so far.

    That of the labels of a `switch` section has the variables of their patterns; what the statements behind them
    declare belongs to the whole `switch`.
    """

    names: set[str]
    locals: dict[str, Local] = field(default_factory=dict)
    is_of_labels: bool = False
    has_functions: bool = False


# `out _` and `is int _` declare nothing
DISCARD = "_"
_DECLARATIONS = {"catch_declaration", "variable_declarator"}
_EXPRESSION_VARIABLES = {"declaration_expression", "declaration_pattern"}
# Statements and expressions that have scopes of their own
_SCOPED = {
    "anonymous_method_expression",
    "block",
    "catch_clause",
    "do_statement",
    "for_statement",
    "foreach_statement",
    "lambda_expression",
    "local_function_statement",
    "switch_body",
    "using_statement",
    "while_statement",
}


_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U(000[0-9a-fA-F]{5})")
# The names that C# keeps for itself, unless they are written `@int`
_KEYWORD = re.compile(
    r"abstract|as|base|bool|break|byte|case|catch|char|checked|class|const|continue|decimal|default|delegate|"
    r"do|double|else|enum|event|explicit|extern|false|finally|fixed|float|for|foreach|goto|if|implicit|in|int|"
    r"interface|internal|is|lock|long|namespace|new|null|object|operator|out|override|params|private|protected|"
    r"public|readonly|ref|return|sbyte|sealed|short|sizeof|stackalloc|static|string|struct|switch|this|throw|"
    r"true|try|typeof|uint|ulong|unchecked|unsafe|ushort|using|virtual|void|volatile|while"
)


def meant(text: str) -> str:
    r"""The name that is written: `@x` is x, and so is `\u0078`."""
    plain = text.removeprefix("@")
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), plain) if "\\" in plain else plain


def is_keyword(text: str) -> bool:
    """Whether the identifier is a keyword; `@int` is a name."""
    return _KEYWORD.fullmatch(text) is not None


def declared_names(nodes: Iterable[Node]) -> Iterator[str]:
    """The names that these nodes declare in the scope they stand in.

    What is declared in the condition of an `if` belongs to the block around it, as in
    `if (!int.TryParse(s, out int n)) return 0; return n;`, what is declared in its branches does not.
    """
    for node in nodes:
        if node.kind == "local_function_statement":
            yield meant(node["name"].text)
        if node.kind in _SCOPED:
            continue
        if _declares(node):
            yield meant(node["name"].text)
        if node.kind == "tuple_pattern":
            yield from (meant(part.text) for part in node.parts if part.kind == "identifier" and part.text != DISCARD)
        yield from declared_names(_HEADS.get(node.kind, _children)(node))


def _children(node: Node) -> Sequence[Node]:
    return node.children


# What stands before the body: variables in it belong to the block around
_HEADS: Mapping[str, Callable[[Node], Sequence[Node]]] = {
    "if_statement": lambda node: [node["condition"]],
    "lock_statement": lambda node: node.parts[:1],
}


_LAMBDAS = {"anonymous_method_expression", "lambda_expression", "local_function_statement", "query_expression"}


def names_in_lambdas(node: Node) -> frozenset[str]:
    """The names of what lambdas in this piece of the source may use of the variables around them."""
    if node.kind in _LAMBDAS:
        return names_in(node)
    return frozenset().union(*(names_in_lambdas(child) for child in node.children))


def names_in(node: Node) -> frozenset[str]:
    """All names in a piece of the source."""
    if node.kind == "identifier":
        return frozenset({meant(node.text)})
    return frozenset().union(*(names_in(child) for child in node.children))


def _declares(node: Node) -> bool:
    if "name" not in node.fields:
        return False
    return node.kind in _DECLARATIONS or (node.kind in _EXPRESSION_VARIABLES and node["name"].text != DISCARD)


class Scopes:
    """The scopes around a point of the source, the innermost last."""

    def __init__(self, outside: Mapping[str, Local | None]) -> None:
        known = {name: local for name, local in outside.items() if local is not None}
        self.scopes = [Scope(set(outside), known)]

    def enter(self, nodes: Iterable[Node], *, of_labels: bool = False, has_functions: bool = False) -> None:
        names = set(declared_names(nodes))
        self.scopes.append(Scope(names, is_of_labels=of_labels, has_functions=has_functions))

    def leave(self) -> None:
        self.scopes.pop()

    def declare(self, name: str, local: Local) -> str:
        """Put a variable into the innermost scope; says what C# has against it, "" if nothing."""
        is_of_section = self.scopes[-1].is_of_labels and meant(name) not in self.scopes[-1].names
        inner = len(self.scopes) - (2 if is_of_section else 1)
        mistake = "Identifier expected" if is_keyword(name) else self._conflict(meant(name), inner)
        self.scopes[inner].names.add(meant(name))
        self.scopes[inner].locals[meant(name)] = local
        return mistake

    def _conflict(self, name: str, inner: int) -> str:
        if name in self.scopes[inner].locals:
            return f"A local variable or function named '{name}' is already defined in this scope"
        if any(name in scope.names for scope in self.scopes[:inner]):
            return (
                f"A local or parameter named '{name}' cannot be declared in this scope because that name is used in "
                "an enclosing local scope to define a local or parameter"
            )
        return ""

    def protect(self, name: str, read_only: str) -> None:
        """The variable, of the innermost scope, may not be assigned any more."""
        found = self.scopes[-1].locals
        found[meant(name)] = replace(found[meant(name)], read_only=read_only)

    def find(self, name: str) -> Local | None:
        """The variable that the name means here; None if it means none, or one that is declared further down."""
        name = meant(name)
        return next((scope.locals.get(name) for scope in reversed(self.scopes) if name in scope.names), None)

    def visible(self, depth: int | None = None) -> dict[str, Local | None]:
        """The variables by all names that mean one here, or in so many scopes; None for one that is declared below."""
        return {name: scope.locals.get(name) for scope in self.scopes[:depth] for name in scope.names}

    def declares(self, name: str) -> bool:
        """Whether the name means a variable here, perhaps one that is declared further down."""
        return any(meant(name) in scope.names for scope in self.scopes)
