"""Fields that are not forwarded, as they are for one connection only: RFC 9110, section 7.6.1.

Transfer-Encoding stays in the message: mitmproxy frames the body by it, on the next connection anew.
"""

from mitmproxy import http

CONNECTION = frozenset({b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"upgrade"})
"""Trailers are discarded, so neither the wish for them nor their names go on."""

PROXY = frozenset({b"proxy-authorization", b"proxy-authenticate", b"proxy-authentication-info"})
"""What a client and the next proxy say to each other: RFC 9110, section 11.7."""

FRAMING = frozenset({b"host", b"content-length", b"transfer-encoding"})
"""Say where a message goes and where it ends: a Connection field that names one does not take it out."""

OFTEN = frozenset({b"keep-alive", b"close"})
"""The options that name no further field."""

HTTP_1 = (b"HTTP/1.0", b"HTTP/1.1")


def connection_options(message: http.Message) -> frozenset[bytes]:
    """What the Connection fields name, in lower case."""
    values = [value for name, value in message.headers.fields if len(name) == 10 and name.lower() == b"connection"]
    return (
        frozenset(option.strip(b" \t") for option in b",".join(values).lower().split(b",")) if values else frozenset()
    )


def remove_from_request(request: http.Request, *, is_for_proxy: bool) -> None:
    """Remove them; if `is_for_proxy`, its credentials stay, as another proxy has yet to see them.

    A wish for HTTP/2 does not go on: calls after the switch would pass the gateway unread (RFC 9113, section 3.1).
    """
    remove(request, frozenset() if is_for_proxy else PROXY, switches=True)


def remove_from_response(response: http.Response, *, is_for_proxy: bool) -> None:
    """Remove them, and the Content-Length of an answer that cannot have one (RFC 9110, section 8.6)."""
    removed = frozenset() if is_for_proxy else PROXY
    if response.status_code == 204:
        removed |= {b"content-length"}
    remove(response, removed, switches=response.status_code == 101)


def remove(message: http.Message, removed: frozenset[bytes], *, switches: bool) -> None:
    """Remove those, too; a message that `switches` protocols goes on with its Upgrade."""
    options = connection_options(message)
    if message.data.http_version in HTTP_1:  # HTTP/2 has no other, and its TE is for the answer's trailers
        removed |= CONNECTION
    if options - OFTEN:
        removed |= options - FRAMING
    switches = switches and b"upgrade" in options and "h2c" not in message.headers.get("upgrade", "").lower()
    if switches:
        removed -= {b"upgrade"}
    kept = tuple([field for field in message.headers.fields if field[0].lower() not in removed])
    message.headers.fields = (*kept, (b"Connection", b"Upgrade")) if switches else kept
