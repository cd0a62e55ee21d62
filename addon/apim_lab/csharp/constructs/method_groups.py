"""Methods that are named and not called, as in `Select(int.Parse)`: they become delegates.

Source: the C# specification, "Method group conversions"; which method it is, and that its result does not count for
that, is C# 7.1's rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from apim_lab.csharp.binding.arguments import Argument
from apim_lab.csharp.binding.overloads import Candidate, resolve, unexpanded
from apim_lab.csharp.binding.reference_conversions import converts_by_reference, is_reference
from apim_lab.csharp.binding.type_arguments import UnsupportedType
from apim_lab.csharp.code import Code, Conversion, ConversionKind, Convert
from apim_lab.csharp.compiler import Compiler
from apim_lab.csharp.constructs.invocation import bound
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.values import Delegate
from apim_lab.csharp.symbols.definitions import Method
from apim_lab.csharp.symbols.signatures import Signature
from apim_lab.csharp.types import METHOD_GROUP, VOID, Type
from apim_lab.syntax.node import Node


@dataclass
class MethodGroup:
    """A Function: methods of one name that the type `owner` has.

    `target` is what they are called on, None for static ones, `extensions` are those that take it as their first
    argument. `type_arguments` are written with the name. `is_local`: it is a local
    function.
    """

    compiler: Compiler
    node: Node
    owner: Type
    methods: Sequence[Method]
    target: Code | None = None
    extensions: Sequence[Method] = ()
    type_arguments: Sequence[Type] = ()
    mistakes: Sequence[tuple[int, str]] = ()
    types: Sequence[Type] | None = None
    is_local: bool = False

    @property
    def name(self) -> str:
        return (self.methods or self.extensions)[0].signature.name

    @property
    def code(self) -> Code:
        """The group as an expression; it yields its target."""
        run = self.target.run if self.target is not None else (lambda _: None)
        return Code(METHOD_GROUP, run, function=self)

    def result(self, types: Sequence[Type]) -> Type | None:
        found = self._meant(types)
        return None if found is None or found.signature.result == VOID else found.signature.result

    def conversion(self, delegate: Signature, target: Type) -> Conversion | None:
        found = self._meant([parameter.type for parameter in delegate.parameters])
        if found is None:
            self.mistakes = [(self.node.start, f"No overload for '{self.name}' matches delegate '{target}'")]
            return None
        try:
            convert = self._creating(found, target)
        except UnsupportedType as error:
            return Conversion(ConversionKind.METHOD_GROUP, mistake=str(error))
        return Conversion(ConversionKind.METHOD_GROUP, convert, mistake=self._mistake(found, delegate, target))

    def _meant(self, types: Sequence[Type]) -> Candidate | None:
        """The method that takes arguments of these types."""
        given = [Argument(self.node, Code(type_, lambda _: None)) for type_ in types]
        receiver = [] if self.target is None else [Argument(self.node, self.target)]
        library = self.compiler.library
        for methods, arguments in ((self.methods, given), (self.extensions, [*receiver, *given])):
            found = resolve(library, unexpanded(methods, len(arguments)), arguments, self.type_arguments).best
            if found is not None:
                return found
        return None

    def _mistake(self, found: Candidate, delegate: Signature, target: Type) -> str:
        """What C# has against it: no value may have to be converted."""
        taken = found.placement.parameters[-len(delegate.parameters) :] if delegate.parameters else ()
        pairs = zip(delegate.parameters, taken, strict=True)
        if not all(self._stays(given.type, taken.type) for given, taken in pairs):
            return f"No overload for '{self.name}' matches delegate '{target}'"
        if not self._stays(found.signature.result, delegate.result):
            return f"'{found.signature.result} {found.method.owner}.{self.name}' has the wrong return type"
        return ""

    def _stays(self, source: Type, target: Type) -> bool:
        """Whether a value of the source needs no conversion to be one of the target."""
        library = self.compiler.library
        both = is_reference(library, source) and is_reference(library, target) and VOID not in {source, target}
        return source == target or (both and converts_by_reference(library, source, target))

    def _creating(self, found: Candidate, target: Type) -> Convert:
        function = bound(self.compiler.library, found)
        if self.target is None:
            return lambda _: Delegate(target, function)
        may_be_null = found.method.signature.is_extension

        def create(value: Any) -> Delegate:
            if value is None and not may_be_null:
                raise NullReferenceException
            return Delegate(target, partial(function, value))

        return create
