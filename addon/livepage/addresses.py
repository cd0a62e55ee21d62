"""Where servers listen, and by which names they may be asked for."""

from ipaddress import ip_address
from urllib.parse import urlsplit

AT_HOME = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # not listened on, but replaced
"""Where this machine reaches a server of its own that listens everywhere."""


def parse_address(text: str) -> tuple[str, int]:
    """`8081` or `127.0.0.1:8081` as host and port; raise ValueError on anything else. Alone a port is on loopback."""
    host, _, port = text.lower().rpartition(":")
    if not (port.isascii() and port.isdecimal() and int(port) <= 65_535) or (":" in text and not host):
        raise ValueError(f"apim_page is {text!r}: expected a port, like 8081, or host:port, like 127.0.0.1:8081")
    return host.strip("[]") or "127.0.0.1", int(port)


def url_of(host: str, port: int) -> str:
    """The URL by which this machine reaches what listens there."""
    name = AT_HOME.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def is_ours(asked: str, host: str) -> bool:
    """Whether a Host names this machine: an address, which no other page can have for its own, `localhost`, or the name
    that it listens on."""
    try:
        name = urlsplit(f"//{asked}").hostname or ""
    except ValueError:  # "[", for one
        return False
    return name in ("localhost", host) or is_address(name)


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
