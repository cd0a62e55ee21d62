"""An index of who listens to which hook, in place of mitmproxy's walk over all addons at each hook.

mitmproxy asks each of its 36 addons at each hook whether it has a method of that name, in a context manager. It does so
eight times a request, which is half of what one costs. Here the answer is kept until an addon comes or goes, or may
have arranged its children anew. What is called stays the same, in the same order, with the same handling of errors.

Written for mitmproxy 12 (mitmproxy/addonmanager.py). docs/performance.md tells what it is worth.
"""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from mitmproxy import exceptions, hooks
from mitmproxy.addonmanager import AddonManager, logger
from mitmproxy.flow import Flow
from mitmproxy.master import Master

type Functions = Sequence[Callable[..., Any]]
"""What a hook calls of one addon of the chain and its children."""

type Dispatch = Generator[Awaitable[object], None, None]
"""Calls addons until one of them wants to be waited for: what to wait for; then goes on."""

type Errors = tuple[type[Exception], ...]

TO_CALLER: Errors = (exceptions.OptionsError,)
"""What mitmproxy raises to whoever triggers a hook."""

UPDATE = hooks.UpdateHook([])
"""An update of no flow, to ask who listens to updates."""

FIELDS: dict[type[hooks.Hook], Sequence[str]] = {}
"""The names of each kind's arguments."""


class IndexedAddonManager(AddonManager):
    """mitmproxy's addon manager, which remembers who listens to a hook.

    One thing differs: an addon that gets its method for a hook after the first such hook is not noticed.
    """

    index: dict[str, Sequence[tuple[int, Functions]]]
    """By the name of a hook: the places in the chain of those who listen to it, and what it calls of them."""

    # ---- the index -------------------------------------------------------------------------------------------

    def listeners(self, event: hooks.Hook) -> Sequence[tuple[int, Functions]]:
        known = self.index.get(event.name)
        if known is None:
            asked = ((place, self.functions(addon, event)) for place, addon in enumerate(self.chain))
            known = self.index[event.name] = [(place, functions) for place, functions in asked if functions]
        return known

    def functions(self, addon: object, event: hooks.Hook) -> Functions:
        """Ask an addon and its children. An attribute that is no method fails whenever it is called."""
        found: list[Callable[..., Any]] = []
        try:
            for _, function in self._iter_hooks(addon, event):
                found.append(function)
        except exceptions.AddonManagerError as error:
            found.append(partial(fail, str(error)))
        return found

    def forget(self) -> None:
        """Begin another index; a dispatch under way notices that it is another."""
        self.index = {}

    def register(self, addon: object) -> object:
        registered = AddonManager.register(self, addon)
        self.forget()
        return registered

    def add(self, *addons: object) -> None:
        AddonManager.add(self, *addons)
        self.forget()  # they were in the chain only after they had been registered

    def remove(self, addon: object) -> None:
        AddonManager.remove(self, addon)
        self.forget()

    def clear(self) -> None:
        AddonManager.clear(self)
        self.forget()

    def trigger(self, event: hooks.Hook) -> None:
        AddonManager.trigger(self, event)
        if isinstance(event, hooks.ConfigureHook):
            self.forget()  # mitmproxy's script loader keeps its scripts in the order of their option

    # ---- dispatch --------------------------------------------------------------------------------------------

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        await finish(self.lifecycle(event))

    async def trigger_event(self, event: hooks.Hook) -> None:
        await finish(self.dispatch(event))

    def lifecycle(self, event: hooks.Hook, to_caller: Errors = TO_CALLER) -> Dispatch:
        """Call all who listen, then those who want to know that the event's flow may have changed."""
        yield from self.dispatch(event, to_caller)
        message = arguments_of(event)[0]
        if isinstance(message, Flow) and self.listeners(UPDATE):
            yield from self.dispatch(hooks.UpdateHook([message]), to_caller)

    def dispatch(self, event: hooks.Hook, to_caller: Errors = TO_CALLER) -> Dispatch:
        """Call all who listen. The errors `to_caller` are raised, all others logged."""
        arguments = arguments_of(event)
        for functions in self.addressees(event):
            try:
                for function in functions:
                    result = function(*arguments)
                    if result is not None and inspect.isawaitable(result):
                        yield result
            except exceptions.AddonHalt:
                return
            except to_caller:
                raise
            except Exception as error:  # noqa: BLE001  # as mitmproxy does: the other addons are called all the same
                log_addon_error(error)

    def addressees(self, event: hooks.Hook) -> Iterator[Functions]:
        """What to call, addon for addon. If some come or go meanwhile, the rest of the chain is asked as it is then."""
        chain, index = self.chain, self.index
        for place, functions in self.listeners(event):
            yield functions
            if self.index is not index:
                yield from (self.functions(addon, event) for addon in islice(chain, place + 1, None))
                return


def arguments_of(event: hooks.Hook) -> list[Any]:
    """As `Hook.args`, which asks the dataclass for its fields each time."""
    kind = type(event)
    if kind not in FIELDS:
        FIELDS[kind] = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]  # each hook is one
    return [getattr(event, name) for name in FIELDS[kind]]


def fail(message: str, *_: object) -> None:
    raise exceptions.AddonManagerError(message)


async def finish(dispatch: Dispatch, awaited: Awaitable[object] | None = None) -> None:
    """Wait for what the addons want to be waited for: for this first, if the dispatch has come so far."""
    try:
        awaited = awaited or next(dispatch)
        while True:
            try:
                await awaited
            except BaseException as error:  # noqa: BLE001  # the dispatch knows what to do with it
                awaited = dispatch.throw(error)
            else:
                awaited = next(dispatch)
    except StopIteration:
        return


def log_addon_error(error: Exception) -> None:
    """Log it as mitmproxy does, with a traceback that begins in the addon."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    logger.error(f"Addon error: {error}", exc_info=(type(error), error, trace))


def install(master: Master) -> None:
    """Let a running mitmproxy have the index. Its manager stays the same object: others hold it already."""
    manager: Any = master.addons
    manager.__class__ = IndexedAddonManager
    manager.forget()
