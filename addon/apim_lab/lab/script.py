"""Where the file is that `mitmdump -s` loads."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def script() -> Path:
    """The addon's file: in an installed package inside of it, in a checkout beside it."""
    installed = _PACKAGE / "script" / "balancer.py"
    return installed if installed.exists() else _PACKAGE.parent / "balancer.py"
