"""set-variable, cache-lookup-value and cache-store-value: what a run, and the next one, remembers."""

from typing import Literal

from apim_lab.policy.context import Context
from apim_lab.policy.statements.element import attribute, statement
from apim_lab.policy.values import Value

MISSING = object()

type CachingType = Literal["prefer-external", "external", "internal"]


@statement("set-variable")
class SetVariable:
    """Sets `context.Variables[name]` (set-variable-policy.md).

    A value written out is a string, whatever it looks like; an expression's value keeps its C# type.
    """

    name: str
    value: Value[object]

    async def run(self, context: Context) -> None:
        value = context.variables[self.name] = await self.value.get(context)
        if context.trace:
            context.trace.note("the variable {} is now {}", self.name, value)


@statement("cache-lookup-value")
class CacheLookupValue:
    """Puts a cached value into a variable (cache-lookup-value-policy.md).

    On a miss the variable becomes `default-value`; without one it stays unset, which the widespread
    `!context.Variables.ContainsKey(...)` relies on.
    """

    key: Value[str]
    variable_name: str
    default_value: Value[object] | None = None
    caching_type: CachingType = "prefer-external"

    async def run(self, context: Context) -> None:
        key = await self.key.get(context)
        value = await context.store.get(key, MISSING)
        if context.trace:
            context.trace.note(*("{} is not cached", key) if value is MISSING else ("{} is cached: {}", key, value))
        if value is not MISSING:
            context.variables[self.variable_name] = value
        elif self.default_value:
            context.variables[self.variable_name] = await self.default_value.get(context)


@statement("cache-store-value")
class CacheStoreValue:
    """Stores a value for `duration` seconds (cache-store-value-policy.md).

    API Management stores asynchronously, so there a lookup right after it may miss; here it hits.
    """

    key: Value[str]
    value: Value[object]
    duration: Value[int] = attribute(minimum=1)
    caching_type: CachingType = "prefer-external"

    async def run(self, context: Context) -> None:
        key, value = await self.key.get(context), await self.value.get(context)
        duration = await self.duration.get(context)
        await context.store.set(key, value, duration)
        if context.trace:
            context.trace.note("{} is cached for {} s: {}", key, duration, value)
