"""The types that expressions may use, and the look-ups over them. Source: the C# specification, "Member lookup"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Any

from apim_lab.csharp.runtime.enumerators import Enumerator
from apim_lab.csharp.runtime.values import by_class
from apim_lab.csharp.symbols.anonymous_types import anonymous_definition
from apim_lab.csharp.symbols.definitions import Definition, Implementation, Method, OfLibrary
from apim_lab.csharp.symbols.signatures import Signature, parse_type
from apim_lab.csharp.symbols.suggestions import did_you_mean
from apim_lab.csharp.symbols.usage import NoRules, UsageRules
from apim_lab.csharp.types import LAMBDA, METHOD_GROUP, OBJECT, Type

# How a type is told from others: by its name and the number of its type parameters
type Key = tuple[str, int]

# How array and nullable types are named among the definitions
_SHORT_FORMS: Mapping[Key, str] = {("Array", 1): "[]", ("Nullable", 1): "?"}

_NULLABLE: Key = ("?", 1)
# Of a delegate: `Func` with sixteen parameters and a result
_MOST_PARAMETERS = 17


class Library:
    """Types by name and arity, built once from their definitions.

    The compiler knows of the .NET library what it finds here, and of `context` only its type. `rules` say which members
    may not be used, and why others are not there.
    """

    def __init__(self, definitions: Iterable[Definition], rules: UsageRules | None = None) -> None:
        self.rules = rules or NoRules()
        self.definitions: Mapping[Key, Definition] = {_key(definition): definition for definition in definitions}
        self._names = {alias: key for key, found in self.definitions.items() for alias in _aliases(key, found)}
        self._classes = {found.python: found.type for found in self.definitions.values() if found.python is not None}
        self._lineages: dict[tuple[Type, object], Sequence[Type]] = {}
        self._operators: dict[tuple[Type, str], Sequence[Method]] = {}
        # By the id of the row, which is kept so that the id stays its own
        self._members: dict[int, tuple[Method, Method]] = {}
        self._iterations: dict[tuple[Type, Type], Implementation] = {}

    def resolve(self, text: str) -> Type | None:
        """The type of this name in a policy (`Int32`, `System.String`, `string[]`); None if it is not allowed."""
        try:
            return self.find(parse_type(text.replace("global::", "")))
        except ValueError:
            return None

    def is_namespace(self, text: str) -> bool:
        """Whether types are in a namespace of this name."""
        return any(found.full_name.startswith(f"{text}.") for found in self.definitions.values())

    def find(self, written: Type) -> Type | None:
        """The type for a type as the text has it; None if it or a type argument is not in the library."""
        key = (written.name, len(written.arguments))
        key = key if key in self.definitions else self._names.get(key, key)
        found = self.definitions.get(key)
        arguments = [self.find(argument) for argument in written.arguments]
        if found is None or not found.is_allowed or None in arguments:
            return None
        known = tuple(argument for argument in arguments if argument is not None)
        if key == _NULLABLE and not self.is_value(known[0]):
            return None
        return Type(key[0], known, found.full_name, written.names)

    def of_any_arity(self, name: str) -> Sequence[Definition]:
        """The types of this name, by the number of their type parameters: `Func<TResult>`, `Func<T, TResult>`."""
        keys = [self._names.get((name, arity)) for arity in range(_MOST_PARAMETERS + 1)]
        return [found for key in keys if key is not None and (found := self.definitions[key]).is_allowed]

    def wrong_arity(self, name: str, given: int) -> str:
        """What C# says of a type of this name with so many type arguments; "" where no type has the name."""
        found = self.of_any_arity(name.replace("global::", ""))
        if not found or given in [len(definition.type_parameters) for definition in found]:
            return ""
        last, parameters = name.rpartition(".")[2], found[0].type_parameters or found[-1].type_parameters
        if not parameters:
            return f"The non-generic type '{last}' cannot be used with type arguments"
        return f"Using the generic type '{last}<{', '.join(parameters)}>' requires {len(parameters)} type arguments"

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Every namespace that is known, also those around others: `System.Linq`, `System`."""
        own = {found.full_name.rpartition(".")[0] for found in self.definitions.values()}
        return frozenset(part for name in own | self.rules.namespaces for part in _namespaces(name))

    @cached_property
    def type_names(self) -> frozenset[str]:
        """The names of types that may stand in an expression, without their namespaces."""
        allowed = [found for found in self.definitions.values() if found.is_allowed]
        return frozenset(name for found in allowed for name in (found.type.name, found.full_name.rpartition(".")[2]))

    def member_names(self, type_: Type) -> frozenset[str]:
        """The names of all that the type has, of extension methods, too."""
        names = {row.signature.name for _, found, _ in self._ancestors(type_) for row in found.rows if row.is_named}
        lineage = {ancestor.name for ancestor in self.lineage(type_)}
        extensions = (method for methods in self._extensions.values() for method in methods)
        return frozenset(
            names | {m.signature.name for m in extensions if m.signature.parameters[0].type.name in lineage}
        )

    @property
    def extension_names(self) -> frozenset[str]:
        """The names of all extension methods."""
        return frozenset(self._extensions)

    def refusal(self, type_: Type, owner: Type, member: str) -> str:
        """Why a member, which `owner` declares, may not be used of the type; "" if it may."""
        lineage = list(self.lineage(type_))
        above = lineage[: lineage.index(owner) + 1] if owner in lineage else [owner]
        return self.rules.refusal(list(map(self.named, above)), member)

    def missing_member(self, type_: Type, member: str) -> str:
        """What to say of a member that the type has not; "" if there is nothing to say."""
        lineage = list(map(self.named, self.lineage(type_)))
        return self.rules.of_missing_member(lineage, member) or did_you_mean(member, self.member_names(type_))

    def missing_type(self, name: str, others: Iterable[str] = ()) -> str:
        """What to say of a name that means no type, nor one of the `others`; "" if there is nothing to say."""
        known = [*others, *self.type_names, *self.namespaces]
        return self.rules.of_missing_type(name) or did_you_mean(name.rpartition(".")[2], known)

    def definition(self, type_: Type) -> Definition | None:
        return self.definitions.get((type_.name, len(type_.arguments))) or anonymous_definition(type_)

    def is_value(self, type_: Type) -> bool:
        """Whether it is a value type that cannot be null."""
        found = self.definition(type_)
        return found is not None and found.value

    def is_interface(self, type_: Type) -> bool:
        found = self.definition(type_)
        return found is not None and found.declared.kind == "interface"

    def is_enum(self, type_: Type) -> bool:
        return self.enum_class(type_) is not None

    def enum_class(self, type_: Type) -> type[Enum] | None:
        """The Python class of an enumeration's values; None for any other type."""
        found = self.definition(type_)
        is_enum = found is not None and found.python is not None and issubclass(found.python, Enum)
        return found.python if found and is_enum else None

    def delegate(self, type_: Type) -> Signature | None:
        """How the delegates of this type are called; None if it is no delegate type."""
        found = self.definition(type_)
        if found is None or found.declared.call is None:
            return None
        return found.declared.call.substitute(dict(zip(found.type_parameters, type_.arguments, strict=True)))

    def is_static(self, type_: Type) -> bool:
        """Whether it is a class without values."""
        found = self.definition(type_)
        return found is not None and found.declared.kind == "static class"

    def is_sealed(self, type_: Type) -> bool:
        """Whether no class can derive from it."""
        found = self.definition(type_)
        return found is not None and found.declared.kind == "sealed class"

    def can_be_null(self, type_: Type) -> bool:
        """Whether it is a reference type or `T?`; lambdas and method groups are neither."""
        return not self.is_value(type_) and type_ not in {LAMBDA, METHOD_GROUP}

    def default_of(self, type_: Type) -> object:
        """`default(T)`."""
        found = self.definition(type_)
        if found is None or not found.value:
            return None
        if not found.type_parameters:
            return found.default
        made: object = found.default(*type_.arguments, *map(self.default_of, type_.arguments))
        return made

    def lineage(self, type_: Type) -> Sequence[Type]:
        """The type and all it derives from, nearest first."""
        key = (type_, type_.spelling)
        found = self._lineages.get(key)
        if found is None:
            found = self._lineages[key] = self._traced(type_)
        return found

    def _traced(self, type_: Type) -> Sequence[Type]:
        found = self.definition(type_)
        if found is None:
            return (type_,)
        known = dict(zip(found.type_parameters, type_.arguments, strict=True))
        parents = [parent.substitute(known) for parent in found.parents]
        above = [ancestor for parent in parents for ancestor in self.lineage(parent)]
        ordered = dict.fromkeys([type_, *above])
        if type_ != OBJECT:
            ordered[OBJECT] = ordered.pop(OBJECT)
        return tuple(ordered)

    def derives(self, source: Type, target: Type) -> bool:
        return target in self.lineage(source)

    def type_of(self, value: object) -> Type:
        """The run-time type of a value that is not null."""
        own = getattr(value, "type", None)
        return own if isinstance(own, Type) else by_class(self._classes, value) or OBJECT

    def runtime_name(self, type_: Type) -> str:
        """What .NET calls the type in messages."""
        return self.named(type_).runtime_name

    def methods(self, type_: Type, name: str) -> list[Method]:
        """The instance methods of this name, those of the nearest type first, without those that they override."""
        invoke = self.delegate(type_) if name == "Invoke" else None
        if invoke is not None:
            return [Method(invoke, lambda delegate, *arguments: delegate(*arguments), type_)]
        if name == "GetEnumerator":
            return self._get_enumerator(type_)
        return _visible(
            self._member(method, ancestor, known)
            for ancestor, definition, known in self._ancestors(type_)
            for method in definition.instance_methods.get(name, ())
        )

    def _get_enumerator(self, type_: Type) -> list[Method]:
        """`GetEnumerator` of what `foreach` takes; that of an array yields objects."""
        found = self.enumeration(type_)
        if found is None:
            return []
        (element, iterate), default = found, self.default_of(found[0])
        is_array = type_.name == "[]"
        result = Type("System.Collections.IEnumerator") if is_array else Type("IEnumerator", (element,))

        def get_enumerator(value: Any) -> Enumerator:
            is_of_array = self.type_of(value).name == "[]"
            return Enumerator(iterate(value), element, default, is_of_array=is_of_array)

        return [Method(Signature(self.named(result), "GetEnumerator"), get_enumerator, type_)]

    def static_methods(self, type_: Type, name: str) -> list[Method]:
        return _visible(
            self._member(method, ancestor, known)
            for ancestor, definition, known in self._ancestors(type_)
            for method in definition.class_methods.get(name, ())
        )

    def constructors(self, type_: Type) -> list[Method]:
        definition = self.definition(type_)
        if definition is None:
            return []
        known = dict(zip(definition.type_parameters, type_.arguments, strict=True))
        return [self._member(method, type_, known) for method in definition.constructors]

    def extensions(self, name: str) -> Sequence[Sequence[Method]]:
        """The extension methods of this name by how near they are: those of types without a namespace come first.

        Source: the C# specification, "Extension method invocations": the nearest namespace that has one that fits.
        """
        found = self._extensions.get(name, ())
        near = [method for method in found if "." not in method.owner.full_name]
        return [group for group in (near, [method for method in found if method not in near]) if group]

    @cached_property
    def _extensions(self) -> Mapping[str, Sequence[Method]]:
        methods: dict[str, list[Method]] = {}
        for definition in self.definitions.values():
            owner = self.named(definition.type)
            for name, found in definition.extension_methods.items():
                methods.setdefault(name, []).extend(self._member(method, owner, {}) for method in found)
        return methods

    def member(self, type_: Type, name: str) -> Method | None:
        """The instance property of this name."""
        name = type_.field(name)
        for ancestor, definition, known in self._ancestors(type_):
            if name in definition.properties:
                return self._member(definition.properties[name], ancestor, known)
        return None

    def static_member(self, type_: Type, name: str) -> Method | None:
        """The static property or constant of this name."""
        definition = self.definition(type_)
        if definition is None:
            return None
        found = definition.constants.get(name) or definition.class_properties.get(name)
        if found is None:
            return None
        return self._member(found, type_, dict(zip(definition.type_parameters, type_.arguments, strict=True)))

    def setter(self, type_: Type, name: str) -> Method | None:
        """What an assignment to the instance property of this name does."""
        for ancestor, definition, known in self._ancestors(type_):
            if name in definition.setters:
                return self._member(definition.setters[name], ancestor, known)
        return None

    def indexers(self, type_: Type, *, setters: bool = False) -> list[Method]:
        return _visible(
            self._member(method, ancestor, known)
            for ancestor, definition, known in self._ancestors(type_)
            for method in (definition.index_setters if setters else definition.indexers)
        )

    def operators(self, types: Iterable[Type], symbol: str) -> list[Method]:
        """The operators that any of these types defines."""
        owners = dict.fromkeys(ancestor for type_ in types for ancestor in self.lineage(type_))
        return [method for owner in owners for method in self._operators_of(owner, symbol)]

    def _operators_of(self, owner: Type, symbol: str) -> Sequence[Method]:
        """What the definition of the type declares, kept: an expression asks for it at each of its operators."""
        key = (owner, symbol)
        if key not in self._operators:
            found = self.definition(owner)
            rows = found.operator_methods.get(symbol, ()) if found else ()
            self._operators[key] = [self._member(row, found.type, {}) for row in rows] if found else []
        return self._operators[key]

    def conversions(self, type_: Type, name: str) -> list[Method]:
        """The user-defined conversions, "implicit" or "explicit", that the type or a base class declares."""
        return [
            self._member(method, ancestor, known)
            for ancestor, definition, known in self._ancestors(type_)
            for method in definition.conversions
            if method.signature.name == name
        ]

    def enumeration(self, type_: Type) -> tuple[Type, Implementation] | None:
        """What `foreach` yields and how; None if the type cannot be enumerated."""
        for ancestor, definition, known in self._ancestors(type_, interfaces=True):
            if definition.yields_objects:
                return OBJECT, definition.iterate
            element = self._element(ancestor)
            if element is not None and self.is_interface(ancestor):
                return element, lambda value, element=element: self.items(value, element)
            if element is not None:
                return element, _iteration(definition, known)
        return None

    def items(self, value: object, element: Type) -> Iterable[Any]:
        """What an `IEnumerable<element>` yields, whatever type it has at run time."""
        key = (self.type_of(value), element)
        if key not in self._iterations:
            self._iterations[key] = self._iteration_of(*key)
        return self._iterations[key](value)  # type: ignore[no-any-return]  # a row of the library

    def _iteration_of(self, type_: Type, element: Type) -> Implementation:
        """How values of the type are enumerated by the one of its `IEnumerable<T>` that is meant."""
        ways = [way for way in self._ancestors(type_, interfaces=True) if self._element(way[0]) is not None]
        meant = [way for way in ways if self._may_yield(self._element(way[0]), element)]
        if not ways:
            return iter
        ancestor, definition, known = (meant or ways)[0]
        if ancestor == definition.type:  # a Python class for all of them, whatever their type arguments
            known = dict.fromkeys(definition.type_parameters, OBJECT)
            known.update(zip(definition.type_parameters, element.arguments, strict=False))
        return _iteration(definition, known)

    def _may_yield(self, own: Type | None, element: Type) -> bool:
        """Whether an enumeration of these is one of those: the same, or what variance makes of references."""
        if own is None or own.name == element.name:
            return own is not None
        return not self.is_value(own) and not self.is_value(element)

    def _element(self, type_: Type) -> Type | None:
        """The T of the `IEnumerable<T>` that the type is, or that it names among its interfaces."""
        if type_.name == "IEnumerable":
            return type_.arguments[0]
        found = self.definition(type_)
        if found is None:
            return None
        known = dict(zip(found.type_parameters, type_.arguments, strict=True))
        interfaces = [parent.substitute(known) for parent in found.declared.parents if self.is_interface(parent)]
        elements = map(self._element, interfaces)
        return next((element for element in elements if element is not None), None)

    def _member(self, method: Method, owner: Type, known: Mapping[str, Type]) -> Method:
        """A member of a type, for these type arguments; its types know their full names."""
        if owner.arguments:
            return self._substituted(method, owner, known)
        if id(method) not in self._members:
            self._members[id(method)] = method, self._substituted(method, owner, known)
        return self._members[id(method)][1]

    def _substituted(self, method: Method, owner: Type, known: Mapping[str, Type]) -> Method:
        signature = method.signature.substitute(known).with_types(self.named)
        found = method.implementation
        return Method(signature, found.make(self) if isinstance(found, OfLibrary) else found, owner)

    def named(self, type_: Type) -> Type:
        """The type with the full names of what it is made of."""
        found = self.definition(type_)
        full_name = found.full_name if found else type_.full_name
        if not type_.arguments and full_name == type_.full_name:
            return type_
        return Type(type_.name, tuple(map(self.named, type_.arguments)), full_name, type_.names)

    def _ancestors(
        self, type_: Type, *, interfaces: bool = False
    ) -> Iterator[tuple[Type, Definition, Mapping[str, Type]]]:
        """The type and those whose members are its own: what a class has of its interfaces it declares itself.

        With `interfaces`, those of a class as well.
        """
        interfaces = interfaces or self.is_interface(type_)
        for ancestor in self.lineage(type_):
            found = self.definition(ancestor)
            if found is not None and (interfaces or found.declared.kind != "interface"):
                yield ancestor, found, dict(zip(found.type_parameters, ancestor.arguments, strict=True))


def _namespaces(name: str) -> Iterator[str]:
    """The namespace and those around it."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _key(definition: Definition) -> Key:
    name, arity = definition.type.name, len(definition.type_parameters)
    return _SHORT_FORMS.get((name, arity), name), arity


def _aliases(key: Key, definition: Definition) -> Iterator[Key]:
    """A type is found by its keyword, its full name and its name without namespace."""
    if key[0] == definition.full_name:
        yield key
    elif key[0] != "[]":  # `Array<T>` is our name for `T[]`
        yield key
        yield definition.full_name, key[1]
        if "." not in key[0]:  # a nested type is named by the one around it
            yield definition.full_name.rpartition(".")[2], key[1]


def _iteration(definition: Definition, known: Mapping[str, Type]) -> Implementation:
    """How values are enumerated; that of a generic type is told its type arguments."""
    if definition.iterate is iter or not known:
        return definition.iterate
    return definition.iterate(*known.values())  # type: ignore[no-any-return]  # a row of the library


def _visible(methods: Iterable[Method]) -> list[Method]:
    """The methods without those that an earlier one overrides or hides."""
    found: dict[tuple[object, ...], Method] = {}
    for method in methods:
        parameters = tuple((parameter.type, parameter.modifier == "out") for parameter in method.signature.parameters)
        found.setdefault((len(method.signature.type_parameters), parameters), method)
    return list(found.values())
