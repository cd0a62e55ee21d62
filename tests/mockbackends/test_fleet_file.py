from pathlib import Path

import pytest

from mockbackends.backend import Backend
from mockbackends.documents import DocumentError
from mockbackends.fleet_file import FleetFile
from mockbackends.settings import Deployment, Fault, Limits

GOOD = """\
control: 5000
backends:
  - name: east
    region: East US 2
    port: 5001
    key: secret
    deployments:
      - name: gpt-4o
        limits: {rpm: 60, tpm: 10000}
        faults: [{fault: reset, first: 3}]
  - name: west
    deployments: [{name: gpt-4o}]
"""


def load(tmp_path: Path, text: str) -> FleetFile:
    path = tmp_path / "fleet.yaml"
    path.write_text(text)
    return FleetFile.load(path)


def test_a_fleet_is_read(tmp_path: Path) -> None:
    file = load(tmp_path, GOOD)

    gpt = Deployment(name="gpt-4o", limits=Limits(rpm=60, tpm=10_000), faults=(Fault(fault="reset", first=3),))
    assert file.control == 5000
    assert [entry.backend() for entry in file.backends] == [
        Backend("east", 5001, key="secret", region="East US 2", deployments=(gpt,)),
        Backend("west", deployments=(Deployment(name="gpt-4o"),)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "rpm: 60",
            "rpm: many",
            "fleet.yaml:9:23: backends.0.deployments.0.limits.rpm: Input should be a number, not '",
        ),
        (
            "rpm: 60",
            "rmp: 60",
            "fleet.yaml:9:23: backends.0.deployments.0.limits.rmp: there is no such setting; write one of rpm, window",
        ),
        ("port: 5001", "port: 70000", "fleet.yaml:5:11: backends.0.port: Input should be less than or equal to 65535"),
        ("name: west", "name: east", "fleet.yaml:1:1: each backend needs a name of its own: east, east"),
        (
            "fault: reset",
            "fault: fire",
            "fleet.yaml:10:26: backends.0.deployments.0.faults.0.fault: write one of unavailable, error, ",
        ),
        ("  - name: west", "  - x: 1", "fleet.yaml:11:5: backends.1.name: Field required"),
        ("East US 2", "東京", "fleet.yaml:4:13: backends.0.region: String should match pattern"),
        ("East US 2", '"a\\nb"', "fleet.yaml:4:13: backends.0.region: String should match pattern"),
        (
            "rpm: 60, tpm: 10000",
            "tpm: 1, provisioned: true, spillover: gpt-4o",
            "fleet.yaml:8:9: backends.0.deployments.0: limits: gpt-4o cannot spill over to itself",
        ),
        ("name: west", "name: a b", "fleet.yaml:11:11: backends.1.name: String should match pattern"),
        ("control: 5000", "control: [", "fleet.yaml:3:3: not YAML: "),
        (
            "tpm: 10000",
            "tpm: 1, provisioned: true",
            "fleet.yaml:8:9: backends.0.deployments.0: limits: a provisioned deployment has a tpm and no rpm",
        ),
        (
            "rpm: 60, tpm: 10000",
            "tpm: 1, provisioned: true, spillover: o1",
            "fleet.yaml:9:56: backends.0.deployments.0.limits.spillover: there is no deployment 'o1': there is gpt-4o",
        ),
        (
            "rpm: 60",
            "spillover: gpt-4o",
            "fleet.yaml:8:9: backends.0.deployments.0: limits: only a provisioned deployment has a spillover",
        ),
        (
            "[{name: gpt-4o}]",
            "[{name: a}, {name: a}]",
            "fleet.yaml:11:5: backends.1: each deployment needs a name of its own: a, a",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, GOOD.replace(old, new))

    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)


def test_every_mistake_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, GOOD.replace("rpm: 60", "rpm: many").replace("port: 5001", "port: -1"))

    assert len(caught.value.mistakes) == 2


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")

    with pytest.raises(DocumentError, match=r"none\.yaml: No such file or directory"):
        FleetFile.load(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match=r"bytes\.yaml: not UTF-8"):
        FleetFile.load(tmp_path / "bytes.yaml")
