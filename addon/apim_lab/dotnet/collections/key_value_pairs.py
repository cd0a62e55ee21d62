"""`KeyValuePair<TKey, TValue>`. Source: learn.microsoft.com/dotnet/api/system.collections.generic.keyvaluepair-2."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.values import KeyValuePair, pair_type

_NAME = "System.Collections.Generic.KeyValuePair"


def _create(key_type: TypeArgument, value_type: TypeArgument) -> Callable[[Any, Any], KeyValuePair]:
    type_ = pair_type(key_type.type, value_type.type)
    return lambda key, value: KeyValuePair(key, value, type_)


DEFINITIONS = (
    Definition(
        "struct KeyValuePair<TKey, TValue>",
        _NAME,
        default=lambda key_type, value_type, key, value: KeyValuePair(key, value, pair_type(key_type, value_type)),
        members={
            "new(TKey key, TValue value)": _create,
            "TKey Key": lambda pair: pair.key,
            "TValue Value": lambda pair: pair.value,
            "void Deconstruct(out TKey key, out TValue value)": lambda pair: (None, pair.key, pair.value),
        },
    ),
    Definition(
        "static class KeyValuePair",
        _NAME,
        members={
            "static KeyValuePair<TKey, TValue> Create<TKey, TValue>(TKey key, TValue value)": _create,
        },
    ),
)
