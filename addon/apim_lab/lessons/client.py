"""A client of the gateway, with nothing but the standard library: chat completions, whole or streamed.

It never retries and never waits by itself, so that a lesson shows what the gateway does. Every call has a different
body, by whose hash the fleet's journal knows its attempts.
"""

import hashlib
import http.client
import itertools
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

CHAT_PATH = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
CALL_TIMEOUT = 60.0
"""Seconds that a call may take by the real clock, so that a lesson cannot hang."""


class UnreachableError(Exception):
    """The gateway did not answer."""


@dataclass(frozen=True)
class ChatAnswer:
    """The answer that a client got. `mark` is the SHA-256 of the call's body; names of headers are in lower case."""

    key: str
    mark: str
    status: int
    headers: Mapping[str, str]
    text: str = ""

    @property
    def backend(self) -> str:
        """The backend that answered; empty if the gateway did."""
        return self.headers.get("x-ms-region", "")

    @property
    def retry_after(self) -> int:
        """The Retry-After in seconds; 0 if there is none."""
        return int(self.headers.get("retry-after", "0"))


class Pending:
    """A call that is under way, in a thread of its own."""

    def __init__(self, call: "ChatCall") -> None:
        self.key, self.mark = call.key, call.mark
        self._call = call
        self._answer: ChatAnswer | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_answered(self) -> bool:
        """Whether the client has its answer."""
        return self._answer is not None

    def answer(self) -> ChatAnswer:
        """The answer, once it is there; raise UnreachableError."""
        self._thread.join(CALL_TIMEOUT)
        if self._answer is None:
            raise UnreachableError(f"the call of {self.key} got no answer")
        return self._answer

    def _run(self) -> None:
        with self._call as call, suppress(UnreachableError):  # `answer` raises it
            self._answer = call.whole()


class Streamed:
    """A streamed answer, word by word."""

    def __init__(self, call: "ChatCall") -> None:
        self._call = call
        self.head = call.head()
        self.is_complete = False
        self._words = self._read()

    @property
    def mark(self) -> str:
        """The SHA-256 of the call's body."""
        return self.head.mark

    def next_word(self) -> str:
        """Wait for the next word; empty at the end of the stream."""
        return next(self._words, "")

    def rest(self) -> str:
        """The words up to the end of the stream; afterwards `is_complete` is false if it broke off."""
        return "".join(self._words)

    def _read(self) -> Iterator[str]:
        with self._call as call:
            for line in call.lines():
                if line == "data: [DONE]":
                    self.is_complete = True
                elif line.startswith("data:"):
                    yield from _words(line)


def _words(line: str) -> Iterator[str]:
    for choice in json.loads(line.removeprefix("data:")).get("choices", ()):
        if word := choice.get("delta", {}).get("content"):
            yield word


class ChatCall:
    """One call, on a connection of its own."""

    _numbers = itertools.count(1)

    def __init__(self, gateway: str, key: str, headers: Mapping[str, str], *, stream: bool = False) -> None:
        place = urlsplit(gateway)
        self.key = key
        self._place = gateway
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=CALL_TIMEOUT)
        question = f"Hello from {key}, call {next(self._numbers)}, {uuid.uuid4().hex[:8]}"
        body = {"messages": [{"role": "user", "content": question}], "stream": stream}
        self._body = json.dumps(body).encode()
        self._headers = {"Content-Type": "application/json", "api-key": key, **headers}
        self.mark = hashlib.sha256(self._body).hexdigest()
        self._response: http.client.HTTPResponse | None = None

    def head(self) -> ChatAnswer:
        """Send the call, and wait for the head of its answer; raise UnreachableError."""
        try:
            self._connection.request("POST", CHAT_PATH, self._body, self._headers)
            self._response = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"the gateway at {self._place} does not answer: {error}") from error
        headers = {name.lower(): value for name, value in self._response.getheaders()}
        return ChatAnswer(self.key, self.mark, self._response.status, headers)

    def whole(self) -> ChatAnswer:
        """Send the call, and wait for all of its answer; raise UnreachableError."""
        head = self.head()
        text = "\n".join(self.lines())
        return ChatAnswer(head.key, head.mark, head.status, head.headers, text)

    def lines(self) -> Iterator[str]:
        """The lines of the answer's body as they come; they end if the body breaks off."""
        assert self._response is not None
        try:
            while line := self._response.readline():
                yield line.decode().rstrip("\r\n")
        except (OSError, http.client.HTTPException):
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
