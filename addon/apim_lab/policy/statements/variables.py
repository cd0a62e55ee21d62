"""set-variable, cache-lookup-value and cache-store-value: what a run, and the next one, remembers."""

from typing import Literal

from apim_lab.policy.context import Context
from apim_lab.policy.destinations import NOTHING, NOWHERE, Move, cache, variable
from apim_lab.policy.statements.element import attribute, statement
from apim_lab.policy.values import Computed, Value

MISSING = object()

type CachingType = Literal["prefer-external", "external", "internal"]


@statement("set-variable", own=NOTHING)
class SetVariable:
    """Sets `context.Variables[name]` (set-variable-policy.md).

    A value written out is a string, whatever it looks like; an expression's value keeps its C# type.
    """

    name: str
    value: Value[object] = attribute(to=variable("name"))

    async def run(self, context: Context) -> None:
        value = context.variables[self.name] = await self.value.get(context)
        budget = context.budget
        budget.hold(self.name, budget.allocated if isinstance(self.value, Computed) else 0)
        if context.trace:
            context.trace.note("the variable {} is now {}", self.name, value)


@statement("cache-lookup-value", own=[Move(cache("key"), variable("variable_name"))])
class CacheLookupValue:
    """Puts a cached value into a variable (cache-lookup-value-policy.md).

    On a miss the variable becomes `default-value`; without one it stays unset, which the widespread
    `!context.Variables.ContainsKey(...)` relies on.
    """

    key: Value[str] = attribute(to=NOWHERE)
    variable_name: str
    default_value: Value[object] | None = attribute(to=variable("variable_name"), default=None)
    caching_type: CachingType = "prefer-external"

    async def run(self, context: Context) -> None:
        key = await self.key.get(context)
        value = await context.store.get(key, MISSING)
        if context.trace:
            context.trace.obtained(*() if value is MISSING else (value,))
            context.trace.note(*("{} is not cached", key) if value is MISSING else ("{} is cached: {}", key, value))
        if value is not MISSING:
            context.variables[self.variable_name] = value
        elif self.default_value:
            context.variables[self.variable_name] = await self.default_value.get(context)


@statement("cache-store-value", own=NOTHING)
class CacheStoreValue:
    """Stores a value for `duration` seconds (cache-store-value-policy.md).

    API Management stores asynchronously, so there a lookup right after it may miss; here it hits.
    """

    key: Value[str] = attribute(to=NOWHERE)
    value: Value[object] = attribute(to=cache("key"))
    duration: Value[int] = attribute(to=NOWHERE, minimum=1)
    caching_type: CachingType = "prefer-external"

    async def run(self, context: Context) -> None:
        key, value = await self.key.get(context), await self.value.get(context)
        duration = await self.duration.get(context)
        await context.store.set(key, value, duration)
        if context.trace:
            context.trace.note("{} is cached for {} s: {}", key, duration, value)
