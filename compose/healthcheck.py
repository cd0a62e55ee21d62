"""A container's healthcheck: exit code 0 if every place answers, else 1 and the reason.

A place is a URL, which has to answer with a status below 400, or HOST:PORT, which has to take a connection. The ports
of the gateway and of the backends are only connected to: a request would show up on the page or in the journal.
"""

import socket
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

PATIENCE = 3  # seconds for each place


def check(place: str) -> None:
    """Raise OSError or HTTPException unless the place answers."""
    address = urlsplit(place if "://" in place else f"//{place}")
    if not address.scheme:
        socket.create_connection((address.hostname, address.port), PATIENCE).close()
        return
    connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    try:
        connection.request("GET", address.path or "/")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status >= 400:
        raise HTTPException(f"answers {status}")


def main(places: list[str]) -> int:
    """Check all of them; the exit code."""
    for place in places:
        try:
            check(place)
        except (OSError, HTTPException) as error:
            sys.stderr.write(f"{place}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
