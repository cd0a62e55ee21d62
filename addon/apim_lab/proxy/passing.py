"""What no policy governs passes piece by piece, in both directions, unless another addon needs it whole.

mitmproxy streams a body if `stream` of its message says so when the head is there. A request is then sent before the
hook `request`, an answer before the hook `response`: an addon that acts there would come too late. So mitmproxy's own
addons are asked for by their options, others by their hooks, and for each message anew, as both may change. What an
addon has set as `stream` itself stays.

Bodies that an addon only looks at when they are complete, as `-w` does, pass all the same and are kept for it.
"""

from typing import Any, Literal

from mitmproxy import ctx, http
from mitmproxy.addonmanager import traverse
from mitmproxy.addons import asgiapp

ACTING = {
    "request": (
        "anticache",
        "anticomp",
        "block_list",
        "intercept",
        "map_local",
        "map_remote",
        "modify_body",
        "server_replay",
        "stickyauth",
        "stickycookie",
    ),
    "response": ("intercept", "modify_body"),
}
"""The options that let an addon of mitmproxy act in a hook, on the message or in its place."""

RECORDING = ("save_stream_file", "hardump", "dumper_filter")
"""The options that let an addon of mitmproxy look at complete bodies."""

DETAIL_WITH_BODIES = 3
"""The first `flow_detail` at which mitmdump shows bodies."""


class Kept:
    """Passes on the pieces of a body as they come, and keeps them."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def __call__(self, piece: bytes) -> bytes:
        self.pieces.append(piece)
        return piece


def stream(message: http.Message, hook: Literal["request", "response"]) -> None:
    """Stream the message, whose head is there, unless an addon acts on it in this hook."""
    if not message.stream and not is_needed_whole(hook):
        message.stream = Kept() if is_recorded() else True


def complete(message: http.Message) -> None:
    """Give the message the body that was kept, once it has ended."""
    if isinstance(message.stream, Kept) and message.raw_content is None:
        message.raw_content = b"".join(message.stream.pieces)


def is_needed_whole(hook: Literal["request", "response"]) -> bool:
    return any(map(option, ACTING[hook])) or any(
        callable(getattr(addon, hook, None)) and not is_known(addon) for addon in traverse(ctx.master.addons.chain)
    )


def is_known(addon: object) -> bool:
    """Whether the addon is mitmproxy's or the gateway's own, and not a web application that a user serves with it."""
    module = type(addon).__module__
    return module.startswith(("mitmproxy.", "apim_lab.")) and module != asgiapp.__name__


def is_recorded() -> bool:
    """Whether an addon shows or records complete bodies: mitmweb and mitmproxy always have one."""
    return (
        ctx.master.addons.get("view") is not None
        or any(map(option, RECORDING))
        or (option("flow_detail") or 0) >= DETAIL_WITH_BODIES
    )


def option(name: str) -> Any:
    """The value of an option; None if no addon has it, as mitmdump has no `intercept`."""
    return getattr(ctx.options, name, None)
