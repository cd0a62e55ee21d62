"""What compiling one expression needs to know on the way."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from apim_lab.csharp.assignedness import Branches, Flow, Target, split
from apim_lab.csharp.binding.conversions import apply, explicit, implicit
from apim_lab.csharp.code import BROKEN, Code, Frame
from apim_lab.csharp.scopes import DISCARD, Local, Scopes, meant, names_in, names_in_lambdas
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.observations import Observations
from apim_lab.csharp.symbols.signatures import Parameter
from apim_lab.csharp.types import INVALID, LAMBDA, METHOD_GROUP, NULL, OBJECT, TUPLE, Type
from apim_lab.syntax.newer_syntax import NEWER
from apim_lab.syntax.node import Node

Statement = Callable[[Frame], object]

type ExpressionTable = Mapping[str, Callable[["Compiler", Node], Code]]
type StatementTable = Mapping[str, Callable[["Compiler", Node], Statement]]


@dataclass(frozen=True)
class Grammar:
    """How each kind of syntax node is compiled: to a value, or to a statement."""

    expressions: ExpressionTable
    statements: StatementTable


def nothing(_frame: Frame) -> None:
    """The empty statement."""


@dataclass(frozen=True)
class Outside:
    """The variables around a lambda by name, None for those that it does not use, and which of them have a value."""

    locals: Mapping[str, Local | None]
    flow: Flow


class Compiler:
    """The state of one compilation: mistakes, scopes, flow, what the code uses and which texts are written in it.

    `grammar` is the syntax it knows, `library` holds the types it may use, `parameter` names what an evaluation is
    given: `IProxyRequestContext context`. `captured` are names that lambdas in the source use. `result` is the type
    that `return` converts to; None for any. `targets` are the statements around this point that jumps may leave,
    `caught` the slots of the exceptions of the `catch` clauses around it, with None for a `finally`. `exits` are the
    flows of the returns so far. In a local function, `needs` are the variables of the `parent` that it reads before it
    assigns them, by name.
    """

    def __init__(self, grammar: Grammar, library: Library, parameter: Parameter) -> None:
        self.grammar = grammar
        self.library = library
        self.parameter = parameter
        self.captured: frozenset[str] = frozenset()
        self.captures: list[tuple[Local, Local]] = []
        self.nesting = 0
        self.result: Type | None = None
        self.mistakes: list[tuple[int, str]] = []
        self.warnings: list[tuple[int, str]] = []
        self.observations = Observations()
        self.texts: set[str] = set()
        self.returns: list[Code] = []
        self.scopes = Scopes({parameter.name: None})
        self.slots = 0
        self.flow = Flow()
        self.branches: Branches | None = None
        self.checked = self.unchecked = False
        self.targets: list[Target] = []
        self.caught: list[int | None] = []
        self.parent: Compiler | None = None
        self.exits: list[Flow] = []
        self.needs: dict[str, Local] | None = None
        self.receivers: list[Code] = []

    def mistake(self, node: Node, message: str) -> Code:
        self.mistakes.append((node.start, message))
        return BROKEN

    def uses(self, node: Node, type_: Type, owner: Type, member: str) -> None:
        """Note the use of a member of the type, which `owner` declares: it may be one that should not be used."""
        refusal = self.library.refusal(type_, owner, member)
        if refusal:
            self.warnings.append((node.start, refusal))

    def expression(self, node: Node) -> Code:
        """The code of an expression; a mistake is noted, and BROKEN stands for what it is in."""
        code, after = self.condition(node)
        self.flow = after.joined()
        return code

    def condition(self, node: Node) -> tuple[Code, Branches]:
        """The code of an expression, and what is known where it is true and where it is false.

        The function of a kind of syntax leaves `branches` behind if those differ.
        """
        self.branches = None
        code = self._code(node)
        after, self.branches = self.branches or split(self.flow), None
        return code, after.decided(code.constant)

    def _code(self, node: Node) -> Code:
        compile_node = self.grammar.expressions.get(node.kind)
        if compile_node is None:
            return self.mistake(node, _unsupported(node))
        return compile_node(self, node)

    def value(self, node: Node) -> Code:
        """The code of an expression that must have a value."""
        code = self.expression(node)
        if str(code.type) == "void":
            return self.mistake(node, "An expression of type 'void' has no value")
        return code

    def result_value(self, node: Node) -> Code:
        """The code of what an evaluation yields, as an object."""
        code = self.value(node)
        return self.converted(code, OBJECT, node) if code.function is not None or code.type == TUPLE else code

    def statement(self, node: Node) -> Statement:
        compile_node = self.grammar.statements.get(node.kind)
        if compile_node is None:
            self.mistake(node, _unsupported(node))
            return nothing
        return compile_node(self, node)

    @contextmanager
    def scope(self, *nodes: Node, of_labels: bool = False, has_functions: bool = False) -> Iterator[None]:
        """A scope for what these nodes declare."""
        self.scopes.enter(nodes, of_labels=of_labels, has_functions=has_functions)
        yield
        self.scopes.leave()

    def declare(self, node: Node, type_: Type, *, assigned: bool = True, read_only: str = "") -> Local:
        """A new local variable, named by the node's text."""
        captured = meant(node.text) in self.captured
        begins = captured and self.scopes.scopes[-1].has_functions
        local = Local(type_, self.new_slot(), read_only=read_only, captured=captured, begins=begins)
        self.name(node, local)
        if assigned:
            self.assign(local)
        return local

    def declare_in_expression(self, node: Node, type_: Type) -> Local:
        """The variable of `out int x` or `is int x`, which has no value yet; `_` names none."""
        if node.text == DISCARD:
            return Local(type_, self.new_slot())
        return self.declare(node, type_, assigned=False)

    def name(self, node: Node, local: Local) -> None:
        """Let the node's text name this variable from here on."""
        conflict = self.scopes.declare(node.text, local)
        if conflict:
            self.mistake(node, conflict)

    def new_slot(self) -> int:
        self.slots += 1
        return self.slots - 1

    def assign(self, local: Local) -> None:
        self.flow = self.flow.having(local.slot)

    def find(self, name: str) -> Local | None:
        return self.scopes.find(name)

    def outside(self, node: Node) -> Outside:
        """What a lambda sees of the variables around it."""
        used = names_in(node)
        visible = self.scopes.visible().items()
        return Outside({name: local if name in used else None for name, local in visible}, self.flow)

    def child(self, node: Node, outside: Outside, result: Type | None) -> "Compiler":
        """A compiler for the body of a lambda; what it captures are variables of its own that share their cells."""
        child = Compiler(self.grammar, self.library, self.parameter)
        child.captured = names_in_lambdas(node.parts[-1])
        child.nesting, child.result = self.nesting + 1, result
        child.checked, child.unchecked = self.checked, self.unchecked
        child.parent = self
        child.scopes = Scopes({name: child.capture(local, outside.flow) for name, local in outside.locals.items()})
        return child

    def function_child(self, node: Node, depth: int, result: Type) -> "Compiler":
        """A compiler for the body of a local function, declared within so many scopes."""
        used, visible = names_in(node), self.scopes.visible(depth).items()
        functions = frozenset(local.slot for _, local in visible if local is not None and local.function is not None)
        outside = Outside({name: local if name in used else None for name, local in visible}, Flow(functions))
        child = self.child(node, outside, result)
        child.needs = {}
        return child

    def unassigned(self, node: Node, local: Local, name: str) -> None:
        """The variable of this name is read, and may have no value."""
        outer = next((outer for outer, inner in self.captures if inner.slot == local.slot), None)
        if self.needs is not None and outer is not None:
            self.needs[name] = outer
        else:
            self.mistake(node, f"Use of unassigned local variable '{name}'")
        self.assign(local)

    def own(self, local: Local, owner: "Compiler") -> Local | None:
        """A variable of the compiler `owner` as one of this; None if it is not used here."""
        if self is owner:
            return local
        return next((inner for outer, inner in self.captures if outer.slot == local.slot), None)

    def require(self, node: Node, name: str, local: Local, owner: "Compiler") -> None:
        """A variable of the compiler `owner` must have a value here: what is called reads it."""
        own = self.own(local, owner)
        if own is not None and self.flow.has(own.slot):
            return
        if own is not None:
            self.unassigned(node, own, name)
        elif self.needs is not None:
            self.needs[name] = local
        elif self.parent is not None:
            self.parent.require(node, name, local, owner)

    def capture(self, local: Local | None, flow: Flow) -> Local | None:
        """The variable of an outer function as one of this function."""
        if local is None or local.constant is not None:
            return local
        inner = replace(local, slot=self.new_slot(), captured=True)
        self.captures.append((local, inner))
        if flow.has(local.slot):
            self.assign(inner)
        return inner

    def adopt(self, child: "Compiler") -> None:
        """What the child's code uses is used by this one's."""
        self.observations.found.extend(child.observations.found)
        self.texts |= child.texts
        self.warnings.extend(child.warnings)

    def unknown(self, node: Node) -> Code:
        """The mistake of a name that means nothing here, or nothing yet."""
        if self.scopes.declares(node.text):
            return self.mistake(node, f"Cannot use local variable '{node.text}' before it is declared")
        if node.text in self.library.namespaces:
            return self.mistake(node, self.no_such_type(node.text, "variable"))
        if generic := self.library.wrong_arity(node.text, 0):
            return self.mistake(node, generic)
        hint = self.library.missing_type(node.text, self.scopes.visible())
        return self.mistake(node, sentences(f"The name '{node.text}' does not exist in the current context", hint))

    def named_type(self, node: Node) -> Type | None:
        """The type that a piece of source names; None if it names none, or a variable."""
        if node.kind not in _TYPE_SYNTAX or (node.kind == "identifier" and self.scopes.declares(node.text)):
            return None
        return self.library.resolve(node.text)

    def type(self, node: Node) -> Type:
        """The type written at this place; INVALID, with a mistake, if there is no such type."""
        found = self.library.resolve(node.text)
        if found is None:
            self.mistake(*self.unknown_type(node))
            return INVALID
        return found

    def unknown_type(self, node: Node) -> tuple[Node, str]:
        """The mistake of a type that does not exist: its node, this one or a type argument of it, and the text."""
        for part in [part for part in node.parts if part.kind in _TYPE_SYNTAX or part.kind == "type_argument_list"]:
            if part.kind == "type_argument_list" or node.kind not in {"generic_name", "qualified_name"}:
                inside = [part] if part.kind in _TYPE_SYNTAX else part.parts
                unknown = next((it for it in inside if self.library.resolve(it.text) is None), None)
                if unknown is not None:
                    return self.unknown_type(unknown)
        return node, self._wrong_arguments(node) or self.no_such_type(node.text.partition("<")[0])

    def _wrong_arguments(self, node: Node) -> str:
        """What is wrong with `List`, `List<>`, `List<int, int>` and `string?`; "" for what is no type at all."""
        if node.kind == "nullable_type":
            return _NOT_NULLABLE.format(self.library.resolve(node.text[:-1]))
        name, bracket, _ = node.text.partition("<")
        generic = node.parts[-1] if node.kind == "qualified_name" else node
        given = generic.parts[-1].parts if bracket else []
        if bracket and not given:
            return "Unexpected use of an unbound generic name" if self.library.of_any_arity(name) else ""
        return self.library.wrong_arity(name, len(given))

    def no_such_type(self, name: str, used_like: str = "type") -> str:
        """What C# says of the name of a type that there is not, perhaps with its namespace in front."""
        namespace, _, last = name.replace("global::", "").rpartition(".")
        hint = self.library.missing_type(name.replace("global::", ""))
        if name in self.library.namespaces:
            return f"'{name}' is a namespace but is used like a {used_like}"
        if namespace in self.library.namespaces:
            return sentences(f"The type or namespace name '{last}' does not exist in the namespace '{namespace}'", hint)
        return sentences(f"The type or namespace name '{name}' could not be found", hint)

    def is_namespace(self, node: Node) -> bool:
        """Whether a piece of source, as `System.Text`, is the name of a namespace."""
        name = node.text.replace("global::", "")
        return name in self.library.namespaces and not self.scopes.declares(name.partition(".")[0])

    def converted(self, code: Code, target: Type, node: Node) -> Code:
        """The value as C# converts it by itself to `target`."""
        found = implicit(self.library, code, target)
        if found is not None:
            return self.mistake(node, found.mistake) if found.mistake else apply(found, code, target)
        if code.function is not None and code.function.mistakes:
            self.mistakes.extend(code.function.mistakes)
            return BROKEN
        hint = _CAST if explicit(self.library, code, target) is not None else ""
        return self.mistake(node, sentences(_no_conversion(code.type, target), hint))


_NOT_NULLABLE = (
    "The type '{}' must be a non-nullable value type in order to use it as parameter 'T' in the generic type or method "
    "'Nullable<T>'. Nullable reference types are C# 8; API Management has C# 7"
)
_CAST = "An explicit conversion exists (are you missing a cast?)"


def sentences(mistake: str, hint: str) -> str:
    """A mistake and what helps the author, if there is anything."""
    return f"{mistake}. {hint}" if hint else mistake


_TYPE_SYNTAX = {
    "alias_qualified_name",
    "array_type",
    "generic_name",
    "identifier",
    "member_access_expression",
    "nullable_type",
    "predefined_type",
    "qualified_name",
}


def _no_conversion(source: Type, target: Type) -> str:
    if source == NULL:
        return f"Cannot convert null to '{target}' because it is a non-nullable value type"
    if source == LAMBDA:
        return f"Cannot convert lambda expression to type '{target}' because it is not a delegate type"
    if source == METHOD_GROUP:
        return f"Cannot convert method group to '{target}'. Did you intend to invoke the method?"
    return f"Cannot implicitly convert type '{source}' to '{target}'"


def _unsupported(node: Node) -> str:
    return NEWER.get(node.kind) or f"'{_shown(node)}' is not supported in a policy expression here"


def _shown(node: Node) -> str:
    return node.text if len(node.text) <= 40 else f"{node.text[:40]}..."
