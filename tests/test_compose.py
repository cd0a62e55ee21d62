"""docker-compose.yml and what it mounts, as far as that can be told without Docker."""

import ast
import importlib.util
import json
import re
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from apim_lab.watchers.measurements import INSTRUMENTS
from apim_lab.watchers.metrics import prometheus_name
from mockbackends.__main__ import LAB
from mockbackends.backend import Backend

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "compose"


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


SERVICES = read(ROOT / "docker-compose.yml")["services"]
BACKENDS = {name: service for name, service in SERVICES.items() if name.startswith("backend")}
GATEWAY = SERVICES["gateway"]
every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)

DOCKERFILE = (COMPOSE / "Dockerfile").read_text(encoding="utf-8")
DASHBOARD = json.loads((COMPOSE / "grafana/dashboards/apim-lab.json").read_text(encoding="utf-8"))
TARGETS = [target for panel in DASHBOARD["panels"] for target in panel["targets"]]


# ---- services ---------------------------------------------------------------------------------------------------


@every_service
def test_every_port_is_published_on_loopback_alone(service: dict[str, Any]) -> None:
    assert service["ports"]
    assert all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) for port in service["ports"])


def test_no_port_is_published_twice() -> None:
    ports = [port for service in SERVICES.values() for port in service["ports"]]

    assert len(set(ports)) == len(ports)


@every_service
def test_every_service_is_hardened(service: dict[str, Any]) -> None:
    user, _, group = service["user"].partition(":")

    assert int(user) > 0
    assert group.isdecimal()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)


@every_service
def test_nothing_of_the_checkout_can_be_written_to(service: dict[str, Any]) -> None:
    for source, _, flags in (volume.split(":") for volume in service.get("volumes", ())):
        assert (ROOT / source).exists()
        assert "ro" in flags.split(",")


@every_service
def test_every_service_has_a_healthcheck(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(service["healthcheck"])


@every_service
def test_every_image_is_built_here_or_of_a_named_version(service: dict[str, Any]) -> None:
    if "build" in service:
        assert re.search(rf"^FROM base AS {service['build']['target']}$", DOCKERFILE, re.MULTILINE)
        assert ROOT / service["build"]["dockerfile"] == COMPOSE / "Dockerfile"
    else:
        assert re.fullmatch(r"[a-z]+/[a-z]+:v?\d+\.\d+\.\d+", service["image"])


def test_the_base_of_the_images_is_of_a_named_version() -> None:
    assert re.search(r"^ARG PYTHON=3\.\d+-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:${PYTHON}", "build", "base"}


def test_each_service_starts_when_what_it_needs_is_healthy() -> None:
    needed = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}

    assert set(needed["gateway"]) == set(BACKENDS)
    assert set(needed["prometheus"]) == {"gateway"}
    assert set(needed["grafana"]) == {"prometheus"}
    assert all(one == {"condition": "service_healthy"} for each in needed.values() for one in each.values())


def test_prometheus_and_grafana_come_only_when_asked_for() -> None:
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["observe"]} == {
        "prometheus",
        "grafana",
    }


# ---- the lab ----------------------------------------------------------------------------------------------------


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_the_backends_are_those_of_make_lab() -> None:
    served = [Backend.parse(option(service["command"], "--backend")) for service in BACKENDS.values()]

    assert tuple(served) == LAB


def test_the_gateway_is_the_one_of_make_lab() -> None:
    lab, ours = read(ROOT / "addon/apim_lab/gallery/lab.yaml"), read(COMPOSE / "gateway/lab.yaml")
    files = [
        (folder / config["apis"][0].pop("policy")).resolve()
        for folder, config in ((ROOT / "addon/apim_lab/gallery", lab), (COMPOSE / "gateway", ours))
    ]
    urls = {
        f"openAiBackend{name[-1]}": {"url": f"http://{name}:{service['ports'][0].split(':')[2]}/openai"}
        for name, service in BACKENDS.items()
    }

    assert ours.pop("backends") == urls
    assert set(lab.pop("backends")) == set(urls)
    assert ours["named-values"].pop("calls") == "${CALLS}"
    assert GATEWAY["environment"]["CALLS"] == f"${{CALLS:-{lab['named-values'].pop('calls')}}}"
    assert ours == lab
    assert files[0] == files[1]


def test_the_gateway_asks_each_backends_control() -> None:
    listening = [option(service["command"], "--control").split(":")[1] for service in BACKENDS.values()]
    asked = [arg.removeprefix("--set=apim_fleet=") for arg in GATEWAY["command"] if "apim_fleet" in arg]

    assert asked == [f"http://{name}:{port}" for name, port in zip(BACKENDS, listening, strict=True)]


def test_the_gateways_files_are_where_its_image_has_them() -> None:
    mounted = dict(volume.split(":")[:2] for volume in GATEWAY["volumes"])

    assert mounted == {
        "./addon/apim_lab/gallery": "/app/addon/apim_lab/gallery",
        "./compose/gateway": "/app/compose/gateway",
    }
    assert "--set=apim_config=compose/gateway/lab.yaml" in GATEWAY["command"]


def test_the_image_of_the_backends_has_every_package_that_they_import() -> None:
    installed = re.search(r"--constraint constraints\.txt ((?:[a-z.]+ ?)+)$", DOCKERFILE, re.MULTILINE)
    assert installed
    files = [path for path in (ROOT / "mockbackends").rglob("*.py") if path.name != "pytest_plugin.py"]
    imported = {name.partition(".")[0] for path in files for name in imports(path)}
    brought_along = {"pydantic_core", "werkzeug"}  # by pydantic and flask

    needed = imported - set(sys.stdlib_module_names) - brought_along - {"mockbackends"}
    assert needed == {name.partition(".")[0] for name in installed[1].split()}


def imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return modules | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
def test_what_the_images_are_made_of_is_there_and_not_ignored(source: str) -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert all((ROOT / path).exists() and f"!{path}" in kept for path in source.split())


# ---- Prometheus and Grafana -------------------------------------------------------------------------------------


def test_prometheus_asks_the_port_of_the_page() -> None:
    (job,) = read(COMPOSE / "prometheus.yml")["scrape_configs"]

    assert job["static_configs"] == [{"targets": ["gateway:8081"]}]
    assert "--set=apim_page=0.0.0.0:8081" in GATEWAY["command"]
    assert "metrics_path" not in job  # /metrics, as the page has it


def test_grafana_asks_prometheus() -> None:
    (source,) = read(COMPOSE / "grafana/provisioning/datasources/prometheus.yaml")["datasources"]

    assert source["url"] == "http://prometheus:9090"
    assert {target["datasource"]["uid"] for target in TARGETS} == {source["uid"]}
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {source["uid"]}


def test_grafana_finds_the_dashboard() -> None:
    (provider,) = read(COMPOSE / "grafana/provisioning/dashboards/apim-lab.yaml")["providers"]
    folder = provider["options"]["path"]

    assert f"./compose/grafana/dashboards:{folder}:ro,z" in SERVICES["grafana"]["volumes"]
    assert SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == f"{folder}/apim-lab.json"


def exposed() -> dict[str, set[str]]:
    """Labels by the name of each time series that the gateway exposes."""
    found = {}
    for instrument in INSTRUMENTS:
        name, labels = prometheus_name(instrument), {label.replace(".", "_") for label in instrument.labels}
        if instrument.buckets:
            found |= {f"{name}_bucket": {*labels, "le"}, f"{name}_sum": labels, f"{name}_count": labels}
        else:
            found[f"{name}_total"] = labels
    return found


METRIC = re.compile(r"\b(?:apim|gen_ai)_\w+(?=[\[{])")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target["expr"][:60])
def test_the_dashboard_asks_for_what_the_gateway_exposes(target: dict[str, Any]) -> None:
    known, names = exposed(), METRIC.findall(target["expr"])
    asked = {label for by in re.findall(r"by \(([^)]*)\)", target["expr"]) for label in by.split(", ")}
    asked |= set(re.findall(r"(\w+)!?=~?\"", target["expr"]))
    shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))

    assert names
    assert set(names) <= set(known)
    assert asked <= set().union(*(known[name] for name in names))
    assert shown <= asked


def test_the_dashboard_shows_every_metric() -> None:
    asked = {
        re.sub(r"_(total|bucket|sum|count)$", "", name) for target in TARGETS for name in METRIC.findall(target["expr"])
    }

    assert asked == {prometheus_name(instrument) for instrument in INSTRUMENTS}


def test_the_panels_have_places_of_their_own() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]

    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in DASHBOARD["panels"])


# ---- the healthcheck --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def healthcheck() -> ModuleType:
    spec = importlib.util.spec_from_file_location("healthcheck", COMPOSE / "healthcheck.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port():
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/200", "http://127.0.0.1:{port}/399", "127.0.0.1:{port}"])
def test_a_container_is_healthy_if_every_place_answers(place: str, healthcheck: ModuleType, port: int) -> None:
    assert healthcheck.main([f"127.0.0.1:{port}", place.format(port=port)]) == 0


@pytest.mark.parametrize("status", [400, 503])
def test_a_container_is_not_healthy_if_one_place_answers_with_an_error(
    status: int, healthcheck: ModuleType, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    place = f"http://127.0.0.1:{port}/{status}"

    assert healthcheck.main([f"127.0.0.1:{port}", place]) == 1
    assert capsys.readouterr().err == f"{place}: answers {status}\n"


@pytest.mark.parametrize("place", ["127.0.0.1:{port}", "http://127.0.0.1:{port}/"])
def test_a_container_is_not_healthy_if_nothing_listens(
    place: str, healthcheck: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert healthcheck.main([place.format(port=port)]) == 1
    assert "refused" in capsys.readouterr().err
