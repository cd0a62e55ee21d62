"""From mitmproxy's messages to the gateway's, and back."""

from functools import partial

from mitmproxy import http
from mitmproxy.net import encoding

from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.policy.context import Context
from apim_lab.policy.run import Run
from apim_lab.tracing.call import Call
from apim_lab.tracing.usage import TAIL, Usage, usage_in

WITHOUT_CONTENT = frozenset({204, 304})
"""Statuses whose answers end with their headers, as those to HEAD do (RFC 9110, section 6.4.1)."""


def request_of(flow: http.HTTPFlow) -> Request:
    request, encoded_body = flow.request, flow.request.raw_content or b""
    path, mark, query = request.path.partition("?")
    peer = flow.client_conn.peername
    return Request(
        method=request.method,
        url=Url(request.scheme, request.host, request.port, path, mark + query),
        headers=headers_of(request.headers),
        body=Body(
            encoded=encoded_body,
            decode=partial(decoded_body, encoded_body, request.headers.get("Content-Encoding", "identity")),
            is_original=True,
        ),
        ip_address=peer[0] if peer else "",
    )


def response_of(response: http.Response) -> Response:
    """The backend's answer as far as it has come: without its body."""
    headers = headers_of(response.headers)
    return Response(response.status_code, response.reason, headers, Body(None, is_original=True))


def headers_of(headers: http.Headers) -> Headers:
    return Headers((decoded(name), decoded(value)) for name, value in headers.fields)


def decoded_body(body: bytes, coding: str) -> bytes:
    """The body without its coding; as it is, if that is none that is known, or the body is not in it."""
    try:
        decoded = encoding.decode(body, coding)
    except (ValueError, TypeError):
        return body
    return decoded if isinstance(decoded, bytes) else body  # mitmproxy also "decodes" utf-8, to a str


def decoded(field: bytes) -> str:
    return field.decode("utf-8", "surrogateescape")


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
    data.method, data.path, data.authority = encoded(request.method), encoded(url.target), b""
    data.headers = fields_of(headers)
    target.trailers = None  # HTTP/1.1 has no place for them but in chunks
    if not request.body.is_original:
        target.content = request.body.content
        return
    target.raw_content = request.body.encoded
    if target.raw_content and "Content-Length" not in headers and "Transfer-Encoding" not in headers:
        # In HTTP/2 it may be left out; then HTTP/1.1 would take the body for the next request.
        target.headers["Content-Length"] = str(len(target.raw_content))


def begin_answer(flow: http.HTTPFlow, run: Run, call: Call) -> None:
    """Answer with what the run ended with, as far as that can be done now.

    An answer of the gateway's own that replaces a backend's is put in place in the `response` hook, once the
    backend's has been read.
    """
    response = run.context.response
    if flow.response is None:
        flow.response = http.Response.make(response.status_code)
        put_answer(response, flow)
    elif response.status_code in WITHOUT_CONTENT and flow.response.status_code != response.status_code:
        response.body.replace(b"")  # the backend's answer has one, which must not go on
    elif not response.body.has_arrived:
        put_head(response, flow.response)
        if response.status_code in WITHOUT_CONTENT:
            flow.response.headers.pop("Transfer-Encoding", None)
        is_stream = not run.context.buffers_response or is_event_stream(response)
        flow.response.stream = Tap(call) if is_stream else False
        call.answer_begins(response.status_code, is_stream=is_stream)


class Tap:
    """Passes the pieces of a streamed body on as they come; sees when the first one did, and the usage at the end."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.tail = b""

    def __call__(self, piece: bytes) -> bytes:
        if piece:
            self.call.token_arrives()
            self.tail = (self.tail + piece)[-TAIL:]
        else:
            self.call.usage = usage_in(self.tail)
        return piece


def usage_of(response: http.Response) -> Usage | None:
    """The usage that a whole answer tells."""
    if response.status_code != 200 or "json" not in response.headers.get("Content-Type", ""):
        return None
    return usage_in(response.get_content(strict=False) or b"")


def fields_of(headers: Headers) -> http.Headers:
    return http.Headers((encoded(name), encoded(value)) for name, value in headers.fields)


def encoded(text: str) -> bytes:
    """Bytes that are no UTF-8 go back as they came; what no UTF-8 can be made of becomes "?"."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def put_head(response: Response, target: http.Response) -> None:
    target.status_code = response.status_code
    target.data.reason = response.status_reason.encode("latin-1", "replace")  # RFC 9112, section 4
    target.headers = fields_of(response.headers)


def put_answer(response: Response, flow: http.HTTPFlow) -> None:
    put_head(response, flow.response)
    if not response.body.is_original:
        flow.response.content = response.body.content
    if flow.request.method == "HEAD" or response.status_code in WITHOUT_CONTENT:
        flow.response.raw_content = b""
    if response.status_code in WITHOUT_CONTENT:
        flow.response.headers.pop("Content-Length", None)


def is_event_stream(response: Response) -> bool:
    return (response.headers.get("Content-Type") or "").lower().startswith("text/event-stream")
