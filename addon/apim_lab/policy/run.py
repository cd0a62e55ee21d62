"""Runs a document on a context: the sections in their order, errors to on-error.

A run is a coroutine that its driver resumes. Where it needs the outside it suspends with a question (context.py:
Forward, ReadBody, Wait) and goes on with the reply; a future of the event loop, say of the store, passes through to
the loop. So a retry is a loop in the policy's statements, and nobody keeps its state by hand.
"""

import json
import logging
import traceback
import types
from collections.abc import Coroutine, Generator
from http import HTTPStatus

from apim_lab import clock
from apim_lab.csharp.runtime.budget import Budget
from apim_lab.errors import BackendConnectionFailure, LimitExceeded, RequestError
from apim_lab.expressions.entities import LastError
from apim_lab.messages import Body, Headers, Response
from apim_lab.policy.context import Context, Forward, ReadBody, Suspension, Wait
from apim_lab.policy.document import GLOBAL, Document
from apim_lab.policy.quoting import told
from apim_lab.policy.statements.control import Answered

logger = logging.getLogger("apim")


class Run:
    """One request's way through a document. After the last question `context.response` is the answer."""

    def __init__(self, course: Coroutine[Suspension, Response | None, None], context: Context) -> None:
        self.context = context
        self.is_finished = False
        self._course = course
        self._reply: Response | RequestError | None = None

    @classmethod
    def of(cls, document: Document, context: Context) -> "Run":
        """A run of the document's sections."""
        return cls(run_document(document, context), context)

    @classmethod
    def refusing(cls, error: RequestError, context: Context) -> "Run":
        """A run that only answers with the error."""
        return cls(refuse(error, context), context)

    def reply(self, reply: Response | RequestError | None) -> None:
        """What the next `resume` gives the run; an error is raised in it."""
        self._reply = reply

    @types.coroutine
    def resume(self) -> Generator[object, object, Suspension | None]:
        """Go on to the run's next question, or to its end: None."""
        clock.of_the_run.set(self.context.clock)
        reply, self._reply = self._reply, None
        throw, send = self._course.throw, self._course.send
        try:
            asked = throw(reply) if isinstance(reply, RequestError) else send(reply)
            while not isinstance(asked, (Forward, ReadBody, Wait)):
                try:
                    received = yield asked
                except BaseException as error:  # a cancelled future: the run's own try blocks see it
                    if self.is_finished:
                        raise
                    asked = throw(error)
                else:
                    if self.is_finished:  # it was closed meanwhile
                        return None
                    asked = send(received)
        except StopIteration:
            self.is_finished = True
            return None
        return asked

    @property
    def has_own_answer(self) -> bool:
        """Whether it ended with a body of the gateway's own, and not with that of a backend."""
        response = self.context.response
        return self.is_finished and response is not None and response.body.has_arrived and not response.body.is_original

    def close(self) -> None:
        """Give the run up, at whatever it waits for: the client is gone."""
        self.is_finished = True
        self._course.close()


async def run_document(document: Document, context: Context) -> None:
    context.written = document.texts
    if context.trace:
        context.trace.document = document
    try:
        await run_sections(document, context)
    except Answered:
        pass
    except Exception as error:  # noqa: BLE001  # the one place: whatever went wrong, the client gets an answer
        await run_on_error(document, context, as_request_error(error))
    finish(context)


async def refuse(error: RequestError, context: Context) -> None:
    report(GLOBAL, context, error)
    context.error = error
    context.response = answer_to(error, context)
    finish(context)


async def run_sections(document: Document, context: Context) -> None:
    for section in ("inbound", "backend", "outbound"):
        context.section = section
        if section == "outbound" and not context.attempts:
            context.response = Response()
        await document.section(section).run(context)
    for postponed in context.afterwards:
        await postponed(context)


async def run_on_error(document: Document, context: Context, error: RequestError) -> None:
    """Answer with the error, after on-error has had its say; an error in on-error itself is answered as it is."""
    report(document, context, error)
    if isinstance(error, LimitExceeded):
        context.budget = Budget(context.budget.limits)
    context.last_error, context.error = last_error(context, error), error
    context.response = answer_to(error, context)
    context.section = "on-error"
    try:
        await document.on_error.run(context)
    except Answered:
        pass
    except Exception as another:  # noqa: BLE001  # as above
        second = as_request_error(another)
        report(document, context, second)
        context.error = second
        context.response = answer_to(second, context)


def finish(context: Context) -> None:
    assert context.response is not None  # every way here sets one
    for name, value in context.answer_headers:
        context.response.headers.set(name, value)


def as_request_error(error: Exception) -> RequestError:
    if isinstance(error, RequestError):
        return error
    # Without its message, which may quote a request: where it was raised tells enough
    kind, raised = type(error), "".join(traceback.format_tb(error.__traceback__)).rstrip()
    logger.error("unexpected %s.%s in a policy run:\n%s", kind.__module__, kind.__qualname__, raised)
    return RequestError(f"Unexpected {type(error).__name__}.")


def last_error(context: Context, error: RequestError) -> LastError:
    return LastError(
        source=error.source,
        reason=error.reason,
        message=error.message,
        scope="api",
        section=context.section,
        path=error.path,
    )


def report(document: Document, context: Context, error: RequestError) -> None:
    """Tell the operator what the client is not told, without a key or a piece of a body: the trace says more."""
    if not error.public:
        place = f"{document.path}:{error.line}: " if error.line else ""
        message = error.message
        if not isinstance(error, BackendConnectionFailure):  # that one quotes where it could not connect
            message = told(error, document.texts | context.backends.keys())
        logger.error("%s%s: %s (activity id %s)", place, error.reason, message, context.request_id)


def answer_to(error: RequestError, context: Context) -> Response:
    """API Management's own answer to an error, byte for byte where one was captured."""
    message = {
        "statusCode": error.status,
        "message": error.message if error.public else "Internal server error",
    }
    if not error.public:
        message["activityId"] = str(context.request_id)
    body = json.dumps(message)
    headers = Headers([("Content-Type", "application/json"), *error.headers])
    return Response(error.status, HTTPStatus(error.status).phrase, headers, Body(f"{{ {body[1:-1]} }}".encode()))
