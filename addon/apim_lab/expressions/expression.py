"""Policy expressions, compiled once and evaluated for every request."""

from dataclasses import dataclass, field
from functools import cached_property

from apim_lab.csharp.code import Frame, Run
from apim_lab.csharp.compiler import Compiler, Grammar
from apim_lab.csharp.error_numbers import numbered
from apim_lab.csharp.grammar import GRAMMAR
from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.budget import HEAVY_BYTES, HEAVY_SECONDS
from apim_lab.csharp.runtime.code_units import characters
from apim_lab.csharp.runtime.exceptions import PYTHON_ERRORS, thrown
from apim_lab.csharp.scopes import names_in_lambdas
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import OBJECT, Type
from apim_lab.expressions import razor
from apim_lab.expressions.allow_list import CONTEXT, LIBRARY
from apim_lab.expressions.context import ProxyRequestContext
from apim_lab.expressions.reads import Place, Read, reads_of
from apim_lab.expressions.weight import Weight
from apim_lab.syntax.node import CompileError, Node
from apim_lab.syntax.parsing import TOO_DEEP, parse


@dataclass(frozen=True)
class Expression:
    """A compiled `@(...)` or `@{...}`.

    `type` is what C# knows of its value beforehand, `reads` the places that some part of it reads, `texts` are those
    that are written out in it. `warnings` tell, at their offsets into `source`, what works here and API Management
    refuses.
    """

    source: str
    type: Type
    reads: frozenset[Read]
    texts: frozenset[str]
    run: Run = field(repr=False, compare=False)
    slots: int = field(repr=False, compare=False)
    weight: Weight = field(repr=False, compare=False)
    warnings: tuple[tuple[int, str], ...] = field(default=(), compare=False)

    @cached_property
    def reads_response_body(self) -> bool:
        """Whether the body of the answer must have arrived before it is evaluated."""
        return Read(Place.RESPONSE_BODY) in self.reads

    def evaluate(self, context: ProxyRequestContext, *, may_leave: bool = False, aside: bool = False) -> object:
        """The value; raises ExpressionError with the message of the .NET exception that C# would throw.

        With `may_leave`, an expression that can be repeated raises TooLongInline where it takes long. `aside` says that
        another thread than the event loop's evaluates it, where its time counts from the beginning.
        """
        budget = context.budget
        budget.begin(may_leave=may_leave and self.weight.can_be_repeated, aside=aside)
        memory.start()
        try:
            value = self.run(Frame(context, self.slots, budget))
        except PYTHON_ERRORS as error:
            raise thrown(error) from None
        finally:
            budget.allocated = memory.allocated()
            if budget.allocated > HEAVY_BYTES or budget.took > HEAVY_SECONDS:
                self.weight.was_heavy = self.weight.is_unknown = True
        return characters(value) if value.__class__ is str else value


def compile_expression(
    source: str,
    library: Library = LIBRARY,
    grammar: Grammar = GRAMMAR,
    *,
    reads_razor: bool = True,
    strict: bool = False,
) -> Expression:
    """Compile the text of an expression, with its `@(` `)` or `@{` `}`.

    `library` holds the types it may use, `grammar` the syntax. Without `reads_razor` the rules are those of C# alone.
    If `strict`, what API Management refuses is a mistake; otherwise the expression has a warning.

    Raises CompileError, whose `mistakes` are all that were found, each with its offset into `source`.
    """
    memory.start()
    try:
        expression = _compiled(source, Compiler(grammar, library, CONTEXT), reads_razor=reads_razor)
    except CompileError as error:
        raise CompileError([(offset, numbered(mistake)) for offset, mistake in error.mistakes]) from None
    except RecursionError:
        # Where much of Python's stack is taken already, MAX_DEPTH is too deep
        raise CompileError([(0, TOO_DEEP)]) from None
    if strict and expression.warnings:
        raise CompileError(expression.warnings)
    return expression


def _compiled(source: str, compiler: Compiler, *, reads_razor: bool) -> Expression:
    block = parse(source)
    compiler.captured = names_in_lambdas(block)
    if reads_razor and source[1] == "{":
        compiler.mistakes.extend(razor.mistakes(block))
    run, type_ = _value(compiler, block) if source[1] == "(" else _function(compiler, block)
    if compiler.mistakes:
        raise CompileError(compiler.mistakes)
    reads = reads_of(compiler.observations.found)
    return Expression(
        source,
        type_,
        reads,
        frozenset(compiler.texts),
        run,
        compiler.slots,
        Weight.of(reads),
        tuple(sorted(set(compiler.warnings))),
    )


def _value(compiler: Compiler, block: Node) -> tuple[Run, Type]:
    """`@(x)`, which was parsed as `{ return x; }`."""
    with compiler.scope(*block.parts):
        code = compiler.result_value(block.parts[0].parts[0])
    return code.run, code.type


def _function(compiler: Compiler, block: Node) -> tuple[Run, Type]:
    """`@{ ... }`: every way through it must return a value."""
    statement = compiler.statement(block)
    if compiler.flow.reachable:
        compiler.mistakes.append((block.end - 1, "Not all code paths return a value"))

    def run(frame: Frame) -> object:
        statement(frame)
        return frame.result

    types = {code.type for code in compiler.returns}
    return run, types.pop() if len(types) == 1 else OBJECT
