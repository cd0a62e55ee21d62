"""The pytest plugin: fixtures that serve a fleet on free ports, in the process of the tests.

pytest finds it by itself. `mock_fleet` serves the three backends of `FLEET`; to serve others, redefine `mock_backends`
in a test module or a conftest.
"""

from collections.abc import Iterator, Sequence

import pytest

from mockbackends.backend import Backend
from mockbackends.client import ControlClient
from mockbackends.fleet import Fleet
from mockbackends.server import serve

FLEET = (Backend("east"), Backend("west"), Backend("north"))


@pytest.fixture
def mock_backends() -> Sequence[Backend]:
    """Return the backends for `mock_fleet`; redefine this fixture to serve others."""
    return FLEET


@pytest.fixture
def mock_fleet(mock_backends: Sequence[Backend]) -> Iterator[Fleet]:
    """Serve a fleet, with `urls` by name, `control_url`, `clock` and `journal`; the system chooses its ports."""
    with serve(mock_backends, control=0) as fleet:
        yield fleet


@pytest.fixture
def mock_control(mock_fleet: Fleet) -> ControlClient:
    """Return a client of the control of `mock_fleet`: for limits, faults, scenarios, the clock and the verdict."""
    return ControlClient(mock_fleet.control_url)
