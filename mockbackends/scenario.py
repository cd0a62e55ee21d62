"""Scenarios: what changes in the fleet, and when, counted from the moment that the scenario is loaded.

events:
  - at: 20          # seconds
    for: 30         # and back; without it, until the scenario ends
    backend: east   # without it, every backend
    change: {faults: [{fault: throttle, dialect: high-demand, retry_after: 20}]}

10:00:00  the scenario is loaded
10:00:20  east throttles every call
10:00:50  east is as it was
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import Field

from mockbackends.clock import SECOND
from mockbackends.settings import Change, Deployment, FrozenModel, Name, Seconds

type Place = tuple[str, str]  # the names of a backend and of a deployment there


class ScenarioEvent(FrozenModel):
    """One change: it holds from `at`, for `for` seconds, in the deployments that it names."""

    at: Seconds = Field(description="seconds since the scenario was loaded")
    duration: Seconds | None = Field(
        default=None, alias="for", description="seconds until it is undone; without, never"
    )
    backend: Name | None = Field(default=None, description="the backend; without it, all of them")
    deployment: Name | None = Field(default=None, description="the deployment; without it, all of them")
    change: Change

    @property
    def span(self) -> tuple[int, float]:
        """When it begins and ends, in nanoseconds after the start: the beginning is in, the end is out or infinite."""
        begin = round(self.at * SECOND)
        return begin, math.inf if self.duration is None else begin + round(self.duration * SECOND)

    def concerns(self, backend: str, deployment: str) -> bool:
        """Whether it changes this deployment."""
        return self.backend in (None, backend) and self.deployment in (None, deployment)


class Timeline:
    """A deployment's settings over time: each holds from its moment, in nanoseconds after the start, to the next."""

    def __init__(self, settings: dict[float, Deployment]) -> None:
        self._moments = list(settings)
        self._settings = list(settings.values())

    def at(self, moment: int) -> Deployment:
        """The settings that many nanoseconds after the start."""
        return self._settings[bisect_right(self._moments, moment) - 1]


class Scenario(FrozenModel):
    """A timeline of changes; where two hold at once, the later one in the list wins."""

    name: str = Field(default="scenario", max_length=200)
    events: tuple[ScenarioEvent, ...] = Field(min_length=1, max_length=1000)

    def timelines(self, deployments: Mapping[Place, Deployment]) -> dict[Place, Timeline]:
        """The settings over time; raise pydantic's ValidationError if those of a deployment do not fit together."""
        changes = cache(self._changes)  # the same for all deployments that the same events concern
        return {
            place: Timeline({moment: change.apply(deployment) for moment, change in changes(self._concerned(place))})
            for place, deployment in deployments.items()
        }

    def next_moment(self, moment: int) -> float:
        """When the next event begins or ends, in nanoseconds after the start; infinite if none does."""
        return min((edge for event in self.events for edge in event.span if edge > moment), default=math.inf)

    def _concerned(self, place: Place) -> tuple[int, ...]:
        return tuple(index for index, event in enumerate(self.events) if event.concerns(*place))

    def _changes(self, concerned: tuple[int, ...]) -> list[tuple[float, Change]]:
        """What those events do together: the change from the start on, and from each moment that one begins or ends."""
        events = [self.events[index] for index in concerned]
        layers = [(*event.span, event.change.model_dump(exclude_unset=True)) for event in events]
        moments = {0, *(edge for begin, end, _ in layers for edge in (begin, end) if edge < math.inf)}
        return [
            (moment, _together(change for begin, end, change in layers if begin <= moment < end))
            for moment in sorted(moments)
        ]


def _together(changes: Iterable[dict[str, Any]]) -> Change:
    """One change that does what these do, one after the other."""
    together: dict[str, Any] = {}
    for change in changes:
        for field, value in change.items():
            if isinstance(value, dict):
                together[field] = together.get(field, {}) | value
            elif value is not None:
                together[field] = value
    return Change.model_validate(together)
