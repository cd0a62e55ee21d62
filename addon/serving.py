"""What the gateway serves: read as the options say, read again when a file changes, exchanged while a lesson runs."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from mitmproxy import ctx, exceptions
from mitmproxy.log import ALERT
from mitmproxy.proxy.mode_specs import RegularMode, ReverseMode

from apim.clock import Clock
from apim.config import Overrides, load_gateway, parse_pairs
from apim.errors import DocumentError
from apim.gateway import Gateway
from apim.store import Store, open_store
from apim.watched_store import WatchedStore
from livepage.addresses import url_of

RELOAD_INTERVAL = 1.0
"""Seconds between two looks at the files of the configuration."""

logger = logging.getLogger("apim")


class Serving:
    """The gateway in force, None while there is no valid configuration, with its clock and its store."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None
        self.clock = Clock()
        self.store: Store = open_store("memory://", self.clock)
        self._seen: dict[Path, int] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._at_start: tuple[str, list[str]] | None = None

    # ---- by the options and the files ------------------------------------------------------------------------

    def configure(self, updated: set[str]) -> None:
        """Serve by the options, of which these have changed; raise ValueError for what is wrong with them."""
        if "apim_store" in updated:
            self.store = self._new_store()
        if any(name.startswith("apim_") for name in updated):
            self.gateway = self._read()

    def open(self) -> None:
        """Look for changes of the files from now on."""
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    def close(self) -> None:
        """Look no more."""
        if self._watcher:
            self._watcher.cancel()

    def _new_store(self) -> Store:
        store = open_store(ctx.options.apim_store, self.clock)
        return WatchedStore(store) if ctx.options.apim_page else store

    def _read(self) -> Gateway:
        options = ctx.options
        config = Path(options.apim_config).expanduser()
        before = modified_at({config, *self._seen})
        overrides = Overrides(
            policy=Path(options.apim_policy).expanduser() if options.apim_policy else None,
            backends=parse_pairs(options.apim_backends, "id=url in apim_backends"),
            named_values=parse_pairs(options.apim_named_values, "name=value in apim_named_values"),
        )
        try:
            gateway = load_gateway(config, overrides, self.store, self.clock)
        except DocumentError as error:
            self._watch_for(before, (config, Path(error.path)))
            raise
        self._watch_for(before, gateway.files)
        return gateway

    def _watch_for(self, before: Mapping[Path, int], files: Iterable[Path]) -> None:
        """Look for changes of these files: since before the reading, so that one during it is not lost."""
        now = modified_at(files)
        self._seen = {file: before.get(file, now[file]) for file in now}

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(RELOAD_INTERVAL)
            if modified_at(self._seen) != self._seen:
                self._read_again()

    def _read_again(self) -> None:
        try:
            self.gateway = self._read()
            logger.log(ALERT, "the configuration was read again")
        except ValueError as error:
            logger.error("%s\nThe configuration before this change stays in force.", error)

    # ---- for the live page -----------------------------------------------------------------------------------

    def url(self) -> str:
        """Where the gateway takes calls; raise ValueError if it does not listen for a client's own requests."""
        for server in ctx.master.addons.get("proxyserver").servers:
            if isinstance(server.mode, (RegularMode, ReverseMode)) and server.listen_addrs:
                host, port, *_ = server.listen_addrs[0]
                return url_of(host, port)
        raise ValueError("the gateway does not listen in regular or reverse mode")

    def begin(self, policy: Path, named_values: Mapping[str, str]) -> None:
        """Serve by another policy, with nothing counted or cached; raise ValueError if that is not possible."""
        self._at_start = self._at_start or (ctx.options.apim_policy, list(ctx.options.apim_named_values))
        self._serve_by(str(policy), [f"{name}={value}" for name, value in named_values.items()])

    def restore(self) -> None:
        """Serve again as at the start."""
        if self._at_start:
            self._serve_by(*self._at_start)
            self._at_start = None

    def _serve_by(self, policy: str, named_values: list[str]) -> None:
        self.store = self._new_store()
        try:
            ctx.options.update(apim_policy=policy, apim_named_values=named_values)
        except exceptions.OptionsError as error:
            raise ValueError(str(error)) from error


def modified_at(files: Iterable[Path]) -> dict[Path, int]:
    """When each file was changed last, in nanoseconds; 0 where it is not there."""
    return {file: file.stat().st_mtime_ns if file.exists() else 0 for file in files}
