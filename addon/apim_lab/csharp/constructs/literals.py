"""Literals and interpolated strings. Source: the C# specification, "Literals" and "Interpolated strings"."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from math import inf

from apim_lab.csharp.code import Code, Frame, Run, constant
from apim_lab.csharp.compiler import Compiler, ExpressionTable
from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.decimals import fit
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Single
from apim_lab.csharp.runtime.singles import read_single
from apim_lab.csharp.runtime.values import Char
from apim_lab.csharp.symbols.definitions import Implementation, Method
from apim_lab.csharp.types import (
    BOOL,
    CHAR,
    DECIMAL,
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    NULL,
    OBJECT,
    STRING,
    UINT,
    ULONG,
    Type,
)
from apim_lab.syntax.node import Node

_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,4})|(.))", re.DOTALL)


class _BadEscape(ValueError):
    """An escape sequence that C# does not know."""


def _unescaped(text: str) -> str:
    """Raises _BadEscape."""
    return code_units(_ESCAPE.sub(_character, text))


def _character(found: re.Match[str]) -> str:
    code = next((digits for digits in found.groups()[:3] if digits), None)
    if code is not None and int(code, 16) <= 0x10FFFF:
        return chr(int(code, 16))
    if found.group(4) not in _ESCAPES:
        raise _BadEscape
    return _ESCAPES[found.group(4)]


def _string(compiler: Compiler, node: Node) -> Code:
    try:
        return _text_constant(compiler, _unescaped(node.text[1:-1]))
    except _BadEscape:
        return compiler.mistake(node, "Unrecognized escape sequence")


def _verbatim(compiler: Compiler, node: Node) -> Code:
    return _text_constant(compiler, code_units(node.text[2:-1].replace('""', '"')))


def _text_constant(compiler: Compiler, text: str) -> Code:
    compiler.texts.add(text)
    return constant(STRING, text)


def _char(compiler: Compiler, node: Node) -> Code:
    try:
        text = _unescaped(node.text[1:-1])
    except _BadEscape:
        return compiler.mistake(node, "Unrecognized escape sequence")
    if len(text) != 1:
        return compiler.mistake(node, "Too many characters in character literal" if text else "Empty character literal")
    return constant(CHAR, Char(text))


def _boolean(_compiler: Compiler, node: Node) -> Code:
    return constant(BOOL, node.text == "true")


def _null(_compiler: Compiler, _node: Node) -> Code:
    return constant(NULL, None)


_BASES = {"0x": 16, "0b": 2}
_MAX_DIGITS = len("0b") + 64
# The types of an integer by its suffix: the first one that can hold it is that of the literal
_SUFFIXED: Mapping[str, Sequence[Type]] = {
    "": (INT, UINT, LONG, ULONG),
    "u": (UINT, ULONG),
    "l": (LONG, ULONG),
    "ul": (ULONG,),
    "lu": (ULONG,),
}


def _integer(compiler: Compiler, node: Node) -> Code:
    text = node.text.replace("_", "").lower()
    digits = text.rstrip("ul")
    base = _BASES.get(digits[:2], 10)
    if base != 10 and node.text[2:3] in {"_", ""}:
        return compiler.mistake(node, "Invalid number")
    # No integer has more digits, and Python refuses to read very many
    value = int(digits, base) if len(digits) <= _MAX_DIGITS else 2**64
    for type_ in _SUFFIXED[text[len(digits) :]]:
        integral = BY_KEYWORD[type_.name]
        if value <= integral.maximum:
            return constant(type_, integral.python(value))
    return compiler.mistake(node, "Integral constant is too large")


def _real(compiler: Compiler, node: Node) -> Code:
    text = node.text.replace("_", "").lower()
    type_, read = _REAL_TYPES.get(text[-1], (DOUBLE, float))
    try:
        value = read(text.rstrip("dfm"))
    except (InvalidOperation, OverflowException):
        value = inf
    if value == inf:
        return compiler.mistake(node, f"Floating-point constant is outside the range of type '{type_}'")
    return constant(type_, value)


_REAL_TYPES: Mapping[str, tuple[Type, Callable[[str], float | Decimal]]] = {
    "d": (DOUBLE, float),
    "f": (FLOAT, lambda text: Single(read_single(text))),
    "m": (DECIMAL, lambda text: fit(Decimal(text))),
}


_BRACES: Mapping[str, str] = {"{{": "{", "}}": "}"}


def _interpolated(compiler: Compiler, node: Node) -> Code:
    """The texts between the holes are taken from the source, so that white space is kept."""
    opening = node.text[: node.text.index('"')]
    verbatim = "@" in opening
    if opening == "@$":
        return compiler.mistake(node, "An interpolated verbatim string begins with $@")
    holes = [child for child in node.children if child.kind == "interpolation"]
    position = node.start + node.text.index('"') + 1
    runs: list[Run] = []
    for hole in holes:
        runs.append(_text(compiler, node, node.source[position : hole.start], verbatim=verbatim))
        runs.append(_hole(compiler, hole, verbatim=verbatim))
        position = hole.end
    runs.append(_text(compiler, node, node.source[position : node.end - 1], verbatim=verbatim))

    def interpolated(frame: Frame) -> str:
        texts = [run(frame) for run in runs]
        allocate(sum(map(len, texts)))
        return "".join(texts)

    return Code(STRING, interpolated)


def _text(compiler: Compiler, node: Node, text: str, *, verbatim: bool) -> Run:
    if re.search(r"[{}]", re.sub(r"\{\{|\}\}", "", text)):
        return compiler.mistake(node, "A brace must be escaped (by doubling) in an interpolated string").run
    text = re.sub(r"\{\{|\}\}", lambda found: _BRACES[found.group()], text)
    shown = _literal(compiler, node, text, verbatim=verbatim)
    compiler.texts.add(shown)
    return lambda _: shown


# tree-sitter takes `$"a""b"` for one text
_QUOTED = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)


def _literal(compiler: Compiler, node: Node, text: str, *, verbatim: bool) -> str:
    """What the text in a string of this kind stands for."""
    if not verbatim and _QUOTED.fullmatch(text) is None:
        compiler.mistake(node, "; expected")
    try:
        return code_units(text.replace('""', '"')) if verbatim else _unescaped(text)
    except _BadEscape:
        compiler.mistake(node, "Unrecognized escape sequence")
        return ""


def _hole(compiler: Compiler, hole: Node, *, verbatim: bool) -> Run:
    value, *clauses = (part for part in hole.parts if part.kind != "interpolation_brace")
    if value.kind == "conditional_expression":
        return compiler.mistake(value, "Syntax error, ':' expected: a conditional needs parentheses here").run
    run = compiler.converted(compiler.value(value), OBJECT, value).run
    specifier, width = "", 0
    for clause in clauses:
        if clause.kind == "interpolation_format_clause":
            specifier = _specifier(compiler, clause, verbatim=verbatim)
        elif clause.kind == "interpolation_alignment_clause":
            width = _width(compiler, clause)
    if not specifier and not width:
        to_string = _row(compiler.library.methods(OBJECT, "ToString"), 0)
        return lambda frame: "" if (shown := run(frame)) is None else to_string(shown)
    template = f"{{0,{width}:{specifier}}}" if specifier else f"{{0,{width}}}"
    format_ = _row(compiler.library.static_methods(STRING, "Format"), 2)
    return lambda frame: format_(template, [run(frame)])


def _row(methods: Sequence[Method], count: int) -> Implementation:
    """What the library does: `object.ToString()`, and `string.Format(string format, params object[] args)`."""
    for method in methods:
        parameters = method.signature.parameters
        if len(parameters) == count and all(p.modifier == "params" for p in parameters[1:]):
            return method.implementation
    raise LookupError("the library cannot write values")


def _specifier(compiler: Compiler, clause: Node, *, verbatim: bool) -> str:
    r"""The format behind the colon, with its escape sequences undone: `{span:mm\\:ss}` is the format `mm\:ss`."""
    written = clause.source[clause.start + 1 : clause.end]
    if not written:
        compiler.mistake(clause, "Empty format specifier.")
    if "{" in written.replace("{{", ""):
        compiler.mistake(clause, "A '{' character must be escaped (by doubling) in an interpolated string.")
    specifier = _literal(compiler, clause, written, verbatim=verbatim)
    if specifier != specifier.rstrip():
        compiler.mistake(clause, "A format specifier may not contain trailing whitespace.")
    return specifier


def _width(compiler: Compiler, clause: Node) -> int:
    code = compiler.converted(compiler.value(clause.parts[0]), INT, clause)
    if isinstance(code.constant, int):
        return code.constant
    compiler.mistake(clause, "A constant value is expected")
    return 0


EXPRESSIONS: ExpressionTable = {
    "boolean_literal": _boolean,
    "character_literal": _char,
    "integer_literal": _integer,
    "interpolated_string_expression": _interpolated,
    "null_literal": _null,
    "real_literal": _real,
    "string_literal": _string,
    "verbatim_string_literal": _verbatim,
}
