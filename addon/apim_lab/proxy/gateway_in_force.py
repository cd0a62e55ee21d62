"""The gateway in force: read by the options, read again when a file changes, replaced while a lesson runs."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mitmproxy import ctx
from mitmproxy.log import ALERT
from mitmproxy.proxy.mode_specs import RegularMode, ReverseMode

from apim_lab.clock import Clock
from apim_lab.errors import DocumentError
from apim_lab.livepage.addresses import url_of
from apim_lab.livepage.watched_store import WatchedStore
from apim_lab.service.configuration import Overrides, load_gateway, parse_pairs
from apim_lab.service.gateway import Gateway
from apim_lab.stores.memory import Store, open_store

RELOAD_INTERVAL = 1.0
"""Seconds between two looks at the files of the configuration."""

logger = logging.getLogger("apim")


class GatewayInForce:
    """The `gateway` in force, None while there is no valid configuration, with its clock and its store."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self.clock = Clock()
        self.store: Store = open_store("memory://", self.clock)
        self._seen: dict[Path, int] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._lesson: tuple[Path, Mapping[str, str]] | None = None  # its policy and its named values
        self._before: Gateway | None = None  # the gateway in force before a lesson began

    # ---- by the options and the files ------------------------------------------------------------------------

    def configure(self, updated: set[str]) -> None:
        """Put the options in force, of which these have changed; raise ValueError for a mistake in them or a file."""
        if "apim_store" in updated:
            self.store = self._new_store()
        if any(name.startswith("apim_") for name in updated):
            self.gateway = self._read()

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

    def _read(self) -> Gateway:
        options = ctx.options
        config = Path(options.apim_config).expanduser()
        before = modification_times({config, *self._seen})
        policy, named_values = self._lesson or (
            Path(options.apim_policy).expanduser() if options.apim_policy else None,
            parse_pairs(options.apim_named_values, "name=value in apim_named_values"),
        )
        overrides = Overrides(policy, parse_pairs(options.apim_backends, "id=url in apim_backends"), named_values)
        try:
            gateway = load_gateway(config, overrides, self.store, self.clock)
        except DocumentError as error:
            self._watch_for(before, (config, Path(error.path)))
            raise
        self._watch_for(before, gateway.files)
        return gateway

    def _watch_for(self, before: Mapping[Path, int], files: Iterable[Path]) -> None:
        """Watch these files. Changes count from before the reading, so that none during it is lost."""
        now = modification_times(files)
        self._seen = {file: before.get(file, now[file]) for file in now}

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(RELOAD_INTERVAL)
            if modification_times(self._seen) != self._seen and self._read_again():
                logger.log(ALERT, "the configuration was read again")

    def _read_again(self) -> bool:
        """Put the files in force as they are now. If they have a mistake, log it, change nothing, return False."""
        try:
            self.gateway = self._read()
        except ValueError as error:
            logger.error("%s\nThe configuration before this change stays in force.", error)
            return False
        return True

    # ---- for the live page -----------------------------------------------------------------------------------

    def url(self) -> str:
        """The URL that takes calls; raise ValueError if the gateway listens neither in regular nor in reverse mode."""
        for server in ctx.master.addons.get("proxyserver").servers:
            if isinstance(server.mode, (RegularMode, ReverseMode)) and server.listen_addrs:
                host, port, *_ = server.listen_addrs[0]
                return url_of(host, port)
        raise ValueError("the gateway does not listen in regular or reverse mode")

    def begin(self, policy: Path, named_values: Mapping[str, str]) -> None:
        """Put another policy in force, with an empty store; raise ValueError if it has a mistake."""
        if not self._lesson:
            self._before = self.gateway
        self._lesson = policy, named_values
        self.store = self._new_store()
        self.gateway = self._read()

    def restore(self) -> None:
        """Put options and files in force again; if they have a mistake now, the gateway from before the lesson."""
        if self._lesson:
            self._lesson = None
            self.store = self._new_store()
            self.gateway = self._before and replace(self._before, store=self.store)
            self._read_again()


def modification_times(files: Iterable[Path]) -> dict[Path, int]:
    """The time of each file's last change, in nanoseconds; 0 if the file does not exist."""
    return {file: file.stat().st_mtime_ns if file.exists() else 0 for file in files}
