"""Starts a gateway and the backends, plays sessions, and looks at what is left."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterable
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from mitmproxy.certs import CertStore

from tests.e2e import census
from tests.e2e.chaos import policies
from tests.e2e.chaos.backends import Backends
from tests.e2e.chaos.calls import HOST
from tests.e2e.chaos.plans import Session
from tests.e2e.chaos.run import Player, Report, faults_in_log
from tests.e2e.conftest import Gateway, Lab


def attack(stack: ExitStack, folder: Path, sessions: Iterable[Session]) -> Report:
    """Play the sessions; the report has what was wrong with them, with the gateway's log, and with what is left."""
    config = policies.write(folder, HOST)
    authority, certificate = certificates(folder)
    settings = (f"apim_config={config}", "apim_log=json", f"ssl_verify_upstream_trusted_ca={authority}")
    gateway = Lab(stack, folder).gateway(
        "-s", census.__file__, *(part for each in settings for part in ("--set", each))
    )
    return asyncio.run(play(gateway, certificate, sessions))


async def play(gateway: Gateway, certificate: Path, sessions: Iterable[Session]) -> Report:
    *_, last = policies.APIS
    gateway.wait_for(f"API {last.name} at")  # clients that come before are there for good: gc.freeze
    backends = Backends()
    async with backends.serve(certificate):
        player = Player(gateway.port, backends)
        await player.play_all(sessions)
        left = await asyncio.to_thread(count_the_rest, gateway)
    report = player.report
    report.findings += backends.findings
    if left != census.EMPTY:
        report.findings.append(f"left in the gateway: {left}")
    if gateway.process.poll() is not None:
        report.findings.append(f"the gateway ended with {gateway.process.returncode}")
    start = next(index for index, line in enumerate(gateway.lines) if "listening at" in line)
    report.log = "".join(gateway.lines[start:])
    report.findings += faults_in_log(report.log, report, backends)
    return report


def count_the_rest(gateway: Gateway) -> dict[str, int]:
    """What is left as soon as that is nothing, or after 20 seconds."""
    until = time.monotonic() + 20
    while True:
        with urllib.request.urlopen(f"{gateway.url}/census", timeout=20) as response:
            counted: dict[str, int] = json.load(response)
        if counted == census.EMPTY or time.monotonic() > until:
            return counted
        time.sleep(0.2)


def certificates(folder: Path) -> tuple[Path, Path]:
    """The authority that the gateway trusts, and a certificate with its key for 127.0.0.1."""
    store = CertStore.from_store(folder, "mitmproxy", 2048)
    entry = store.get_cert(None, [x509.IPAddress(ip_address("127.0.0.1"))])
    key = entry.privatekey.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "backend.pem"
    file.write_bytes(key + entry.cert.to_pem())
    return folder / "mitmproxy-ca-cert.pem", file
