"""How the Python that runs this was built: `python bench/python_build.py`, which bin/setup asks of each interpreter.

A CPython built with profile-guided optimisation (PGO) takes two thirds of the CPU of one without (docs/performance.md).
"""

import platform
import sys
import sysconfig

OLDEST = (3, 12)
"""The first version on which the project runs."""


def is_optimised(arguments: str) -> bool:
    """Whether CPython's configure, with these arguments, gave a build with PGO.

    Debian and Ubuntu use PGO without the argument, by a target of make: a distribution's own Python, in /usr, counts.
    """
    return "--enable-optimizations" in arguments or "'--prefix=/usr'" in arguments


def describe(arguments: str) -> str:
    """For example "Python 3.12.1, built with optimisation"."""
    with_or_without = "with" if is_optimised(arguments) else "without"
    return f"Python {platform.python_version()}, built {with_or_without} optimisation"


def this_build() -> str:
    """The description of the Python that runs."""
    return describe(sysconfig.get_config_var("CONFIG_ARGS") or "")


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(1)
    print(sys.executable)  # noqa: T201 - two lines for a shell
    print(this_build())  # noqa: T201
