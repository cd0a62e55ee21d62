"""`IDictionary<TKey, TValue>`, which a value has whose class is registered with `as_dictionary`."""

from functools import singledispatch
from typing import Any

from apim_lab.csharp.symbols.definitions import Definition


@singledispatch
def keys_of(value: Any) -> Any:
    """The keys of the value as an `ICollection<TKey>`."""
    raise NotImplementedError(type(value))


@singledispatch
def values_of(value: Any) -> Any:
    """The values of the value as an `ICollection<TValue>`."""
    raise NotImplementedError(type(value))


@singledispatch
def as_dictionary(value: Any) -> Any:
    """The value with `set_item`, `add`, `remove`, `try_get_value` and so on, as a Dictionary has them."""
    return value


DEFINITIONS = (
    Definition(
        "interface IDictionary<TKey, TValue> : ICollection<KeyValuePair<TKey, TValue>>",
        "System.Collections.Generic.IDictionary",
        members={
            "TValue this[TKey key]": lambda pairs, key: as_dictionary(pairs)[key],
            "TValue this[TKey key] { set; }": lambda pairs, key, value: as_dictionary(pairs).set_item(key, value),
            "ICollection<TKey> Keys": keys_of,
            "ICollection<TValue> Values": values_of,
            "void Add(TKey key, TValue value)": lambda pairs, key, value: as_dictionary(pairs).add(key, value),
            "bool ContainsKey(TKey key)": lambda pairs, key: key in as_dictionary(pairs),
            "bool Remove(TKey key)": lambda pairs, key: as_dictionary(pairs).remove(key),
            "bool TryGetValue(TKey key, out TValue value)": lambda pairs, key: as_dictionary(pairs).try_get_value(key),
        },
    ),
)
