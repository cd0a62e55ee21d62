"""The pytest plugin: fixtures that serve a fleet on free ports, in the process of the tests.

Installed with the package. `mock_fleet` serves the three regions of `FLEET`; a test, module or conftest with others
redefines `mock_backends`.
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
    """The backends that `mock_fleet` serves; redefine it to have others."""
    return FLEET


@pytest.fixture
def mock_fleet(mock_backends: Sequence[Backend]) -> Iterator[Fleet]:
    """A running fleet: `urls` by name, `control_url`, `clock` and `journal`. Its ports are the system's choice."""
    with serve(mock_backends, control=0) as fleet:
        yield fleet


@pytest.fixture
def mock_control(mock_fleet: Fleet) -> ControlClient:
    """The control of `mock_fleet`: changes limits and faults, loads scenarios, advances the clock, judges."""
    return ControlClient(mock_fleet.control_url)
