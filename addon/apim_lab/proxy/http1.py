"""HTTP/1 as clients and backends speak it: with trailers after a chunked body, and chunks of any size."""

from mitmproxy.proxy.layers.http import _http1 as http1

from apim_lab.proxy.chunked_reader import ChunkedReader


def replace_chunked_reader() -> None:
    """Read chunked bodies with our reader; mitmproxy's `make_body_reader` looks for it in its own module."""
    http1.ChunkedReader = ChunkedReader  # type: ignore[assignment,attr-defined]  # theirs is h11's
