"""The check of a message's head, once for each message: both directions, every version of HTTP.

It takes the place of mitmproxy's `validate_headers`, which looks at names and framing only. For example, a bare CR in a
value would reach a backend that ends lines there, and a space in HTTP/2's `:path` would add words to a request line.
"""

from collections.abc import Sequence
from string import ascii_letters, digits

from mitmproxy import http
from mitmproxy.net.http.validate import validate_headers

TOKEN = ("!#$%&'*+-.^_`|~" + digits + ascii_letters).encode()
"""What a method and a field's name consist of: RFC 9110, section 5.6.2."""

TARGET = bytes(range(0x21, 0x7F)).replace(b"#", b"")
"""What a request target consists of: no space, no control, no fragment (RFC 9112, section 3.2)."""

TEXT = b"\t" + bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))
"""What a field's value and a reason phrase consist of: RFC 9110, section 5.5, and RFC 9112, section 4."""

STATUSES = range(100, 1000)
"""Three digits: RFC 9110, section 15. Statuses from 600 on are in use, like 999."""

LONGEST_PROBLEM = 300
"""Characters of what is wrong with a message, in an answer and in the log."""


class BadHead(ValueError):
    """A head that cannot be read: with the status that a client gets for it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def too_large(limit: int) -> BadHead:
    return BadHead(f"The head has more than {limit} bytes (apim_head_limit).", 431)


def too_many_fields(limit: int) -> BadHead:
    return BadHead(f"The head has more than {limit} fields (apim_field_limit).", 431)


def check(message: http.Message) -> None:
    """Raise ValueError for a head that must not go on."""
    if isinstance(message, http.Request):
        check_request_line(message.data)
    elif isinstance(message, http.Response):
        check_status_line(message.data)
    check_fields(message)


def check_request_line(line: http.RequestData) -> None:
    if line.method.translate(None, TOKEN) or not line.method:
        raise ValueError(f"invalid method {excerpt(line.method)}")
    target = line.authority + line.path
    if target.translate(None, TARGET) or not (line.path.startswith(b"/") or is_without_path(line)):
        raise ValueError(f"invalid request target {excerpt(target)}")


def is_without_path(line: http.RequestData) -> bool:
    """Whether the target is one that has none: RFC 9112, sections 3.2.3 and 3.2.4."""
    return line.path == b"*" if line.method == b"OPTIONS" else line.method == b"CONNECT" and not line.path


def check_status_line(line: http.ResponseData) -> None:
    if line.status_code not in STATUSES:
        raise ValueError(f"invalid status {line.status_code}")
    if line.reason.translate(None, TEXT):
        raise ValueError(f"invalid reason phrase {excerpt(line.reason)}")


def check_fields(message: http.Message) -> None:
    """Look at all names, and at all values, in one go: in most heads there is nothing to be found."""
    fields = message.headers.fields
    names = [name for name, _ in fields]
    together = b"\n".join(names)
    if b"" in names or together.translate(None, TOKEN) != b"\n" * (len(names) - 1):
        raise ValueError(f"invalid field name {excerpt(first_outside(names, TOKEN))}")
    if b"".join([value for _, value in fields]).translate(None, TEXT):
        name, value = next(field for field in fields if field[1].translate(None, TEXT))
        raise ValueError(f"invalid value of the field {excerpt(name)}: {excerpt(value)}")
    check_framing(message, together.lower().split(b"\n"))


def first_outside(texts: Sequence[bytes], allowed: bytes) -> bytes:
    return next((text for text in texts if text.translate(None, allowed)), b"")


def check_framing(message: http.Message, names: Sequence[bytes]) -> None:
    """RFC 9112, sections 3.2 and 6. Almost all messages have one plain Content-Length, or nothing to look at."""
    if names.count(b"host") > 1:
        raise ValueError("several Host fields")
    lengths = names.count(b"content-length")
    if lengths > 1 or b"transfer-encoding" in names:
        validate_headers(message)
        if message.headers["transfer-encoding"].lower() != "chunked":
            raise ValueError("a Transfer-Encoding other than chunked")
    elif lengths and not message.headers.fields[names.index(b"content-length")][1].isdigit():
        raise ValueError("invalid Content-Length")


def excerpt(text: bytes) -> str:
    """The text for a message: its start, if it is long."""
    return repr(text[:100])
