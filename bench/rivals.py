"""Other gateways for the same work, each as its own documentation starts it: LiteLLM and Portkey.

`make bench-rivals` installs them (bin/bench-rivals). One process each, as the gateway is one; no keys of callers, no
database, no callbacks, no telemetry, no retries.
"""

import json
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.processes import ROOT, Process, running
from bench.routes import Route
from bench.upstream import ANSWERS, STREAMS

FOLDER = ROOT / ".rivals"
LITELLM_PROGRAM = FOLDER / "litellm/bin/litellm"
PORTKEY_PROGRAM = FOLDER / "portkey/node_modules/@portkey-ai/gateway/build/start-server.js"
LOOPBACK = ROOT / "bench/scripts/loopback.cjs"
LITELLM_ENVIRONMENT = {
    "LITELLM_LOG": "ERROR",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # no download at the start
    "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",  # it listens on loopback, and has no real key
}
RIVAL_START_TIMEOUT = 120.0
"""Seconds to start: LiteLLM imports for many."""


def has_litellm() -> bool:
    return LITELLM_PROGRAM.exists()


def has_portkey() -> bool:
    return PORTKEY_PROGRAM.exists() and shutil.which("node") is not None


def versions() -> list[str]:
    """For example ["LiteLLM 1.108.7", "Portkey 1.15.2"], without those that are not installed."""
    found = []
    for metadata in FOLDER.glob("litellm/lib/*/site-packages/litellm-*.dist-info"):
        if named := re.fullmatch(r"litellm-([\d.]+)\.dist-info", metadata.name):
            found.append(f"LiteLLM {named[1]}")
    if has_portkey():
        package = json.loads(PORTKEY_PROGRAM.parents[1].joinpath("package.json").read_text())
        found.append(f"Portkey {package['version']}")
    return found


@contextmanager
def litellm(backends: Process) -> Iterator[tuple[Process, Route]]:
    """LiteLLM's proxy, which shares the calls among the three backends."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.yaml")
        config.write_text(json.dumps(litellm_config(backends)))  # JSON is YAML
        places = ("--host", "127.0.0.1", "--port", str(free_port()))
        command = (str(LITELLM_PROGRAM), "--config", str(config), *places, "--telemetry", "False")
        with running("LiteLLM", command, environment=LITELLM_ENVIRONMENT, timeout=RIVAL_START_TIMEOUT) as process:
            yield process, Route()


def litellm_config(backends: Process) -> dict[str, object]:
    models = [
        {
            "model_name": deployment,
            "litellm_params": {
                "model": f"azure/{deployment}",
                "api_base": f"http://127.0.0.1:{port}",
                "api_version": "2024-10-21",
                "api_key": "bench",
            },
            "model_info": {"base_model": "azure/gpt-4o"},  # or it logs an error for each call
        }
        for deployment in (*(name.decode() for name in ANSWERS), *STREAMS)
        for port in backends.ports
    ]
    return {"model_list": models, "litellm_settings": {"num_retries": 0, "callbacks": [], "telemetry": False}}


@contextmanager
def portkey(backends: Process) -> Iterator[tuple[Process, Route]]:
    """Portkey's gateway, which is told of one backend by each request."""
    command = ("node", "--require", str(LOOPBACK), str(PORTKEY_PROGRAM), f"--port={free_port()}", "--headless")
    route = Route(
        "/v1/chat/completions",
        {
            "Authorization": "Bearer bench",
            "x-portkey-provider": "openai",
            "x-portkey-custom-host": f"http://127.0.0.1:{backends.port}/openai/deployments/{{deployment}}",
        },
    )
    with running("Portkey", command, environment={"NODE_ENV": "production"}, timeout=RIVAL_START_TIMEOUT) as process:
        yield process, route


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    return port
