"""Legacy completions, which continue a prompt: whole, or as the chunks of a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

from mockbackends import content_filter
from mockbackends.body import BOOLEAN, STRING, Fields, array, check, integer, invalid_value, read_object
from mockbackends.generation import (
    Generated,
    alternatives,
    generate,
    identifier,
    logprob,
    reply,
    room,
    tokens,
)
from mockbackends.operations.chat import prompt_filter_chunk, stop_sequences, usage
from mockbackends.operations.operation import (
    DONE,
    Answer,
    Event,
    Incoming,
    Stream,
    chunk_event,
    json_answer,
)
from mockbackends.operations.prompts import Prompt, count_tokens, estimate_prompts, prompts_field, read_prompts
from mockbackends.operations.sampling import COMPLETION_SAMPLING, MAX_TOKEN_LIMIT

_DEFAULT_TOKEN_LIMIT = 16  # of a request without max_tokens
_MAX_CHOICES = 2048  # of all prompts together

_FIELDS: Fields = COMPLETION_SAMPLING | {
    "prompt": prompts_field(STRING, array(integer(0), "an array of integers", 1), 2048),
    "max_tokens": integer(0, MAX_TOKEN_LIMIT),
    "best_of": integer(0, 20),
    "echo": BOOLEAN,
    "logprobs": integer(0, 5),
    "suffix": STRING,
}


@dataclass(frozen=True)
class CompletionRequest:
    """A request. `limit` is the most tokens of each choice, `best_of` the number of choices to try for one."""

    model: str
    prompts: tuple[Prompt, ...]
    limit: int = _DEFAULT_TOKEN_LIMIT
    choices: int = 1
    best_of: int = 1
    stream: bool = False
    include_usage: bool = False
    echo: bool = False
    logprobs: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None

    @classmethod
    def parse(cls, incoming: Incoming) -> "CompletionRequest":
        """Read a request; raise BadRequestError."""
        body = read_object(incoming.data)
        check(body, _FIELDS)
        model = incoming.model(body)
        prompts = read_prompts("prompt", body.get("prompt") or "")
        incoming.check_prompt(*(prompt for prompt in prompts if isinstance(prompt, str)))
        choices = body.get("n") or 1
        if choices * len(prompts) > _MAX_CHOICES:
            raise invalid_value("n", f"at most {_MAX_CHOICES} choices over all prompts")
        return cls(
            model=model,
            prompts=prompts,
            limit=_DEFAULT_TOKEN_LIMIT if body.get("max_tokens") is None else body["max_tokens"],
            choices=choices,
            best_of=_best_of(body, choices),
            stream=body.get("stream") is True,
            include_usage=(body.get("stream_options") or {}).get("include_usage") is True,
            echo=body.get("echo") is True,
            logprobs=body.get("logprobs"),
            stop=stop_sequences(body),
            seed=body.get("seed"),
        )

    @property
    def prompt_tokens(self) -> int:
        """The estimate of all prompts."""
        return estimate_prompts(self.prompts)

    @property
    def max_tokens(self) -> int:
        """The limit, once for each choice to try."""
        return self.limit * max(self.choices, self.best_of) * len(self.prompts)

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return a `text_completion`, or its chunks."""
        completion = TextCompletion(self, identifier("cmpl-", backend, self), created, backend, azure)
        return Stream(completion.events()) if self.stream else json_answer(completion.whole())


def _best_of(body: dict[str, Any], choices: int) -> int:
    best_of = body.get("best_of") or 1
    if body.get("best_of") and best_of < choices:
        raise invalid_value("best_of", "at least 'n'")
    if best_of > 1 and body.get("stream"):
        raise invalid_value("best_of", "1 in a stream")
    return int(best_of)


@dataclass(frozen=True)
class TextCompletion:
    """The answer to a request. `created` is in seconds since 1970; `azure` adds content filter results."""

    request: CompletionRequest
    id: str
    created: int
    backend: str
    azure: bool

    def whole(self) -> dict[str, Any]:
        """Return the whole answer; the choices of the first prompt go first."""
        made = list(self._generate_choices())
        choices = [self._choice(index, each.tokens, each.finish_reason) for index, each in enumerate(made)]
        body = self._head() | {"choices": choices, "usage": self._usage(made)}
        return body | ({"prompt_filter_results": self._prompt_filter_results()} if self.azure else {})

    def events(self) -> Iterator[Event]:
        """Yield a chunk for each token; on Azure's routes, first a chunk with the prompts' filter results."""
        shown: dict[str, Any] = {"usage": None} if self.request.include_usage else {}
        made = list(self._generate_choices())
        if self.azure:
            yield chunk_event(prompt_filter_chunk(len(self.request.prompts)))
        for index, each in enumerate(made):
            for token in each.tokens:
                yield chunk_event(self._head() | {"choices": [self._choice(index, (token,), None)]} | shown, paced=True)
            yield chunk_event(self._head() | {"choices": [self._choice(index, (), each.finish_reason)]} | shown)
        if self.request.include_usage:
            yield chunk_event(self._head() | {"choices": [], "usage": self._usage(made)})
        yield Event(DONE)

    def _generate_choices(self) -> Iterator[Generated]:
        request = self.request
        choices = request.choices * len(request.prompts)
        for prompt in request.prompts:
            question = prompt if isinstance(prompt, str) else f"{len(prompt)} tokens"
            for index in range(request.choices):
                answer = reply(self.backend, question, index)
                new = generate(answer, request.stop, request.limit, choices, azure=self.azure)
                echoed = tokens(question)[: room(choices)] if request.echo and isinstance(prompt, str) else ()
                yield Generated(echoed + new.tokens, new.finish_reason)

    def _choice(self, index: int, shown: tuple[str, ...], finish_reason: str | None) -> dict[str, Any]:
        choice = {
            "text": "".join(shown),
            "index": index,
            "logprobs": self._logprobs(shown),
            "finish_reason": finish_reason,
        }
        return choice | (content_filter.results(finish_reason) if self.azure else {})

    def _logprobs(self, shown: tuple[str, ...]) -> dict[str, Any] | None:
        if self.request.logprobs is None:
            return None
        return {
            "tokens": list(shown),
            "token_logprobs": [logprob(token) for token in shown],
            "top_logprobs": [dict(alternatives(token, self.request.logprobs)) for token in shown],
            "text_offset": list(accumulate(chain([0], map(len, shown[:-1])))) if shown else [],
        }

    def _prompt_filter_results(self) -> list[dict[str, object]]:
        return content_filter.prompt_filter_results(len(self.request.prompts))

    def _usage(self, made: list[Generated]) -> dict[str, Any]:
        return usage(count_tokens(self.request.prompts), sum(len(each.tokens) for each in made))

    def _head(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "text_completion",
            "created": self.created,
            "model": self.request.model,
            "system_fingerprint": "fp_mock",
        }
