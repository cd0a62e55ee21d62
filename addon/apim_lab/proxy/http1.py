"""HTTP/1 as backends speak it: with trailers after a chunked body."""

from mitmproxy.proxy.layers.http import _http1 as http1


class ChunkedReader(http1.ChunkedReader):  # type: ignore[name-defined,misc]  # it comes from h11, untyped
    """Discards trailers, as a recipient may (RFC 9112, section 7.1.2); mitmproxy knows none, and would crash."""

    def __call__(self, buffer: object) -> object:
        event = super().__call__(buffer)
        return type(event)() if getattr(event, "headers", None) else event  # only the end of the message has any


def discard_trailers() -> None:
    """Read chunked bodies with the reader here; mitmproxy's `make_body_reader` looks for it in its own module."""
    http1.ChunkedReader = ChunkedReader  # type: ignore[attr-defined]  # see above
