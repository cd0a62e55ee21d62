"""From mitmproxy's messages to the gateway's, and back."""

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from mitmproxy import http

from apim_lab.errors import BodyTooLarge
from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.context import Context
from apim_lab.policy.run import Run
from apim_lab.proxy.http.content_coding import decode
from apim_lab.proxy.http.head_check import TARGET
from apim_lab.proxy.http.http1_head import WITHOUT_CONTENT, is_without_body
from apim_lab.proxy.http.new_messages import new_headers
from apim_lab.tracing.call import Call
from apim_lab.tracing.usage import TAIL, Usage, usage_in

UNDECODED = "surrogateescape"
"""How Python keeps bytes that are no UTF-8 in a text."""

MAX_DECODED = 1 << 24
"""Bytes of a decoded body: 16 MB. Decoding them takes a tenth of a second, in another thread."""

MAX_SEARCHED = 1 << 22
"""Bytes of a decoded answer that is searched for its usage: 4 MB. All other calls wait until it is decoded."""


def request_of(flow: http.HTTPFlow) -> Request:
    request = flow.request
    path, mark, query = request.path.partition("?")
    peer = flow.client_conn.peername
    decode_body, decoded_size = content_of(request)
    return Request(
        method=request.method,
        url=Url(request.scheme, request.host, request.port, path, mark + query),
        headers=headers_of(request.headers),
        body=Body(
            encoded=request.raw_content or b"",
            decode=decode_body,
            decoded_size=decoded_size,
            is_original=True,
        ),
        ip_address=peer[0] if peer else "",
    )


def response_of(response: http.Response) -> Response:
    """The backend's answer when its headers are there: without its body."""
    headers = headers_of(response.headers)
    return Response(response.status_code, response.reason, headers, Body(None, is_original=True))


def headers_of(headers: http.Headers) -> Headers:
    return Headers(
        [(name.decode("utf-8", UNDECODED), value.decode("utf-8", UNDECODED)) for name, value in headers.fields]
    )


def content_of(message: http.Message) -> tuple[Callable[[], bytes], int]:
    """A function that decodes the body for a policy that reads it (see `decode`), and the most bytes that it yields."""
    body, codings = message.raw_content or b"", codings_of(message.headers)
    return partial(decode, body, codings, MAX_DECODED), max(MAX_DECODED if codings else 0, len(body))


def codings_of(headers: http.Headers) -> str:
    return str(headers.get("Content-Encoding", ""))


# ---- and back --------------------------------------------------------------------------------------------------


def address(target: http.Request, context: Context) -> None:
    """Make the flow's request the one that the policy sends."""
    request, url = context.request, context.request.url
    headers = request.headers.copy()
    headers.set("Host", url.authority)
    if context.backend:
        context.backend.authorize(headers)
    data = target.data  # the setters of Request would each look through the headers
    data.scheme, data.host, data.port = url.scheme.encode(), url.host, url.port
    data.method, data.path, data.authority = encode_text(request.method), as_target(encode_text(url.target)), b""
    data.headers = fields_of(headers)
    target.trailers = None  # HTTP/1.1 has trailers only in chunked bodies
    if not request.body.is_original:
        put_content(target, request.body.content)
        return
    target.raw_content = request.body.encoded
    if target.raw_content and "Content-Length" not in headers and "Transfer-Encoding" not in headers:
        # An HTTP/2 client may leave it out; an HTTP/1.1 backend would then read the body as the next request.
        target.headers["Content-Length"] = str(len(target.raw_content))


def as_target(target: bytes) -> bytes:
    """The path and query as a request line may have them: what it may not have is escaped, as .NET's `Uri` does."""
    return quote(target, TARGET).encode() if target.translate(None, TARGET) else target


def begin_answer(flow: http.HTTPFlow, run: Run, call: Call) -> None:
    """Begin to answer with the run's response.

    If it replaces a backend's answer, the `response` hook puts it in place, after the backend's has been read.
    """
    response = run.context.answer
    if flow.response is None:
        flow.response = http.Response.make(response.status_code)
        put_answer(response, flow)
    elif response.status_code in WITHOUT_CONTENT and flow.response.status_code != response.status_code:
        response.body.replace(b"")  # the backend's body must not reach the client
    elif not response.body.has_arrived:
        put_head(response, flow.response)
        if response.status_code in WITHOUT_CONTENT:
            flow.response.headers.pop("Transfer-Encoding", None)
        is_stream = not run.context.buffers_response or is_event_stream(response)
        flow.response.stream = Tap(call) if is_stream else False
        call.answer_begins(response.status_code, is_stream=is_stream)


class Tap:
    """Passes on the pieces of a streamed body as they come; notes the time of the first, and the usage at the end."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.tail = b""

    def __call__(self, piece: bytes) -> bytes:
        if piece:
            self.call.token_arrives()
            self.tail = (self.tail + piece)[-TAIL:]
        else:
            self.call.find_usage = partial(usage_in, self.tail)
        return piece


def usage_of(response: http.Response) -> Usage | None:
    """The usage in a whole answer; None if it has none, or is too large: MAX_SEARCHED if it has a coding."""
    if response.status_code != 200 or "json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        content = decode(response.raw_content or b"", codings_of(response.headers), MAX_SEARCHED)
    except BodyTooLarge:
        return None
    return usage_in(content) if len(content) <= MAX_DECODED else None


def fields_of(headers: Headers) -> http.Headers:
    try:
        return new_headers([(name.encode(), value.encode()) for name, value in headers.fields])
    except UnicodeEncodeError:
        return new_headers([(encode_text(name), encode_text(value)) for name, value in headers.fields])


def encode_text(text: str) -> bytes:
    """The text in UTF-8. Bytes that were no UTF-8 become what they were; half of a surrogate pair becomes "?"."""
    try:
        return text.encode("utf-8", UNDECODED)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def put_head(response: Response, target: http.Response) -> None:
    target.status_code = response.status_code
    target.data.reason = response.status_reason.encode("latin-1", "replace")  # RFC 9112, section 4
    target.headers = fields_of(response.headers)


def put_answer(response: Response, flow: http.HTTPFlow) -> None:
    target = answer_of(flow)
    put_head(response, target)
    if not response.body.is_original:
        put_content(target, response.body.content)
    if is_without_body(flow.request, target):
        target.raw_content = b""
    if response.status_code in WITHOUT_CONTENT:
        target.headers.pop("Content-Length", None)


def answer_of(flow: http.HTTPFlow) -> http.Response:
    """The flow's response, in hooks that run once there is one."""
    assert flow.response is not None
    return flow.response


def put_content(target: http.Message, content: bytes | None) -> None:
    """Set the body without a coding: nobody asked for one, and all other calls would wait for it."""
    target.headers.pop("Content-Encoding", None)
    target.content = content


def is_event_stream(response: Response) -> bool:
    return (response.headers.get("Content-Type") or "").lower().startswith("text/event-stream")
