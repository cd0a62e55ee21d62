"""Finds matches by the package `regex`, which can be stopped: a pattern may take very long for a short text.

The package lets other threads go on while it searches. In the event loop a search that takes longer than an expression
may ends there, and the expression begins anew in a thread of its own, if it can be repeated.
"""

from functools import lru_cache

import regex

from apim_lab.csharp.runtime.budget import in_force
from apim_lab.csharp.runtime.memory import afford
from apim_lab.dotnet.regular_expressions.errors import RegexMatchTimeoutException
from apim_lab.dotnet.regular_expressions.groups import Groups
from apim_lab.dotnet.regular_expressions.regex_options import RIGHT_TO_LEFT
from apim_lab.dotnet.regular_expressions.translation import Translation, translate

type Found = regex.Match[str]

LONGEST_SEARCH = 1.0
"""Seconds of processor time that one search may take; .NET has no limit unless the pattern brings one."""

# Of what `regex` keeps for each character while it goes through repeated groups
_BYTES_PER_CHARACTER = 128
# What looks at the characters behind it
_LOOKING_RIGHT = ("$", "(?=", "(?!", "\\Z")
_CACHED, _LONGEST_CACHED = 128, 2_000


class Engine:
    """A pattern that is ready to be searched for, from the left or the right."""

    def __init__(self, pattern: str, options: int) -> None:
        translation: Translation = translate(pattern, options)
        self.is_right_to_left = bool(options & RIGHT_TO_LEFT)
        self.groups: Groups = translation.groups
        self._bytes_per_character = _BYTES_PER_CHARACTER if translation.repeats_groups else 1
        flags = regex.V1 | (regex.REVERSE if self.is_right_to_left else 0)
        self._compiled = regex.compile(translation.text, flags, cache_pattern=False)
        self._looks_right = any(sign in translation.text for sign in _LOOKING_RIGHT)
        # `\G` matches where the match before has ended: not where a search begins that goes on behind an empty one
        self._further = self._compiled
        if "\\G" in translation.text:
            self._further = regex.compile(translation.text.replace("\\G", "(?!)"), flags, cache_pattern=False)

    def search(self, text: str, start: int, seconds: float = LONGEST_SEARCH, *, further: bool = False) -> Found | None:
        """The next match from `start` on, which is a character `further` than where the one before has ended.

        Raises RegexMatchTimeoutException.
        """
        afford(len(text) * self._bytes_per_character)
        budget = in_force()
        allowed = min(seconds, LONGEST_SEARCH, budget.begin_call() if budget else LONGEST_SEARCH)
        try:
            return self._search(self._further if further else self._compiled, text, start, allowed)
        except TimeoutError:
            raise RegexMatchTimeoutException from None
        finally:
            if budget:
                budget.end_call()

    def _search(self, compiled: "regex.Pattern[str]", text: str, start: int, seconds: float) -> Found | None:
        if not self.is_right_to_left:
            return compiled.search(text, start, timeout=seconds)
        if not self._looks_right or start == len(text):
            return compiled.search(text, 0, start, timeout=seconds)
        # `regex` hides what is right of where it starts
        all_ = compiled.finditer(text, overlapped=True, timeout=seconds)
        return next((found for found in all_ if found.end() <= start), None)


def engine_for(pattern: str, options: int) -> Engine:
    """Raises what the pattern is wrong for."""
    return _cached(pattern, options) if len(pattern) <= _LONGEST_CACHED else Engine(pattern, options)


_cached = lru_cache(_CACHED)(Engine)
