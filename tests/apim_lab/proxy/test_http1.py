"""HTTP/1 as clients and backends speak it."""

from mitmproxy.proxy.layers.http import _http1 as mitmproxy_http1

from apim_lab.proxy import http1
from apim_lab.proxy.chunked_reader import ChunkedReader


def test_mitmproxy_reads_chunked_bodies_with_our_reader():
    http1.replace_chunked_reader()

    assert isinstance(mitmproxy_http1.make_body_reader(None), ChunkedReader)
