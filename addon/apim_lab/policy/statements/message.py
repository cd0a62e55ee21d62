"""set-header, set-body and set-status: what changes the message at hand.

The message at hand is the request in `inbound` and `backend`, the response in `outbound` and `on-error`.
"""

import re
from typing import Literal

from apim_lab.errors import ExpressionError
from apim_lab.messages import Headers, Request, Response
from apim_lab.policy.context import Context
from apim_lab.policy.destinations import BODY, NOTHING, NOWHERE, REASON, STATUS, header
from apim_lab.policy.statements.element import attribute, content, part, parts, statement
from apim_lab.policy.values import Value

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a field's name: RFC 9110, section 5.6.2
FORBIDDEN = re.compile(r"[\r\n\0]")  # would end the field and start another: RFC 9110, section 5.5
FIXED = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


@part("value")
class HeaderValue:
    """One value of `set-header`."""

    text: Value[str] = content()


@statement("set-header", own=NOTHING)
class SetHeader:
    """Sets, adds or deletes a header field (set-header-policy.md).

    `exists-action`: override replaces the field, skip leaves one that is there, append adds a value, delete removes
    the field. Connection, Content-Length, Keep-Alive and Transfer-Encoding belong to the connection, not to the
    policy: a change of them is passed over.
    """

    name: Value[str] = attribute(to=header("name"))
    exists_action: Value[Literal["override", "skip", "append", "delete"]] | None = attribute(to=NOWHERE, default=None)
    values: tuple[HeaderValue, ...] = parts(to=header("name"), default=())

    async def run(self, context: Context) -> None:
        await self.change(context.message.headers, context)

    async def change(self, headers: Headers, context: Context) -> None:
        name = await self.name.get(context)
        if not TOKEN.fullmatch(name):
            raise ExpressionError(f"{name!r} is not the name of a header.")
        action = await self.exists_action.get(context) if self.exists_action else "override"
        if name.lower() in FIXED or (action == "skip" and name in headers):
            if context.trace:
                context.trace.note("{} stays as it is", name)
            return
        values = [one_line((await value.text.get(context)).strip()) for value in self.values]
        if action in {"override", "delete"}:
            headers.remove(name)
        if action != "delete":
            headers.append(name, *values)


def one_line(text: str) -> str:
    if FORBIDDEN.search(text):
        raise ExpressionError("New-line characters are not allowed in header values.")
    return text


@statement("set-body", own=NOTHING)
class SetBody:
    """Replaces the body (set-body-policy.md). A policy that reads the old body in its expression consumes that."""

    text: Value[str] = content(to=BODY)

    async def run(self, context: Context) -> None:
        await self.change(context.message, context)

    async def change(self, message: Request | Response, context: Context) -> None:
        message.body.replace((await self.text.get(context)).encode(errors="replace"))


@statement("set-status", own=NOTHING)
class SetStatus:
    """Sets the status code and reason of the response (set-status-policy.md)."""

    code: Value[int] = attribute(to=STATUS, minimum=100, maximum=999)
    reason: Value[str] = attribute(to=REASON)

    async def run(self, context: Context) -> None:
        if context.response is None:
            raise ExpressionError("Object reference not set to an instance of an object.")
        await self.change(context.response, context)

    async def change(self, response: Response, context: Context) -> None:
        response.status_code = await self.code.get(context)
        response.status_reason = one_line(await self.reason.get(context))
