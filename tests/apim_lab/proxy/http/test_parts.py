"""What stands in the places of mitmproxy's parts."""

import pytest
from mitmproxy.proxy.layers.http import _http1

from apim_lab.proxy.http import parts
from apim_lab.proxy.http.chunked_reader import ChunkedReader
from apim_lab.proxy.http.parts import parse_authority


def test_mitmproxy_reads_chunked_bodies_with_our_reader():
    parts.replace()

    assert isinstance(_http1.make_body_reader(None), ChunkedReader)


@pytest.mark.parametrize("authority", ["a:80", b"a:80", "[::1]:8080", "a"])
def test_a_host_is_taken_apart_as_ever(authority):
    for _ in range(2):
        assert parse_authority(authority, check=True) == parse_authority.__wrapped__(authority, check=True)


def test_text_and_bytes_are_not_mistaken_for_each_other():
    assert [parse_authority(authority, check=False)[0] for authority in ("é", "é".encode())] == ["é", "é"]


@pytest.mark.parametrize("authority", ["a:99999", "a b", b"\xff"])
def test_a_host_that_is_none_is_refused_each_time(authority):
    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011  # as mitmproxy raises it: without a message
            parse_authority(authority, check=True)
