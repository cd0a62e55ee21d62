"""Every zone of Windows has the rules of one of the IANA."""

import pytest

from apim_lab.dotnet.dates.time_zones import find_zone
from apim_lab.dotnet.dates.windows_zones import STANDARD_NAMES, WINDOWS_ZONES


@pytest.mark.parametrize("id_", WINDOWS_ZONES)
def test_a_zone_is_found(id_):
    assert find_zone(id_).id == id_


def test_names_are_those_of_zones():
    assert STANDARD_NAMES.keys() <= WINDOWS_ZONES.keys()
