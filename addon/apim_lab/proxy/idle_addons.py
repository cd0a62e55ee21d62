"""mitmproxy's own addons that have nothing to do unless an option says so.

For each request mitmproxy calls four hooks of 36 addons, which takes nearly half of its time. The gateway removes
those below whose options are at their defaults (docs/performance.md).
"""

from typing import Any

WORK_FOR = {
    "anticache": ("anticache",),
    "anticomp": ("anticomp",),
    "blocklist": ("block_list",),
    "browser": (),
    "commandhistory": (),
    "comment": (),
    "cut": (),
    "export": (),
    "maplocal": ("map_local",),
    "mapremote": ("map_remote",),
    "modifybody": ("modify_body",),
    "modifyheaders": ("modify_headers",),
    "proxyauth": ("proxyauth",),
    "save": ("save_stream_file",),
    "savehar": ("hardump",),
    "serverplayback": ("server_replay",),
    "stickyauth": ("stickyauth",),
    "stickycookie": ("stickycookie",),
    "upstreamauth": ("upstream_auth",),
}
"""The addon's name, and the options that give it work; an addon without such an option only has commands."""


def remove(master: Any) -> None:
    """Remove the idle addons from a running mitmdump."""
    for name, options in WORK_FOR.items():
        addon = master.addons.get(name)
        if addon and not any(master.options.has_changed(option) for option in options):
            master.addons.remove(addon)
