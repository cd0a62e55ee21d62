"""Prompts of legacy completions and inputs of embeddings: a text, token ids, or an array of either."""

from collections.abc import Iterable
from typing import Any

from mockbackends.azure_errors import BadRequestError
from mockbackends.body import STRING, Check, array, either, integer
from mockbackends.generation import estimate, tokens

type Prompt = str | tuple[int, ...]  # a text, or token ids


def prompts_field(text: Check, token_ids: Check, most: int | None = None) -> Check:
    """Check for any text, or for an array of up to `most` texts, token ids or arrays of token ids."""
    item = either("a string, an integer or an array of integers", str=text, int=integer(0), list=token_ids)
    return either("a string or an array", str=STRING, list=array(item, low=1, high=most))


def read_prompts(place: str, value: Any) -> tuple[Prompt, ...]:
    """Return the prompts of a field that was checked; raise BadRequestError if its items are of several types."""
    if isinstance(value, str):
        return (value,)
    kinds = {type(item) for item in value}
    if len(kinds) > 1:
        raise BadRequestError(f"Invalid type for '{place}': its items are of one type.", place, "invalid_type")
    if kinds == {int}:
        return (tuple(value),)
    return tuple(item if isinstance(item, str) else tuple(item) for item in value)


def estimate_prompts(prompts: Iterable[Prompt]) -> int:
    """Estimate the tokens at admission: by the characters of texts, exactly for token ids."""
    every = list(prompts)
    ids = sum(len(prompt) for prompt in every if not isinstance(prompt, str))
    return ids + estimate(prompt for prompt in every if isinstance(prompt, str))


def count_tokens(prompts: Iterable[Prompt]) -> int:
    """Count the tokens for the usage in an answer."""
    return sum(len(tokens(prompt) if isinstance(prompt, str) else prompt) for prompt in prompts)
