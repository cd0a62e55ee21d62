"""`var (a, b) = t` and `(a, b) = (b, a)`. Source: the C# 7 reference, "Deconstructing tuples and other types".

First the places that are assigned are evaluated, then the values, and then these are stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp import variables
from apim_lab.csharp.code import BROKEN, Code, Frame, Run
from apim_lab.csharp.compiler import Compiler, Statement
from apim_lab.csharp.constructs.places import NO_TARGET, Place, held_once, place
from apim_lab.csharp.constructs.statements import sequence
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.scopes import DISCARD
from apim_lab.csharp.types import INVALID, TYPELESS, Type, is_tuple, tuple_of
from apim_lab.syntax.node import Node

PATTERNS = frozenset({"tuple_expression", "tuple_pattern"})
_DECLARATIONS = frozenset({"declaration_expression", "tuple_pattern"})


@dataclass(frozen=True)
class _Target:
    """One variable. `name` is set for one that is declared here, of `type`, None for `var`; neither for a discard."""

    node: Node
    place: Place | None = None
    name: Node | None = None
    type: Type | None = None


type _Targets = Sequence[_Target | _Targets]


def deconstruct(compiler: Compiler, pattern: Node, value: Node | Code, read_only: str = "") -> Code:
    """The code that takes the value apart; `value` is compiled behind the places that the pattern names."""
    targets = [_target(compiler, part, pattern) for part in _parts(pattern)]
    if _mixes(pattern):
        compiler.mistake(pattern, "A deconstruction cannot mix declarations and expressions on the left-hand-side.")
    code = value if isinstance(value, Code) else compiler.expression(value)
    steps = _Steps(compiler, pattern, read_only)
    steps.take(targets, code)
    return BROKEN if code.type == INVALID else steps.code([target.place for target in _flat(targets)])


def _parts(pattern: Node) -> list[Node]:
    return [part.parts[-1] if part.kind == "argument" else part for part in pattern.parts]


def _target(compiler: Compiler, node: Node, pattern: Node) -> "_Target | _Targets":
    if node.kind in PATTERNS:
        return [_target(compiler, part, node) for part in _parts(node)]
    if node.kind == "declaration_expression":
        type_ = None if node["type"].kind == "implicit_type" else compiler.type(node["type"])
        return _Target(node, name=None if node["name"].text == DISCARD else node["name"], type=type_)
    if node.text == DISCARD and not compiler.scopes.declares(DISCARD):
        return _Target(node)
    if pattern.kind == "tuple_pattern":
        return _Target(node, name=node)
    return _Target(node, place=place(compiler, node, NO_TARGET, kept=False))


def _flat(targets: _Targets) -> list[_Target]:
    return [leaf for each in targets for leaf in ([each] if isinstance(each, _Target) else _flat(each))]


def _mixes(pattern: Node) -> bool:
    """C# 7 wants all of it declared, or nothing."""
    kinds = {part.kind in _DECLARATIONS for part in _leaves(pattern) if part.text != DISCARD}
    return pattern.kind == "tuple_expression" and len(kinds) > 1


def _leaves(pattern: Node) -> list[Node]:
    return [leaf for part in _parts(pattern) for leaf in (_leaves(part) if part.kind == "tuple_expression" else [part])]


class _Steps:
    """What is done one after the other: `keeps` evaluate the values, `stores` assign them."""

    def __init__(self, compiler: Compiler, pattern: Node, read_only: str) -> None:
        self.compiler = compiler
        self.pattern = pattern
        self.read_only = read_only
        self.keeps: list[Statement] = []
        self.stores: list[Run] = []
        self.types: list[Type] = []

    def take(self, targets: _Targets, value: Code) -> None:
        """Each target gets its part of the value."""
        for target, item in zip(targets, self.items(value, len(targets)), strict=True):
            if isinstance(target, _Target):
                self.store(target, item)
            else:
                self.take(target, item)

    def items(self, value: Code, count: int) -> Sequence[Code]:
        """The parts of a value, if it has so many."""
        if value.items is not None:
            return self.counted([self.kept(item) for item in value.items], count)
        if is_tuple(value.type):
            held = self.kept(value)
            return self.counted([_element(held, index) for index in range(len(value.type.arguments))], count)
        return self.deconstructed(value, count)

    def counted(self, items: Sequence[Code], count: int) -> Sequence[Code]:
        if len(items) == count:
            return items
        message = f"Cannot deconstruct a tuple of '{len(items)}' elements into '{count}' variables."
        return [self.compiler.mistake(self.pattern, message)] * count

    def deconstructed(self, value: Code, count: int) -> Sequence[Code]:
        """By the method `Deconstruct` of the value's type."""
        for method in self.compiler.library.methods(value.type, "Deconstruct"):
            types = [parameter.type for parameter in method.signature.parameters]
            if len(types) == count:
                run = _taking_apart(value.run, method.implementation, tuple_of(types))
                held = self.kept(Code(tuple_of(types), run))
                return [_element(held, index) for index in range(count)]
        if value.type == INVALID:
            return [BROKEN] * count
        message = (
            f"No suitable Deconstruct instance or extension method was found for type '{value.type}', with {count} "
            "out parameters and a void return type."
        )
        return [self.compiler.mistake(self.pattern, message)] * count

    def kept(self, code: Code) -> Code:
        if code.function is not None or code.items is not None:
            return code
        keep, held = held_once(self.compiler, code)
        self.keeps.append(keep)
        return held

    def store(self, target: _Target, item: Code) -> None:
        code = self.stored(target, item)
        self.stores.append(code.run)
        self.types.append(code.type)

    def stored(self, target: _Target, item: Code) -> Code:
        if target.place is not None:
            return target.place.write(item, target.node)
        if target.type is not None:
            item = self.compiler.converted(item, target.type, target.node)
        elif item.type in TYPELESS:
            message = f"Cannot infer the type of implicitly-typed deconstruction variable '{target.node.text}'."
            item = self.compiler.mistake(target.node, message)
        if target.name is None:
            return item
        local = self.compiler.declare(target.name, item.type, read_only=self.read_only)
        return Code(item.type, variables.storing(local, item.run, new=True))

    def code(self, places: Sequence[Place | None]) -> Code:
        begin = sequence([*[place.keep for place in places if place is not None], *self.keeps])
        type_, stores = tuple_of(self.types), self.stores

        def run(frame: Frame) -> ValueTuple:
            begin(frame)
            return ValueTuple(type_, [store(frame) for store in stores])

        return Code(type_, run)


def _element(held: Code, index: int) -> Code:
    run = held.run
    return Code(held.type.arguments[index], lambda frame: run(frame).values[index])


def _taking_apart(run: Run, implementation: Any, type_: Type) -> Run:
    def take_apart(frame: Frame) -> ValueTuple:
        value = run(frame)
        if value is None:
            raise NullReferenceException
        _, *parts = implementation(value)
        return ValueTuple(type_, parts)

    return take_apart
