"""mitmproxy's messages, made of parts whose types are known.

mitmproxy checks the type of each field of each message that it makes, and turns texts into bytes for older code: 7 to
10 % of what a request costs. What is read from a connection is bytes already.

Written for mitmproxy 12 (mitmproxy/http.py); Python leaves the checks out, too, if it runs with -O.
"""

import time
from collections.abc import Sequence
from typing import Any

from mitmproxy import http

type Fields = Sequence[tuple[bytes, bytes]]


class QuickHeaders(http.Headers):
    """mitmproxy's headers, in which most look-ups find nothing: without an exception for that, and its six calls."""

    def get(self, name: str | bytes, default: Any = None) -> Any:
        values = self.get_all(name)
        return ", ".join(values) if values else default

    def get_all(self, name: str | bytes) -> list[str]:
        wanted = name.lower() if isinstance(name, bytes) else name.lower().encode("utf-8", "surrogateescape")
        return [value.decode("utf-8", "surrogateescape") for name, value in self.fields if name.lower() == wanted]

    def __contains__(self, name: object) -> bool:
        return bool(self.get_all(name)) if isinstance(name, str | bytes) else False


def new_headers(fields: Fields) -> http.Headers:
    headers = QuickHeaders.__new__(QuickHeaders)
    headers.fields = tuple(fields)
    return headers


def new_request(  # noqa: PLR0913, PLR0917  # what a request line has, and the fields
    method: bytes, scheme: bytes, authority: bytes, path: bytes, version: bytes, host: str, port: int, fields: Fields
) -> http.Request:
    """A request whose head has just come. `version` is like b"HTTP/1.1"; `host` and `port` are "" and 0 if unknown."""
    data: Any = object.__new__(http.RequestData)
    vars(data).update(head(version, fields), host=host, port=port, method=method, scheme=scheme)
    vars(data).update(authority=authority, path=path)
    request: http.Request = object.__new__(http.Request)
    request.data = data
    return request


def new_response(version: bytes, status_code: int, reason: bytes, fields: Fields) -> http.Response:
    """An answer whose head has just come."""
    data: Any = object.__new__(http.ResponseData)
    vars(data).update(head(version, fields), status_code=status_code, reason=reason)
    response: http.Response = object.__new__(http.Response)
    response.data = data
    return response


def head(version: bytes, fields: Fields) -> dict[str, object]:
    return {
        "http_version": version,
        "headers": new_headers(fields),
        "content": None,
        "trailers": None,
        "timestamp_start": time.time(),
        "timestamp_end": None,
    }
