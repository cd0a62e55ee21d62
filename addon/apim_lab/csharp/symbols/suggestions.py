"""What an author may have meant by a name that means nothing."""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60
"""Characters: a longer name is no slip, and comparing takes time."""
_NEAR = 0.75


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """ "Did you mean 'context'?" for the known name that is nearest to this one; "" if none is near."""
    found = nearest(name, known)
    return f"Did you mean '{found}'?" if found else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that differs in case only, or in a letter or two; "" if there is none."""
    spellings = {spelling.lower(): spelling for spelling in known if spelling != name}
    if len(name) > _LONGEST:
        return ""
    found = get_close_matches(name.lower(), spellings, n=1, cutoff=_NEAR)
    return spellings[found[0]] if found else ""
