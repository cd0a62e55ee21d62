"""HTTP/1 as backends speak it."""

import h11
from h11._receivebuffer import ReceiveBuffer
from mitmproxy.proxy.layers.http import _http1 as mitmproxy_http1

from apim_lab.proxy import http1


def test_trailers_of_a_chunked_body_are_discarded():
    """RFC 9112, section 7.1.2, allows it; mitmproxy asserts that there are none."""
    http1.discard_trailers()
    reader, received = mitmproxy_http1.make_body_reader(None), ReceiveBuffer()
    received += b"2\r\nhi\r\n0\r\nX-Checksum: 1\r\n\r\n"

    assert reader(received).data == b"hi"
    assert reader(received) == h11.EndOfMessage(headers=[])
