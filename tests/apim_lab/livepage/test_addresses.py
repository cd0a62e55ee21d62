"""Where a page listens, and by which names it may be asked for."""

import socket

import pytest

from apim_lab.livepage.addresses import is_ours, parse_address, url_of
from apim_lab.livepage.server import Page, PageSettings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8081", ("127.0.0.1", 8081)),
        ("0", ("127.0.0.1", 0)),
        ("65535", ("127.0.0.1", 65535)),
        ("127.0.0.1:8081", ("127.0.0.1", 8081)),
        ("0.0.0.0:8081", ("0.0.0.0", 8081)),
        ("localhost:80", ("localhost", 80)),
        ("LocalHost:80", ("localhost", 80)),
        ("lab.example.test:80", ("lab.example.test", 80)),
        ("[::1]:8081", ("::1", 8081)),
        ("[::]:8081", ("::", 8081)),
        ("[2001:DB8::1]:8081", ("2001:db8::1", 8081)),
    ],
)
def test_an_address_is_a_port_or_a_host_and_a_port(text, expected):
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", ":", ":8081", "8081:", "localhost", "localhost:", "localhost:http", "127.0.0.1", "[::1]", "[::1]8081"),
        *("65536", "99999999", "-1", "+80", "8_0", "0x50", "80.0", "1e3", " 8081", "8081 ", "8081\n", "٨٠٨١", "²"),
        *("localhost:65536", "localhost:-1", "localhost: 80", "http://127.0.0.1:8081/", "[]:8081", "[:8081"),
        *("[::1:8081", "::1]:8081", "http://127.0.0.1:0", "a b:0", "a@b:0"),
    ],
)
def test_anything_else_is_no_address(text):
    with pytest.raises(ValueError, match="expected a port, like 8081, or host:port"):
        parse_address(text)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8081"),
        ("192.168.7.8", "http://192.168.7.8:8081"),
        ("localhost", "http://localhost:8081"),
        ("lab.test", "http://lab.test:8081"),
        ("0.0.0.0", "http://127.0.0.1:8081"),
        ("::", "http://[::1]:8081"),
        ("::1", "http://[::1]:8081"),
        ("2001:db8::1", "http://[2001:db8::1]:8081"),
    ],
)
def test_a_url_leads_to_what_listens_there(host, expected):
    assert url_of(host, 8081) == expected


@pytest.mark.parametrize("asked", ["lab.test", "lab.test:8081", "LAB.Test:1", "localhost", "127.0.0.1:8081", "[::1]"])
def test_the_name_that_is_listened_on_is_ours(asked):
    assert is_ours(asked, "lab.test")


@pytest.mark.parametrize("asked", ["", "test", "x.lab.test", "lab.test.evil.test", "lab", "0.0.0.0.evil.test"])
def test_another_name_is_not(asked):
    assert not is_ours(asked, "lab.test")


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # tornado leaves the socket to the garbage collector
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
async def test_a_port_that_is_taken_is_told(operated, host):
    with socket.socket() as other:
        other.bind((host, 0))
        other.listen()
        port = other.getsockname()[1]
        page = Page(operated, PageSettings(f"{host}:{port}"), lambda: (b"", "text/plain"))
        with pytest.raises(ValueError, match=rf"the page cannot listen on {host}, port {port}: .*in use"):
            page.open()
        page.close()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "a" * 64 + ".test", "a..test"])
async def test_a_host_that_is_not_here_is_told(operated, host):
    page = Page(operated, PageSettings(f"{host}:0"), lambda: (b"", "text/plain"))
    with pytest.raises(ValueError, match="the page cannot listen on "):
        page.open()
    page.close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("0", "http://127.0.0.1:"),
        ("127.0.0.1:0", "http://127.0.0.1:"),
        ("0.0.0.0:0", "http://127.0.0.1:"),
        ("localhost:0", "http://localhost:"),
        ("[::1]:0", "http://[::1]:"),
        ("[::]:0", "http://[::1]:"),
    ],
)
async def test_the_page_is_where_its_url_says(open_page, address, expected):
    client = await open_page(address=address)
    answer = await client.get("/")

    assert client.page.url == f"{expected}{client.port}"
    assert client.port > 0
    assert answer.status_code == 200
