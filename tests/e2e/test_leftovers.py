"""After the calls are over nothing of them is left: no flow, no run, no open connection; and each call is told of."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from tests.e2e.conftest import Gateway, Lab, ScriptedBackend

PATH = "/openai/deployments/gpt-4o/chat/completions"
POLICY = """<policies>
    <inbound><set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;))" /></inbound>
    <backend><forward-request timeout="60" /></backend>
</policies>"""
EMPTY = {"HTTPFlow": 1, "Run": 0, "ReplayStream": 1, "ConnectionIO": 1, "Server": 1, "StreamWriter": 1, "sockets": 1}
"""What there is while only the census itself is taken: its own flow, on its own connection."""


@pytest.fixture(scope="module")
def gateway(confdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that sends each call to the URL in its field `to`."""
    policy = tmp_path_factory.mktemp("policy") / "policy.xml"
    policy.write_text(POLICY)
    with ExitStack() as stack:
        census = str(Path(__file__).with_name("census.py"))
        yield Lab(stack, confdir).gateway("-s", census, "--set", f"apim_policy={policy}")


@pytest.fixture
def left(gateway: Gateway) -> Callable[[], dict[str, int]]:
    """The census as soon as nothing is left, or after ten seconds."""

    def take() -> dict[str, int]:
        until = time.monotonic() + 10
        while True:
            counted = httpx2.get(f"{gateway.url}/census").json()
            counted = {kind: counted[kind] for kind in EMPTY}
            if counted == EMPTY or time.monotonic() > until:
                return counted
            time.sleep(0.1)

    return take


def reset(backend: ScriptedBackend, connection: socket.socket, request: bytes) -> bool:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def test_a_connection_that_the_backend_resets_is_not_kept(gateway, scripted, left):
    url = scripted(reset).url
    with httpx2.Client() as client:
        statuses = [client.get(gateway.url + PATH, headers={"to": url}).status_code for _ in range(20)]

    assert statuses == [500] * 20
    assert left() == EMPTY
