"""What stands in the places of mitmproxy's parts."""

import pytest
from mitmproxy.net.http import url

from apim_lab.proxy.http_parts import parse_authority


@pytest.mark.parametrize("authority", ["a:80", b"a:80", "[::1]:8080", "a"])
def test_a_host_is_taken_apart_as_ever(authority):
    for _ in range(2):
        assert parse_authority(authority, check=True) == url.parse_authority(authority, check=True)


def test_text_and_bytes_are_not_mistaken_for_each_other():
    assert [parse_authority(authority, check=False)[0] for authority in ("é", "é".encode())] == ["é", "é"]


@pytest.mark.parametrize("authority", ["a:99999", "a b", b"\xff"])
def test_a_host_that_is_none_is_refused_each_time(authority):
    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011  # as mitmproxy raises it: without a message
            parse_authority(authority, check=True)
