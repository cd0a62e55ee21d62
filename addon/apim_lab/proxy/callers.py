"""Who may call the gateway as a server: what the Host and the Origin of a request have to be.

A page in a browser can send requests to addresses that only its reader reaches: as they are ("simple requests"), or
under a name of its own that it lets point here (DNS rebinding). It would spend the keys of the backends.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from apim_lab.livepage.addresses import ADDRESS, host_of, is_ours
from apim_lab.printable import printable

EVERY = "*"
"""In a list of Hosts or Origins: every one."""

LONGEST_NAME = 255
"""Characters of a Host or an Origin; a name in the DNS is not longer."""

KEPT_DECISIONS = 1024
"""Hosts and Origins whose decision is remembered; clients send the same ones again and again."""

NAME = re.compile(r"([a-z0-9._~-]+|\[[0-9a-f:.]+\])(:[0-9]*)?")
"""A host in lower case, maybe with a port."""

ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://([a-z0-9._~-]*|\[[0-9a-f:.]+\])(:[0-9]+)?/?")
"""An origin in lower case, as RFC 6454, section 6.2, writes it, maybe with a slash."""

OPAQUE = "null"
"""The Origin of a page that has none of its own, like a file or a sandboxed frame."""

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
"""Browsers leave them out of an Origin."""

type Names = frozenset[str]


def parse_host(text: str) -> str:
    """A value of apim_allowed_hosts as a name, without a port: clients may use the name with any. Raises ValueError."""
    if text == EVERY:
        return text
    if match := NAME.fullmatch(text.lower()):
        return match[1].strip("[]")
    raise ValueError(f"apim_allowed_hosts has {text!r}: expected a name, like gateway or api.contoso.com, or {EVERY}")


def parse_origin(text: str) -> str:
    """A value of apim_allowed_origins as browsers write an origin. Raises ValueError."""
    if text in {EVERY, OPAQUE}:
        return text
    match = ORIGIN.fullmatch(text.lower())
    if not match or not (match[2] or match[1] == "file"):
        expected = f"an origin, like https://app.contoso.com, or {EVERY}"
        raise ValueError(f"apim_allowed_origins has {text!r}: expected {expected}")
    scheme, host, port = match.groups("")
    return f"{scheme}://{host}{'' if port == DEFAULT_PORTS.get(scheme) else port}"


def problem_of_host(asked: str, names: Names) -> str:
    """Why a request for this Host is refused; "" if it is not: the Host is an address, localhost, or in `names`."""
    if is_known(asked, names):
        return ""
    shown = printable(asked, LONGEST_NAME)
    name = shown.partition(":")[0] or "NAME"
    return (
        f"Host {shown!r} is not this gateway: ask for its address, or for localhost; "
        f"the option apim_allowed_hosts={name} lets clients use that name"
    )


def problem_of_origin(fields: Mapping[bytes, bytes], asked: str, origins: Names) -> str:
    """Why a request with these header fields (names in lower case) is refused; "" if it is not: no page sent it, or one
    that may. `asked` is its Host."""
    origin = fields.get(b"origin")
    if origin is None:
        is_foreign = fields.get(b"sec-fetch-site") == b"cross-site" and EVERY not in origins
        return "pages of other sites may not call the gateway" if is_foreign else ""
    text = origin.decode("latin-1")
    if may_call(text, asked, origins):
        return ""
    shown = printable(text, LONGEST_NAME)
    return f"pages of {shown} may not call the gateway: the option apim_allowed_origins={shown} lets them"


@lru_cache(KEPT_DECISIONS)
def is_known(asked: str, names: Names) -> bool:
    match = ADDRESS.fullmatch(asked) if len(asked) <= LONGEST_NAME else None
    return EVERY in names or (match is not None and (is_ours(asked, "localhost") or host_of(match) in names))


@lru_cache(KEPT_DECISIONS)
def may_call(origin: str, asked: str, origins: Names) -> bool:
    """Whether pages of this origin may call: it is the gateway itself, on this machine, or in `origins`."""
    if EVERY in origins or origin in origins:
        return True
    try:
        parts = urlsplit(origin)
        return parts.netloc.lower() == asked.lower() or is_loopback(parts.hostname or "")
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether the name or address leads to the machine of whoever uses it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
