"""The gateway in force: read by the options, read again when a file changes, replaced while a lesson runs."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from mitmproxy import ctx
from mitmproxy.log import ALERT
from mitmproxy.proxy.mode_specs import RegularMode, ReverseMode

from apim_lab.aside import FILES
from apim_lab.clock import Clock
from apim_lab.errors import DocumentError
from apim_lab.livepage.addresses import url_of
from apim_lab.livepage.watched_store import WatchedStore
from apim_lab.proxy.options import limits_of
from apim_lab.service.configuration import Overrides, load_gateway, parse_pairs
from apim_lab.service.gateway import Gateway
from apim_lab.stores.memory import Store, open_store

RELOAD_INTERVAL = 1.0
"""Seconds between two looks at the files of the configuration."""

logger = logging.getLogger("apim")


@dataclass(frozen=True)
class Source:
    """What a gateway is made from: a configuration file, what wins over it, and where the gateway keeps its state."""

    config: Path
    overrides: Overrides
    store: Store
    clock: Clock


@dataclass(frozen=True)
class Reading:
    """What came of a source: the gateway, or the mistake in it.

    `seen` are the files with the times of their last changes before the reading, so that none during it is lost. None:
    the mistake is in no file.
    """

    outcome: Gateway | ValueError
    seen: Mapping[Path, int] | None = None


class GatewayInForce:
    """The `gateway` in force, None while there is no valid configuration, with its clock and its store."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self.clock = Clock()
        self.store: Store = open_store("memory://", self.clock)
        self._seen: Mapping[Path, int] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._lesson: tuple[Path, Mapping[str, str]] | None = None  # its policy and its named values
        self._before: Gateway | None = None  # the gateway in force before a lesson began

    # ---- by the options and the files ------------------------------------------------------------------------

    def configure(self, updated: set[str]) -> None:
        """Put the options in force, of which these have changed; raise ValueError for a mistake in them or a file."""
        if "apim_store" in updated:
            self.store = self._new_store()
        if any(name.startswith("apim_") for name in updated):
            self._take(read(self._source(), self._seen))

    def open(self) -> None:
        """Watch the files from now on."""
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    def close(self) -> None:
        """Stop watching the files."""
        if self._watcher:
            self._watcher.cancel()

    def _new_store(self) -> Store:
        store = open_store(ctx.options.apim_store, self.clock)
        return WatchedStore(store) if ctx.options.apim_page else store

    def _source(self) -> Source:
        options = ctx.options
        policy, named_values = self._lesson or (
            Path(options.apim_policy).expanduser() if options.apim_policy else None,
            parse_pairs(options.apim_named_values, "name=value in apim_named_values"),
        )
        backends = parse_pairs(options.apim_backends, "id=url in apim_backends")
        overrides = Overrides(policy, backends, named_values, limits_of(options), options.apim_allow_list == "enforce")
        return Source(Path(options.apim_config).expanduser(), overrides, self.store, self.clock)

    def _take(self, reading: Reading) -> None:
        """Put the gateway in force; raise the ValueError if it has a mistake. Watch its files from now on."""
        if reading.seen is not None:
            self._seen = reading.seen
        if isinstance(reading.outcome, ValueError):
            raise reading.outcome
        self.gateway = reading.outcome
        for warning in self.gateway.warnings():
            logger.warning("%s", warning)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(RELOAD_INTERVAL)
            if modification_times(self._seen) != self._seen and await self._read_again():
                logger.log(ALERT, "the configuration was read again")

    async def _read_again(self) -> bool:
        """Put the files in force as they are now. If they have a mistake, log it, change nothing, return False."""
        try:
            return await self._read_aside()
        except ValueError as error:
            logger.error("%s\nThe configuration before this change stays in force.", error)
            return False

    async def _read_aside(self) -> bool:
        """Read the files while calls go on; False if another source was put in force meanwhile. Raise ValueError."""
        source = self._source()
        reading = await FILES.run(partial(read, source, self._seen))
        if source != self._source():
            return False
        self._take(reading)
        return True

    # ---- for the live page -----------------------------------------------------------------------------------

    def url(self) -> str:
        """The URL that takes calls; raise ValueError if the gateway listens neither in regular nor in reverse mode."""
        for server in ctx.master.addons.get("proxyserver").servers:
            if isinstance(server.mode, (RegularMode, ReverseMode)) and server.listen_addrs:
                host, port, *_ = server.listen_addrs[0]
                return url_of(host, port)
        raise ValueError("the gateway does not listen in regular or reverse mode")

    async def begin(self, policy: Path, named_values: Mapping[str, str]) -> None:
        """Put another policy in force, with an empty store; raise ValueError if it has a mistake."""
        if not self._lesson:
            self._before = self.gateway
        self._lesson = policy, named_values
        self.store = self._new_store()
        await self._read_aside()

    async def restore(self) -> None:
        """Put options and files in force again; if they have a mistake now, the gateway from before the lesson."""
        if self._lesson:
            self._lesson = None
            self.store = self._new_store()
            self.gateway = self._before and replace(self._before, store=self.store)
            await self._read_again()


def read(source: Source, seen: Iterable[Path]) -> Reading:
    """Read and check all files of a source; `seen` are those that were read the last time."""
    before = modification_times({source.config, *seen})
    try:
        gateway = load_gateway(source.config, source.overrides, source.store, source.clock)
    except DocumentError as error:
        return Reading(error, times_from(before, (source.config, Path(error.path))))
    except ValueError as error:
        return Reading(error)
    return Reading(gateway, times_from(before, gateway.files))


def times_from(before: Mapping[Path, int], files: Iterable[Path]) -> dict[Path, int]:
    """The times of these files' last changes as they were before; as they are now, where it is not known."""
    return {file: before.get(file, now) for file, now in modification_times(files).items()}


def modification_times(files: Iterable[Path]) -> dict[Path, int]:
    """The time of each file's last change, in nanoseconds; 0 if the file does not exist."""
    return {file: modification_time(file) for file in files}


def modification_time(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
