"""Queries: `from x in xs where x > 1 select x`. Source: the C# specification, "Query expressions".

Each clause is the call of a method, as the specification translates it. Where several range variables are in scope,
an item is a tuple of their values, for what the specification calls a transparent identifier.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.code import BROKEN, Code, Run
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.constructs.calls import Call, has_method, instance_call
from apim_lab.csharp.constructs.lambdas import MAX_NESTED, Body, Lambda, Parameter
from apim_lab.csharp.types import INVALID, LAMBDA, TYPELESS, VOID, Type
from apim_lab.syntax.node import Node

# The range variables of one parameter of a lambda
type _Ranges = tuple[Node, ...]


@dataclass(frozen=True)
class _Query:
    """A query up to some clause: the code of its sequence, and the range variables that each item has values of."""

    compiler: Compiler
    source: Code
    ranges: _Ranges

    def call(self, node: Node, method: str, *given: Code | Argument) -> "_Query":
        """The query with one more method behind it."""
        if self.source.type == INVALID:
            return self
        if not has_method(self.compiler.library, self.source.type, method):
            self.compiler.mistake(
                node,
                f"Could not find an implementation of the query pattern for source type '{self.source.type}'. "
                f"'{method}' not found.",
            )
            return replace(self, source=BROKEN)
        arguments = [each if isinstance(each, Argument) else Argument(node, each) for each in given]
        called = Call(self.compiler, node, method, arguments)
        return replace(self, source=instance_call(called, self.source))

    def function(self, body: Node, *parameters: _Ranges) -> Argument:
        """A lambda of the range variables, or of what else is in its parameters, with this body."""
        return self._argument(body, parameters or (self.ranges,), None)

    def pairing(self, value: Node, *parameters: _Ranges) -> Argument:
        """A lambda that yields a tuple of the range variables and of a value."""
        return self._argument(value, parameters or (self.ranges,), self.ranges)

    def _argument(self, body: Node, parameters: Sequence[_Ranges], paired: _Ranges | None) -> Argument:
        node = Node("query_lambda", body.start, body.end, body.source, (body,))
        if self.compiler.nesting >= MAX_NESTED:
            return Argument(node, self.compiler.mistake(body, "Lambdas are nested too deeply"))
        function = _RangeLambda(self.compiler, node, parameters, paired)
        return Argument(node, Code(LAMBDA, lambda frame: frame, function=function))

    def having(self, name: Node) -> "_Query":
        """The query with one more range variable."""
        if any(name.text == known.text for known in self.ranges):
            self.compiler.mistake(name, f"The range variable '{name.text}' has already been declared")
        return replace(self, ranges=(*self.ranges, name))


class _RangeLambda(Lambda):
    """A lambda whose parameters are range variables; it yields its body, after the values of the `paired` ones."""

    def __init__(self, compiler: Compiler, node: Node, parameters: Sequence[_Ranges], paired: _Ranges | None) -> None:
        super().__init__(compiler, node, [ranges[0] for ranges in parameters], None)
        self.parameters = parameters
        self.paired = paired

    def compiled(self, types: Sequence[Type], result: Type | None) -> Body:
        child = self.compiler.child(self.node, self.outside, result)
        (body,) = self.node.parts
        with child.scope(body):
            parameters = [_declared(child, *each) for each in zip(self.parameters, types, strict=True)]
            code = self._value(child, body)
        return Body(child, body, code.run, [code], parameters, may_discard=False, is_block=False)

    def _value(self, child: Compiler, body: Node) -> Code:
        code = child.value(body)
        if self.paired is None:
            return code
        if code.type in TYPELESS or code.type == VOID:
            return child.mistake(body, f"Cannot assign {code.type} to a range variable")
        values = [*(child.expression(name) for name in self.paired), code]
        return Code(_tuple_of([value.type for value in values]), _tupling([value.run for value in values]))


def _declared(child: Compiler, ranges: _Ranges, type_: Type) -> Parameter:
    """The variables of one parameter: one has its type, several the types of the tuple's items."""
    if len(ranges) == 1:
        return child.declare(ranges[0], type_, read_only="range variable")
    types = type_.arguments or [INVALID] * len(ranges)
    return [child.declare(name, each, read_only="range variable") for name, each in zip(ranges, types, strict=True)]


def _tuple_of(types: Sequence[Type]) -> Type:
    return Type("<transparent identifier>", tuple(types))


def _tupling(runs: Sequence[Run]) -> Run:
    return lambda frame: tuple([run(frame) for run in runs])


# ---- clauses ------------------------------------------------------------------------------------------------------


def _query(compiler: Compiler, node: Node) -> Code:
    """The clauses one after the other; behind `into x` a new query begins with what was selected so far."""
    first, *clauses = node.children
    query = _Query(compiler, _sequence(compiler, first, first.parts[-1]), (first["name"],))
    while clauses:
        clause = clauses.pop(0)
        following = clauses[0] if clauses else None
        if clause.kind == "into":
            query = replace(query, ranges=(clauses.pop(0),))
        elif following is not None and following.kind == "select_clause" and clause.kind in _JOINING:
            query = _JOINING[clause.kind](query, clause, clauses.pop(0))
        elif clause.kind in _JOINING:
            query = _JOINING[clause.kind](query, clause, None)
        elif clause.kind == "select_clause":
            query = _select(query, clause, is_degenerate=len(node.parts) == 2)
        else:
            query = _CLAUSES[clause.kind](query, clause)
    return query.source


def _sequence(compiler: Compiler, clause: Node, expression: Node) -> Code:
    """What a clause takes its items from, each cast to the type that is written before the name."""
    source = compiler.value(expression)
    if "type" not in clause.fields or source.type == INVALID:
        return source
    called = Call(compiler, clause, "Cast", [], [compiler.type(clause["type"])])
    return instance_call(called, source)


def _from(query: _Query, clause: Node, select: Node | None) -> _Query:
    """`from y in ys`: the pairs of each item with those of a sequence that it tells."""
    name, expression = clause["name"], clause.parts[-1]
    if "type" in clause.fields:
        expression = _cast(clause, expression)
    return _joined(query, partial(query.call, clause, "SelectMany", query.function(expression)), name, select)


def _cast(clause: Node, expression: Node) -> Node:
    """`from T y in ys` is `from y in ys.Cast<T>()`."""
    return Node("query_cast", expression.start, expression.end, expression.source, (expression,), {"clause": clause})


def _cast_in_lambda(compiler: Compiler, node: Node) -> Code:
    return _sequence(compiler, node["clause"], node.parts[0])


def _joined(query: _Query, call: Callable[[Argument], _Query], name: Node, select: Node | None) -> _Query:
    """The call with a lambda `(item, joined) =>`, which returns the selected value, or both of them as a tuple."""
    both = (query.ranges, (name,))
    wider = query.having(name)
    if select is not None:
        return call(query.function(select.parts[-1], *both))
    return replace(call(query.pairing(name, *both)), ranges=wider.ranges)


def _join(query: _Query, clause: Node, select: Node | None) -> _Query:
    """`join y in ys on a equals b`, and with `into g` for each item the group of what it is joined with."""
    into = clause.parts[-1] if clause.parts[-1].kind == "join_into_clause" else None
    name, sequence, outer, inner = clause.parts[-5:-1] if into else clause.parts[-4:]
    method, joined = ("Join", name) if into is None else ("GroupJoin", into.parts[-1])
    source = _sequence(query.compiler, clause, sequence)
    call = partial(query.call, clause, method, source, query.function(outer), query.function(inner, (name,)))
    return _joined(query, call, joined, select)


def _let(query: _Query, clause: Node) -> _Query:
    name, value = clause.parts
    wider = query.having(name)
    return replace(query.call(clause, "Select", query.pairing(value)), ranges=wider.ranges)


def _where(query: _Query, clause: Node) -> _Query:
    return query.call(clause, "Where", query.function(clause.parts[-1]))


def _order_by(query: _Query, clause: Node) -> _Query:
    verb, children = "OrderBy", clause.children
    for key, after in zip(children, [*children[1:], None], strict=True):
        if key.named:
            direction = "Descending" if after is not None and after.kind == "descending" else ""
            query, verb = query.call(key, f"{verb}{direction}", query.function(key)), "ThenBy"
    return query


def _select(query: _Query, clause: Node, *, is_degenerate: bool) -> _Query:
    """`from x in xs select x` alone is a query over what else is the sequence itself."""
    value = clause.parts[-1]
    if _is_only_range(query, value) and not is_degenerate:
        return query
    return query.call(clause, "Select", query.function(value))


def _group(query: _Query, clause: Node) -> _Query:
    value, key = clause.parts
    if _is_only_range(query, value):
        return query.call(clause, "GroupBy", query.function(key))
    return query.call(clause, "GroupBy", query.function(key), query.function(value))


def _is_only_range(query: _Query, value: Node) -> bool:
    return value.kind == "identifier" and [value.text] == [name.text for name in query.ranges]


_CLAUSES: Mapping[str, Callable[[_Query, Node], _Query]] = {
    "group_clause": _group,
    "let_clause": _let,
    "order_by_clause": _order_by,
    "where_clause": _where,
}
_JOINING: Mapping[str, Callable[[_Query, Node, Node | None], _Query]] = {
    "from_clause": _from,
    "join_clause": _join,
}
EXPRESSIONS: ExpressionTable = {
    "query_cast": _cast_in_lambda,
    "query_expression": _query,
}
