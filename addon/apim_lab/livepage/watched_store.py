"""A store that remembers which limits and cached values were used last, for gauges that show them."""

from collections import OrderedDict
from dataclasses import dataclass, field

from apim_lab.stores.memory import Store, Window

MAX_REMEMBERED = 40
"""Limits, and as many cached values; the one that was unused for longest is forgotten first."""

type Limit = tuple[str, int, int]
"""Counter key, calls, and renewal period in seconds."""


@dataclass
class WatchedStore:
    """Passes everything on to `store`. `limits` and `values` are those used so far, the last one at the end."""

    store: Store
    limits: OrderedDict[Limit, None] = field(default_factory=OrderedDict)
    values: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def hit(self, key: str, calls: int, period: int, amount: int = 1) -> Window:
        remember(self.limits, (key, calls, period))
        return await self.store.hit(key, calls, period, amount)

    async def test(self, key: str, calls: int, period: int) -> Window:
        remember(self.limits, (key, calls, period))
        return await self.store.test(key, calls, period)

    async def record(self, key: str, period: int, amount: int) -> None:
        await self.store.record(key, period, amount)

    async def get(self, key: str, default: object = None) -> object:
        remember(self.values, key)
        return await self.store.get(key, default)

    async def set(self, key: str, value: object, seconds: int) -> None:
        remember(self.values, key)
        await self.store.set(key, value, seconds)

    async def remove(self, key: str) -> None:
        self.values.pop(key, None)
        await self.store.remove(key)

    async def close(self) -> None:
        await self.store.close()


def remember[Key](used: OrderedDict[Key, None], key: Key) -> None:
    """Put the key at the end."""
    used[key] = None
    used.move_to_end(key)
    if len(used) > MAX_REMEMBERED:
        used.popitem(last=False)
