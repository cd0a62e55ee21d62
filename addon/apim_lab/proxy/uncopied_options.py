"""Options that are read without copying what nobody can change.

mitmproxy copies an option whenever it is read, twice if it has its default, so that nobody changes it inadvertently. It
reads 17 a request. A number or a text needs no copy.

Written for mitmproxy 12 (mitmproxy/optmanager.py).
"""

import copy
from types import NoneType
from typing import Any

from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.optmanager import unset

UNCHANGEABLE = frozenset({bool, int, str, NoneType})


class UncopiedOptions(Options):
    """mitmproxy's options, whose lists alone are copied."""

    def __getattr__(self, name: str) -> Any:
        option = self._options.get(name)
        if option is None:
            raise AttributeError(f"No such option: {name}")
        value = option._default if option.value is unset else option.value
        return value if type(value) in UNCHANGEABLE else copy.copy(value)


def install(master: Master) -> None:
    """Let a running mitmproxy read its options so. They stay the same object: others hold it already."""
    object.__setattr__(master.options, "__class__", UncopiedOptions)  # theirs takes every attribute for an option
