"""An example: is a client, or a gateway, patient with a backend that throttles? Run it with pytest.

`mock_fleet` and `mock_control` come with the package. The "gateway" here is the simplest there is: it asks one backend
after the other. Put your own in its place, with the URLs of `mock_fleet.urls` as its backends.
"""

import json
import urllib.error
import urllib.request

import pytest

from mockbackends import Backend, Fleet
from mockbackends.client import ControlClient


@pytest.fixture
def mock_backends() -> list[Backend]:
    return [Backend("east", rpm=6), Backend("west")]  # east: one call in ten seconds


def ask(fleet: Fleet, text: str) -> str:
    """Ask one backend after the other until one answers."""
    body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}).encode()
    for url in fleet.urls.values():
        try:
            with urllib.request.urlopen(f"{url}/v1/chat/completions", body) as response:
                return str(json.load(response)["choices"][0]["message"]["content"])
        except urllib.error.HTTPError as error:
            error.close()
    raise AssertionError("no backend answered")


def test_a_throttled_backend_is_made_up_for_by_the_next(mock_fleet: Fleet, mock_control: ControlClient) -> None:
    answers = [ask(mock_fleet, f"Question {number}") for number in range(3)]

    assert [answer.split(".")[0] for answer in answers] == ["This is east", "This is west", "This is west"]
    verdict = mock_control.verdict()
    assert verdict["leaked"] == 0
    assert verdict["early"] == 1  # the third call went to east again, before its Retry-After was over


def test_ten_seconds_later_it_is_asked_again(mock_fleet: Fleet, mock_control: ControlClient) -> None:
    ask(mock_fleet, "Question 1")
    mock_control.advance(10)  # on the lab's clock: takes no time

    assert ask(mock_fleet, "Question 2").startswith("This is east")


def test_a_region_goes_down_and_comes_back(mock_fleet: Fleet, mock_control: ControlClient) -> None:
    mock_control.load_scenario("events: [{at: 20, for: 30, backend: east, change: {faults: [{fault: reset}]}}]")
    mock_control.advance(50)

    assert ask(mock_fleet, "Are you back?").startswith("This is east")
