"""choose, retry, return-response and trace: the course of a run."""

import logging
import random
from typing import Literal

from apim_lab.errors import LimitExceeded, RequestError
from apim_lab.messages import Body, Response
from apim_lab.policy.context import Context
from apim_lab.policy.destinations import HEADERS, LOG, NOTHING, NOWHERE, REASON, Move, variable
from apim_lab.policy.statements.element import Block, attribute, content, part, statement
from apim_lab.policy.statements.message import SetBody, SetHeader, SetStatus
from apim_lab.policy.values import Value
from apim_lab.printable import printable

logger = logging.getLogger("apim.trace")


@part("when")
class When:
    """A branch of `choose`."""

    condition: Value[bool] = attribute(to=NOWHERE)
    body: Block


@part("otherwise")
class Otherwise:
    """The branch of `choose` that is taken when no condition holds."""

    body: Block


@statement("choose", own=NOTHING)
class Choose:
    """Runs the first `when` whose condition holds, or `otherwise` if there is one (choose-policy.md)."""

    branches: tuple[When, ...]
    otherwise: Otherwise | None = None

    async def run(self, context: Context) -> None:
        for branch in self.branches:
            if await branch.condition.get(context):
                await branch.body.run(context)
                return
        if context.trace:
            context.trace.note("no condition is true" + (": otherwise" if self.otherwise else ""))
        if self.otherwise:
            await self.otherwise.body.run(context)


@statement("retry", own=NOTHING)
class Retry:
    """Runs its children, and again while `condition` holds, at most `count` times more (retry-policy.md).

    The children run once before the condition is evaluated for the first time. An error that a child raises is
    caught, then the condition decides; when no retry follows, it goes on to on-error (openai-apim-lb#25).
    `interval`, `delta` and `max-interval` are in seconds. API Management documents `interval` as positive, but half of
    the published policies write 0, and it takes that.
    """

    condition: Value[bool] = attribute(to=NOWHERE)
    count: Value[int] = attribute(to=NOWHERE, minimum=1, maximum=50)
    interval: Value[float] = attribute(to=LOG, minimum=0)
    body: Block
    max_interval: Value[float] | None = attribute(to=LOG, minimum=0, default=None)
    delta: Value[float] | None = attribute(to=LOG, minimum=0, default=None)
    first_fast_retry: Value[bool] | None = attribute(to=NOWHERE, default=None)

    async def run(self, context: Context) -> None:
        error = await self.attempt(context)
        for retry in range(1, await self.count.get(context) + 1):
            if not await self.condition.get(context):
                break
            seconds = await self.pause(context, retry)
            if context.trace:
                context.trace.note(*("retry {} after {} s", retry, seconds) if seconds else ("retry {} at once", retry))
            await context.wait(seconds)
            error = await self.attempt(context)
        else:
            if context.trace:
                context.trace.note("no retry is left")
        if error:
            raise error

    async def attempt(self, context: Context) -> RequestError | None:
        try:
            await self.body.run(context)
        except LimitExceeded:
            raise
        except RequestError as error:
            return error
        return None

    async def pause(self, context: Context, retry: int) -> float:
        """Seconds to wait before this retry, counted from 1.

        With `delta` and `max-interval` the pause grows as the Transient Fault Handling Block's ExponentialBackoff
        does, interval + (2^k - 1) * delta with k from 0 and 20 % of chance: it fits the documented example
        (10, 20, 40, 80, 100), which the formula in the current text does not.
        """
        if retry == 1 and self.first_fast_retry and await self.first_fast_retry.get(context):
            return 0.0
        interval = await self.interval.get(context)
        if self.delta is None:
            return interval
        delta = await self.delta.get(context)
        if self.max_interval is None:
            return interval + (retry - 1) * delta
        chance = random.uniform(0.8, 1.2)  # noqa: S311  # spreads retries, guards nothing
        return min(interval + (2.0 ** (retry - 1) - 1) * chance * delta, await self.max_interval.get(context))


class Answered(Exception):  # not an error: it ends the run
    """`return-response` ran: `context.response` is the answer."""


@statement("return-response", own=[Move(variable("response_variable_name"), REASON + HEADERS)])
class ReturnResponse:
    """Ends the run with a response of the policy's own (return-response-policy.md).

    It starts from an empty 200, or from the Response in the variable named by `response-variable-name`.
    """

    response_variable_name: str | None = None
    status: SetStatus | None = None
    headers: tuple[SetHeader, ...] = ()
    body: SetBody | None = None

    async def run(self, context: Context) -> None:
        response = self.start(context)
        if self.status:
            await self.status.change(response, context)
        for header in self.headers:
            await header.change(response.headers, context)
        if self.body:
            await self.body.change(response, context)
        context.response = response
        if context.trace:
            context.trace.note("the answer is {} {}", response.status_code, response.status_reason)
        raise Answered

    def start(self, context: Context) -> Response:
        kept = context.variables.get(self.response_variable_name or "")
        if not isinstance(kept, Response):
            return Response()
        if kept is context.response:
            return kept
        # It is that of an earlier attempt: its body is what was read of it.
        return Response(kept.status_code, kept.status_reason, kept.headers.copy(), Body(kept.body.content or b""))


@part("message")
class Message:
    """The text of a `trace`."""

    text: Value[str] = content(to=LOG)


@part("metadata")
class Metadata:
    """A named value beside the message of a `trace`."""

    name: str
    value: Value[str] = attribute(to=LOG)


LEVELS = {"verbose": logging.DEBUG, "information": logging.INFO, "error": logging.ERROR}


@statement("trace", own=NOTHING)
class Trace:
    """Writes a message to the log (trace-policy.md); its text is whatever the policy puts there, secrets too."""

    source: str
    message: Message
    severity: Literal["verbose", "information", "error"] = "verbose"
    metadata: tuple[Metadata, ...] = ()

    async def run(self, context: Context) -> None:
        details = [f" {item.name}={await item.value.get(context)}" for item in self.metadata]
        text = await self.message.text.get(context)
        logger.log(LEVELS[self.severity], "%s", printable(f"{self.source}: {text}{''.join(details)}"))
        if context.trace:
            context.trace.note("{}: {}{}", self.source, text, "".join(details))
