"""Azure's content filter: its results in the answers, and the phrases by which it refuses a prompt or ends an answer.

The categories and their fields are those of the specification of api-version 2024-10-21.
"""

import re
from collections.abc import Iterable

from mockbackends.azure_errors import ContentFilteredError

PROMPT_PHRASE = "trigger the content filter"  # in a prompt, in upper or lower case: every route of Azure refuses it
FINISH_REASON = "content_filter"  # of an answer that the filter ended

_ANSWER_PHRASE = re.compile("trigger the output filter", re.IGNORECASE)  # on Azure's routes an answer ends before it

_SAFE = {"filtered": False, "severity": "safe"}
_NOT_DETECTED = {"filtered": False, "detected": False}
SAFE_RESULTS = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}
FILTERED_RESULTS = SAFE_RESULTS | {"violence": {"filtered": True, "severity": "medium"}}
PROMPT_RESULTS = SAFE_RESULTS | {"jailbreak": _NOT_DETECTED}


def prompt_filter_results(prompts: int = 1) -> list[dict[str, object]]:
    """Return the results for each prompt of a request."""
    return [{"prompt_index": index, "content_filter_results": PROMPT_RESULTS} for index in range(prompts)]


def check_prompt(texts: Iterable[str]) -> None:
    """Raise ContentFilteredError if a text has the phrase for prompts."""
    if any(PROMPT_PHRASE in text.lower() for text in texts):
        raise ContentFilteredError


def cut_at(answer: str) -> int | None:
    """Return the index of the phrase for answers, before which the filter ends the answer; None without the phrase."""
    found = _ANSWER_PHRASE.search(answer)
    return found.start() if found else None


def results(finish_reason: str | None) -> dict[str, object]:
    """Return the results for an answer, or a part of it, with this finish reason."""
    return {"content_filter_results": FILTERED_RESULTS if finish_reason == FINISH_REASON else SAFE_RESULTS}
