"""Policies run without a proxy: the answers of backends are scripted, waits are noted and pass at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import freezegun
import pytest
from freezegun.api import FrozenDateTimeFactory

from apim_lab.errors import RequestError
from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Context, Forward, ReadBody, Wait
from apim_lab.policy.document import Document, read_document
from apim_lab.policy.run import Run
from apim_lab.stores.memory import MemoryStore

type Answer = int | Response | RequestError


@dataclass
class Driver:
    """Drives one run: `answers` are what the backends answer, in order; the last one again and again."""

    context: Context
    answers: list[Answer] = field(default_factory=lambda: [200])
    waits: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    backends: list[Backend | None] = field(default_factory=list)

    async def drive(self, run: Run) -> Context:
        while question := await run.resume():
            if isinstance(question, Wait):
                self.waits.append(question.seconds)
            elif isinstance(question, ReadBody):
                body = self.context.answer.body
                assert isinstance(body, SentBody)
                body.arrive(partial(getattr, body, "sent"), 0)
            else:
                run.reply(self.answer(question))
        return self.context

    def answer(self, question: Forward) -> Response | RequestError:
        self.sent.append(str(self.context.request.url))
        self.requests.append(self.context.request)
        self.backends.append(self.context.backend)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if not isinstance(answer, int) else answering(answer)


class SentBody(Body):
    """A body that is on its way: `sent` is what will have arrived."""

    def __init__(self, sent: bytes) -> None:
        super().__init__(None, is_original=True)
        self.sent = sent


def answering(status: int, body: bytes = b'{"ok": true}', reason: str = "", **headers: str) -> Response:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, reason, Headers(fields), SentBody(body))


@dataclass
class Gateway:
    """Runs policies on requests, one store for all of them."""

    store: MemoryStore = field(default_factory=MemoryStore)
    backends: dict[str, Backend] = field(
        default_factory=lambda: {
            name: Backend(name, Url.parse(f"http://{name}.example/openai")) for name in ("one", "two", "three")
        }
    )
    driver: Driver | None = None

    def context(self, url: str = "http://gateway/openai/chat?api-version=1", **headers: str) -> Context:
        fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
        request = Request("POST", Url.parse(url), Headers(fields), Body(b'{"messages": []}', is_original=True))
        context = Context(request, self.store, backends=self.backends, path="/chat", response=Response())
        context.route_to(self.backends["one"])
        return context

    async def run(
        self,
        policy: str | Document,
        *,
        answers: list[Answer] | None = None,
        context: Context | None = None,
        **headers: str,
    ) -> Context:
        """The context after a run of the policy; a str is the inside of <policies>."""
        document = read_document(f"<policies>{policy}</policies>", "policy.xml") if isinstance(policy, str) else policy
        context = context or self.context(**headers)
        self.driver = Driver(context, answers or [200])
        return await self.driver.drive(Run.of(document, context))


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def answer() -> Callable[..., Response]:
    return answering


@pytest.fixture
def clock() -> Iterator[FrozenDateTimeFactory]:
    """A clock that stands at 10:00:00 until it is told to tick."""
    with freezegun.freeze_time("2026-01-01 10:00:00", real_asyncio=True) as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen
