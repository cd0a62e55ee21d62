"""Addresses that servers listen on, and the Host names that requests to them may have."""

import re
from ipaddress import ip_address

ADDRESS = re.compile(r"(?:\[(?P<ip6>[0-9a-fA-F:.]+)\]|(?P<name>[^\s:/?#\[\]@]+))(?::(?P<port>[0-9]*))?")
"""`host:port` as in a URL (RFC 3986, section 3.2); the port may be missing."""

AT_HOME = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # not listened on, but replaced
"""The address at which this machine reaches its own server, if that listens on all interfaces."""


def parse_address(text: str) -> tuple[str, int]:
    """`8081` or `127.0.0.1:8081` as host and port; raise ValueError on anything else. A port alone is on loopback."""
    match = ADDRESS.fullmatch(text if ":" in text else f"127.0.0.1:{text}")
    if match is None or not match["port"] or int(match["port"]) > 65_535:
        raise ValueError(f"apim_page is {text!r}: expected a port, like 8081, or host:port, like 127.0.0.1:8081")
    return host_of(match), int(match["port"])


def url_of(host: str, port: int) -> str:
    """The URL at which this machine reaches the server that listens there."""
    name = AT_HOME.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def is_ours(asked: str, host: str) -> bool:
    """Whether a Host names this machine: it is `localhost`, the name that the server listens on, or any address (which
    no page of somebody else's domain has)."""
    match = ADDRESS.fullmatch(asked)
    return match is not None and ((name := host_of(match)) in ("localhost", host) or is_address(name))


def host_of(match: re.Match[str]) -> str:
    """The host of an address, without brackets and in lower case."""
    return (match["ip6"] or match["name"]).lower()


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
