"""Which types there are, and what a type's members are: the look-ups over all definitions of the allow-list."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from apim_lab.csharp.definitions import Definition, Implementation, Method
from apim_lab.csharp.signatures import parse_type
from apim_lab.csharp.types import OBJECT, Type
from apim_lab.csharp.values import by_class

# How a type is told from others: by its name and the number of its type parameters
type _Key = tuple[str, int]

_definitions: dict[_Key, Definition] = {}
_names: dict[_Key, str] = {}
_classes: dict[type, Type] = {}
_extensions: dict[str, list[Method]] = {}
# How array and nullable types are named among the definitions
_SHORT_FORMS = {"Array": "[]", "Nullable": "?"}


def declare(definitions: Iterable[Definition]) -> None:
    """Put types on the allow-list; a type is found by its name, its full name and its name without namespace."""
    for definition in definitions:
        name = definition.type.name
        name = _SHORT_FORMS.get(name, name)
        arity = len(definition.type_parameters)
        _definitions[name, arity] = definition
        if name not in _SHORT_FORMS.values():
            for alias in (name, definition.full_name, definition.full_name.rpartition(".")[2]):
                _names[alias, arity] = name
        if definition.python is not None:
            _classes[definition.python] = definition.type
        for extension, methods in definition.extension_methods.items():
            _extensions.setdefault(extension, []).extend(methods)


def resolve(text: str) -> Type | None:
    """The type of this name in a policy (`Int32`, `System.String`, `string[]`); None if it is not allowed."""
    try:
        return _resolved(parse_type(text))
    except ValueError:
        return None


def _resolved(type_: Type) -> Type | None:
    key = (type_.name, len(type_.arguments))
    name = type_.name if key in _definitions else _names.get(key)
    arguments = [_resolved(argument) for argument in type_.arguments]
    known = tuple(argument for argument in arguments if argument is not None)
    return None if name is None or len(known) != len(arguments) else Type(name, known)


def definition(type_: Type) -> Definition | None:
    return _definitions.get((type_.name, len(type_.arguments)))


def is_value(type_: Type) -> bool:
    """Whether it is a value type that cannot be null."""
    found = definition(type_)
    return found is not None and found.value


def is_enum(type_: Type) -> bool:
    return _is_declared(type_, "enum")


def is_interface(type_: Type) -> bool:
    return _is_declared(type_, "interface")


def _is_declared(type_: Type, kind: str) -> bool:
    found = definition(type_)
    return found is not None and found.declared.kind == kind


def can_be_null(type_: Type) -> bool:
    return not is_value(type_)


def default_of(type_: Type) -> object:
    """`default(T)`."""
    found = definition(type_)
    return found.default if found is not None and found.value else None


@cache
def lineage(type_: Type) -> Sequence[Type]:
    """The type and all it derives from, nearest first."""
    found = definition(type_)
    if found is None:
        return (type_,)
    known = dict(zip(found.type_parameters, type_.arguments, strict=True))
    parents = [parent.substitute(known) for parent in found.parents if parent != type_]
    above = [ancestor for parent in parents for ancestor in lineage(parent)]
    ordered = dict.fromkeys([type_, *above])
    if OBJECT in ordered and type_ != OBJECT:
        ordered[OBJECT] = ordered.pop(OBJECT)
    return tuple(ordered)


def derives(source: Type, target: Type) -> bool:
    return target in lineage(source)


def type_of(value: object) -> Type:
    """The run-time type of a value that is not null."""
    own = getattr(value, "type", None)
    return own if isinstance(own, Type) else by_class(_classes, value) or OBJECT


def full_name(type_: Type) -> str:
    """What .NET calls the type in messages."""
    if type_.name == "[]":
        return f"{full_name(type_.arguments[0])}[]"
    found = definition(type_)
    return found.full_name if found else type_.name


def methods(type_: Type, name: str) -> list[Method]:
    """The instance methods of this name, those of the nearest type first."""
    return [
        Method(method.signature.substitute(known), method.implementation)
        for ancestor, known in _ancestors(type_)
        for method in ancestor.instance_methods.get(name, ())
    ]


def static_methods(type_: Type, name: str) -> list[Method]:
    return [method for ancestor, _ in _ancestors(type_) for method in ancestor.class_methods.get(name, ())]


def extensions(name: str) -> Sequence[Method]:
    return _extensions.get(name, ())


def member(type_: Type, name: str) -> Method | None:
    """The instance property of this name."""
    for ancestor, known in _ancestors(type_):
        if name in ancestor.properties:
            found = ancestor.properties[name]
            return Method(found.signature.substitute(known), found.implementation)
    return None


def indexers(type_: Type, *, setters: bool = False) -> list[Method]:
    return [
        Method(method.signature.substitute(known), method.implementation)
        for ancestor, known in _ancestors(type_)
        for method in (ancestor.index_setters if setters else ancestor.indexers)
    ]


def operators(types: Iterable[Type], symbol: str) -> list[Method]:
    """The operators that any of these types defines."""
    found = {ancestor.name: ancestor for type_ in types for ancestor, _ in _ancestors(type_)}
    return [method for ancestor in found.values() for method in ancestor.operator_methods.get(symbol, ())]


def enumeration(type_: Type) -> tuple[Type, Implementation] | None:
    """What `foreach` yields and how; None if the type cannot be enumerated."""
    for ancestor, known in _ancestors(type_):
        if ancestor.elements is not None:
            return ancestor.elements.substitute(known), ancestor.iterate
    return None


def _ancestors(type_: Type) -> Iterator[tuple[Definition, dict[str, Type]]]:
    for ancestor in lineage(type_):
        found = definition(ancestor)
        if found is not None:
            yield found, dict(zip(found.type_parameters, ancestor.arguments, strict=True))
