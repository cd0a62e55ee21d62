"""The Hosts and Origins that requests to the gateway may have."""

import pytest

from apim_lab.proxy.callers import parse_host, parse_origin, problem_of_host, problem_of_origin

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "asked",
    [
        "127.0.0.1",
        "127.0.0.1:8080",
        "[::1]:8080",
        "192.168.1.7:8080",  # no page of somebody else's domain has an address as its name
        "localhost",
        "LOCALHOST:8080",
        "gateway:8080",
        "Gateway",
    ],
)
def test_a_host_of_the_gateways_own_is_taken(asked):
    assert problem_of_host(asked, frozenset({"gateway"})) == ""


@pytest.mark.parametrize(
    "asked",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "a b",
        "@",
        "gateway@evil",
        "x" * 300,
    ],
)
def test_every_other_host_is_refused(asked):
    assert problem_of_host(asked, frozenset({"gateway"})).startswith("Host ")


def test_the_message_says_what_to_do_and_moves_no_cursor():
    problem = problem_of_host("gate\x1b[2J:8080", NONE)

    assert problem == (
        r"Host 'gate\\x1b[2J:8080' is not this gateway: ask for its address, or for localhost; "
        r"the option apim_allowed_hosts=gate\x1b[2J lets clients use that name"
    )


def test_every_host_can_be_allowed():
    assert problem_of_host("evil.example", frozenset({"*"})) == ""


@pytest.mark.parametrize(
    ("origin", "asked"),
    [
        (b"http://127.0.0.1:8080", "127.0.0.1:8080"),
        (b"http://gateway:8080", "gateway:8080"),  # the page is the gateway's own: its Host is checked beside
        (b"http://localhost:3000", "127.0.0.1:8080"),
        (b"http://app.localhost:3000", "127.0.0.1:8080"),
        (b"https://127.0.0.1:3000", "localhost"),
        (b"http://[::1]:3000", "localhost"),
        (b"https://app.contoso.com", "127.0.0.1:8080"),
    ],
)
def test_pages_that_may_call(origin, asked):
    assert problem_of_origin({b"origin": origin}, asked, frozenset({"https://app.contoso.com"})) == ""


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        b"http://app.contoso.com",
        b"https://app.contoso.com.evil.example",
        b"http://203.0.113.5",  # anybody may have a page at an address
        b"http://localhost.evil.example",
        b"null",
        b"",
        b"http://[::1",
        b"\xff",
    ],
)
def test_every_other_page_is_refused(origin):
    problem = problem_of_origin({b"origin": origin}, "127.0.0.1:8080", frozenset({"https://app.contoso.com"}))

    assert "may not call the gateway: the option apim_allowed_origins=" in problem


@pytest.mark.parametrize(("site", "is_refused"), [(b"cross-site", True), (b"same-origin", False), (b"none", False)])
def test_a_page_that_sends_no_origin_is_known_by_its_site(site, is_refused):
    """An image or a script: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header."""
    assert bool(problem_of_origin({b"sec-fetch-site": site}, "localhost", NONE)) is is_refused


def test_who_is_no_page_has_no_origin():
    assert problem_of_origin({}, "localhost", NONE) == ""


@pytest.mark.parametrize(
    "fields", [{b"origin": b"https://evil.example"}, {b"origin": b"null"}, {b"sec-fetch-site": b"cross-site"}]
)
def test_every_origin_can_be_allowed(fields):
    assert problem_of_origin(fields, "localhost", frozenset({"*"})) == ""


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("gateway", "gateway"),
        ("Gateway:18080", "gateway"),
        ("api.contoso.com", "api.contoso.com"),
        ("my_container", "my_container"),
        ("[fd00::1]:8080", "fd00::1"),
        ("*", "*"),
    ],
)
def test_a_host_may_be_given_with_a_port(given, name):
    assert parse_host(given) == name


@pytest.mark.parametrize(
    "given", ["", "a,b", "a b", "http://gateway", "gateway/", "*.contoso.com", "user@gateway", ":8080"]
)
def test_a_host_that_no_client_can_ask_for_is_refused(given):
    with pytest.raises(ValueError, match=r"^apim_allowed_hosts has '.*': expected a name, like gateway or"):
        parse_host(given)


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://app.contoso.com", "https://app.contoso.com"),
        ("https://app.contoso.com/", "https://app.contoso.com"),
        ("HTTPS://App.Contoso.com:443", "https://app.contoso.com"),
        ("http://app.contoso.com:80/", "http://app.contoso.com"),
        ("http://app.contoso.com:443", "http://app.contoso.com:443"),
        ("http://[fd00::1]:3000", "http://[fd00::1]:3000"),
        ("chrome-extension://abcdefgh", "chrome-extension://abcdefgh"),
        ("file://", "file://"),
        ("null", "null"),
        ("*", "*"),
    ],
)
def test_an_origin_becomes_what_a_browser_sends(given, origin):
    assert parse_origin(given) == origin


@pytest.mark.parametrize(
    "given",
    ["", "evil.com", "a,b", "a b", "https://", "https://a.example/app", "https://a,https://b", "https://*.a.example"],
)
def test_an_origin_that_no_browser_can_send_is_refused(given):
    with pytest.raises(ValueError, match=r"^apim_allowed_origins has '.*': expected an origin, like https://"):
        parse_origin(given)
