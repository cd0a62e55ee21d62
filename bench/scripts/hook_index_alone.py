"""A mitmproxy script: the gateway's index of hooks, and nothing else of the gateway."""

from mitmproxy import ctx

from apim_lab.proxy import hook_index


def load(_: object) -> None:
    hook_index.install(ctx.master)
