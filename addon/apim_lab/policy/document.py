"""Reads a policy document: text to sections of statements, with every mistake of the file at its place."""

import types
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from functools import cached_property, partial
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

from apim_lab.csharp.symbols.suggestions import nearest
from apim_lab.errors import DocumentError, ExpressionError, Mistake
from apim_lab.expressions import CompileError, compile_expression, to_bool, to_int, to_number, to_text
from apim_lab.policy import elements, values
from apim_lab.policy.markup import Node, Source, Text, read_markup
from apim_lab.policy.statements import STATEMENTS
from apim_lab.policy.statements.backend import ForwardRequest
from apim_lab.policy.statements.element import ELEMENTS, SECTIONS, Block, Element, Step, xml_name
from apim_lab.policy.written import texts_in

ROOT = "policies"
EMPTY = Block()


@dataclass(frozen=True)
class Document:
    """A policy: one block of statements for each section; `text` is what it was read from.

    `warnings` tell what works here and API Management refuses.
    """

    inbound: Block = EMPTY
    backend: Block = EMPTY
    outbound: Block = EMPTY
    on_error: Block = EMPTY
    path: str = ""
    text: str = field(default="", repr=False)
    warnings: tuple[Mistake, ...] = ()

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text that is written out in it, which no request changes."""
        blocks = (self.inbound, self.backend, self.outbound, self.on_error)
        return frozenset(text for block in blocks for step in block.steps for text in texts_in(step.statement))

    def section(self, name: str) -> Block:
        block: Block = getattr(self, name.replace("-", "_"))
        return block


GLOBAL = Document(backend=Block((Step(ForwardRequest(), "forward-request[1]", 0),)))
"""The policy of the global scope, which `<base />` stands for: it forwards the request (forward-request-policy.md)."""


def read_document(  # noqa: PLR0913  # what a document is read with, each by its name
    text: str,
    path: str,
    named_values: Mapping[str, str] | None = None,
    *,
    backend_ids: Collection[str] | None = None,
    parent: Document = GLOBAL,
    strict: bool = False,
) -> Document:
    """The document in `text`. `path` names it in messages; `parent` is the enclosing scope, for `<base />`.

    An id written out that is not among `backend_ids` is a mistake; None leaves them unchecked. If `strict`, so is what
    works in expressions here and not in API Management; otherwise it is a warning.

    A section that is left out is inherited, as if it held just `<base />`.
    Raises DocumentError with all mistakes found.
    """
    source = Source(text)
    root = read_markup(source, named_values or {})
    document = _Loader(source, text, path, parent, backend_ids, strict).document(root) if root else None
    if source.mistakes or document is None:
        raise DocumentError(path, source.mistakes)
    return replace(document, warnings=tuple(sorted(source.warnings)))


@dataclass(frozen=True)
class _Loader:
    """Makes statements of nodes. A node with a mistake is reported and left out."""

    source: Source
    text: str
    path: str
    parent: Document
    backend_ids: Collection[str] | None
    strict: bool

    # ---- sections and blocks ---------------------------------------------------------------------------------

    def document(self, root: Node) -> Document | None:
        if root.name != ROOT:
            self.source.report(root.offset, f"the root element is <{root.name}>: expected <{ROOT}>")
            return None
        self.refuse_attributes(root, known=())
        self.refuse_text(root)
        sections = {name: self.parent.section(name) for name in SECTIONS}
        seen: set[str] = set()
        for node in root.children:
            if node.name not in sections:
                self.source.report(node.offset, f"unknown section <{node.name}>: expected one of {listed(SECTIONS)}")
                continue
            if node.name in seen:
                self.source.report(node.offset, f"section <{node.name}> stands twice")
            seen.add(node.name)
            self.refuse_attributes(node, known=())
            sections[node.name] = self.block(node, node.children, node.name, "")
        inbound, backend, outbound, on_error = (sections[name] for name in SECTIONS)
        return Document(inbound, backend, outbound, on_error, self.path, self.text)

    def block(self, parent: Node, nodes: Iterable[Node], section: str, path: str) -> Block:
        self.refuse_text(parent)
        steps: list[Step] = []
        counts: dict[str, int] = {}
        for node in nodes:
            counts[node.name] = counts.get(node.name, 0) + 1
            if node.name == "base":
                steps += self.base(node, section, nested=bool(path))
            else:
                steps += self.step(node, section, f"{path}{node.name}[{counts[node.name]}]")
        return Block(tuple(steps))

    def base(self, node: Node, section: str, *, nested: bool) -> tuple[Step, ...]:
        """The statements of the enclosing scope's section."""
        if nested:
            self.source.report(node.offset, "<base> stands inside a statement: expected directly in a section")
        self.refuse_attributes(node, known=())
        return self.parent.section(section).steps

    def step(self, node: Node, section: str, path: str) -> list[Step]:
        element = STATEMENTS.get(node.name)
        if element is None:
            self.source.report(node.offset, not_a_statement(node.name, section))
            return []
        if section not in element.sections:
            self.source.report(
                node.offset,
                f"<{node.name}> is not allowed in <{section}>: expected in {listed(element.sections)}",
            )
        made = self.make(element, node, section, path)
        return [] if made is None else [Step(made, path, self.source.lines.line(node.offset))]

    # ---- one element -----------------------------------------------------------------------------------------

    def make(self, element: Element, node: Node, section: str, path: str) -> Any:
        """The element's dataclass, or None where its mistakes were reported."""
        before = len(self.source.mistakes)
        hints = hints_of(element.make)
        known = [xml_name(item) for item in fields(element.make) if is_attribute(item, hints)]
        self.refuse_attributes(node, known)
        self.refuse_children(node, element, hints)
        arguments = {}
        for item in fields(element.make):
            arguments.update(self.argument(item, hints, node, section, path))
        if len(self.source.mistakes) > before:
            return None
        try:
            return element.make(**arguments)
        except ValueError as error:
            self.source.report(node.offset, f"<{node.name}>: {error}")
            return None

    def argument(
        self, item: "Field[Any]", hints: Mapping[str, Any], node: Node, section: str, path: str
    ) -> dict[str, Any]:
        """The field's value as a keyword argument; none to leave it to its default."""
        hint = hints[item.name]
        if hint is Block:
            inside = {ELEMENTS[part].name for part in map(part_of, hints.values()) if part}
            nodes = [child for child in node.children if child.name not in inside]
            return {item.name: self.block(node, nodes, section, f"{path}/")}
        if part := part_of(hint):
            made = self.parts(item, ELEMENTS[part], node, section, path)
            if get_origin(hint) is tuple:
                return {item.name: tuple(made)}
            return {item.name: made[0]} if made else {}
        if item.metadata.get("content"):
            text = node.text or Text("", ((0, node.offset),))
            return {item.name: self.value(text, hint, item, path)}
        return self.attribute(item, hint, node, path)

    def parts(self, item: "Field[Any]", element: Element, node: Node, section: str, path: str) -> list[Any]:
        found = [child for child in node.children if child.name == element.name]
        if not found and is_required(item):
            self.source.report(node.offset, f"<{node.name}> has no <{element.name}>: it is required")
        if len(found) > 1 and item.default is None:
            self.source.report(found[1].offset, f"a second <{element.name}> in <{node.name}>: expected at most one")
        return [self.make(element, child, section, f"{path}/{element.name}[{i}]") for i, child in enumerate(found, 1)]

    def attribute(self, item: "Field[Any]", hint: Any, node: Node, path: str) -> dict[str, Any]:
        name = xml_name(item)
        if name in node.attributes:
            _, text = node.attributes[name]
            return {item.name: self.value(text, hint, item, path)}
        if is_required(item):
            self.source.report(node.offset, f"<{node.name}> has no attribute {name}: it is required")
        return {}

    # ---- values ----------------------------------------------------------------------------------------------

    def value(self, text: Text, hint: Any, item: "Field[Any]", path: str) -> Any:
        """A literal or computed value; for a field that takes no expression the plain value. None after a mistake."""
        if not text.is_complete:
            return None
        is_value, kind = value_kind(hint)
        convert = converter(kind)
        if item.metadata.get("minimum") is not None or item.metadata.get("maximum") is not None:
            convert = partial(checked, convert, item.metadata)
        if text.is_expression:
            if not is_value:
                self.source.report(
                    text.offset(0), f"{xml_name(item)} takes no policy expression: expected {kind_name(kind)}"
                )
                return None
            return self.computed(text, convert, path, xml_name(item))
        try:
            plain = convert(text.value)
        except ExpressionError as error:
            self.source.report(text.offset(0), f"{xml_name(item)}: {error.message}")
            return None
        if item.metadata.get("names") == "backend" and self.backend_ids is not None and plain not in self.backend_ids:
            known = listed(sorted(self.backend_ids)) or "none"
            self.source.report(text.offset(0), f"no backend {plain!r} is configured: expected one of {known}")
        return values.Literal(plain) if is_value else plain

    def computed(self, text: Text, convert: Callable[[object], Any], path: str, name: str) -> Any:
        start = len(text.value) - len(text.value.lstrip())
        try:
            expression = compile_expression(text.value.strip(), strict=self.strict)
        except CompileError as error:
            for index, message in error.mistakes:
                self.source.report(text.offset(start + index), message)
            return None
        for index, message in expression.warnings:
            self.source.warn(text.offset(start + index), message)
        return values.Computed(expression, convert, path, name, self.source.lines.line(text.offset(start)))

    # ---- what must not be there ------------------------------------------------------------------------------

    def refuse_attributes(self, node: Node, known: Iterable[str]) -> None:
        known = sorted(known)
        for name, (offset, _) in node.attributes.items():
            if name not in known:
                expected = f"one of {listed(known)}" if known else "none"
                self.source.report(offset, f"unknown attribute {name} of <{node.name}>: expected {expected}")

    def refuse_children(self, node: Node, element: Element, hints: Mapping[str, Any]) -> None:
        """Elements that stand where only parts are allowed, and text where none is."""
        if Block in hints.values():
            return
        inside = [ELEMENTS[part].name for part in map(part_of, hints.values()) if part]
        for child in node.children:
            if child.name not in inside:
                expected = f"one of {listed(inside)}" if inside else "no element"
                self.source.report(child.offset, f"<{child.name}> is not allowed in <{node.name}>: expected {expected}")
        if not any(item.metadata.get("content") for item in fields(element.make)):
            self.refuse_text(node)

    def refuse_text(self, node: Node) -> None:
        if node.text and (stray := node.text.value.strip()):
            start = node.text.value.index(stray)
            self.source.report(
                node.text.offset(start), f"text in <{node.name}>: {stray[:30]!r}: expected elements only"
            )


def not_a_statement(name: str, section: str) -> str:
    """Why there is no statement of this name: it is not supported here, or a slip, or nothing that is known."""
    if name in elements.NAMES:
        return f"API Management has <{name}>; it is not supported here yet"
    if meant := nearest(name, (*STATEMENTS, *elements.NAMES)):
        return f"unknown element <{name}>: did you mean <{meant}>?"
    allowed = sorted(known for known, element in STATEMENTS.items() if section in element.sections)
    return f"unknown element <{name}>: expected one of {listed(allowed)}"


# ---- what the declaration of a field says ------------------------------------------------------------------------


def hints_of(cls: type) -> dict[str, Any]:
    return {name: unwrapped(hint) for name, hint in get_type_hints(cls).items()}


def unwrapped(hint: Any) -> Any:
    """`X | None` as X, an alias as what it stands for."""
    if get_origin(hint) in {Union, types.UnionType}:
        return unwrapped(next(arg for arg in get_args(hint) if arg is not type(None)))
    return hint.__value__ if isinstance(hint, TypeAliasType) else hint


def part_of(hint: Any) -> type | None:
    """The element class that a field holds one or several of."""
    inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
    return inner if inner in ELEMENTS else None


def value_kind(hint: Any) -> tuple[bool, Any]:
    """Whether the field takes an expression, and the type of its value."""
    if get_origin(hint) is values.Value:
        return True, unwrapped(get_args(hint)[0])
    return False, hint


def is_attribute(item: "Field[Any]", hints: Mapping[str, Any]) -> bool:
    hint = hints[item.name]
    return hint is not Block and part_of(hint) is None and not item.metadata.get("content")


def is_required(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)


# ---- from text, or what an expression yields, to a field's type --------------------------------------------------

CONVERTERS: dict[Any, Callable[[object], Any]] = {
    str: to_text,
    int: to_int,
    float: to_number,
    bool: to_bool,
    object: lambda value: value,
}
KIND_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def converter(kind: Any) -> Callable[[object], Any]:
    return partial(to_choice, get_args(kind)) if get_origin(kind) is Literal else CONVERTERS[kind]


def kind_name(kind: Any) -> str:
    return f"one of {listed(get_args(kind))}" if get_origin(kind) is Literal else KIND_NAMES[kind]


def to_choice(choices: tuple[str, ...], value: object) -> str:
    text = to_text(value)
    if text not in choices:
        raise ExpressionError(f"{text!r} is not one of {listed(choices)}")
    return text


def checked(convert: Callable[[object], Any], limits: Mapping[str, Any], value: object) -> Any:
    """The value converted; ExpressionError where it is of another kind or beyond the field's limits."""
    converted = convert(value)
    minimum, maximum = limits.get("minimum"), limits.get("maximum")
    if minimum is not None and converted < minimum:
        raise ExpressionError(f"{to_text(value)!r} is too small: expected at least {minimum}")
    if maximum is not None and converted > maximum:
        raise ExpressionError(f"{to_text(value)!r} is too large: expected at most {maximum}")
    return converted
