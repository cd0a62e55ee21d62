"""The file that `mitmdump -s` loads."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def script() -> Path:
    """The addon's file: inside an installed package, in a checkout beside the package."""
    installed = _PACKAGE / "script" / "balancer.py"
    return installed if installed.exists() else _PACKAGE.parent / "balancer.py"
