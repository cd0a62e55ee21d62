"""Azure's content filter: its verdicts in the answers, and the phrase that makes it refuse a prompt.

The categories and their fields are those of the specification of api-version 2024-10-21.
"""

from collections.abc import Iterable

from mockbackends.azure_errors import ContentFilteredError

PHRASE = "trigger the content filter"  # in a prompt, in any case; every route of Azure refuses it

_SAFE = {"filtered": False, "severity": "safe"}
_NOT_DETECTED = {"filtered": False, "detected": False}
RESULTS = {"hate": _SAFE, "self_harm": _SAFE, "sexual": _SAFE, "violence": _SAFE}
PROMPT_RESULTS = RESULTS | {"jailbreak": _NOT_DETECTED}


def prompt_filter_results(prompts: int = 1) -> list[dict[str, object]]:
    """The verdict on each prompt of a request."""
    return [{"prompt_index": index, "content_filter_results": PROMPT_RESULTS} for index in range(prompts)]


def check_prompt(texts: Iterable[str]) -> None:
    """Raise ContentFilteredError for a prompt that has the phrase in it."""
    if any(PHRASE in text.lower() for text in texts):
        raise ContentFilteredError
