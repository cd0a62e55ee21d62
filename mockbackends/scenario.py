"""Scenarios: timelines of changes in the fleet, which begin when the scenario is loaded.

events:
  - at: 20          # seconds
    for: 30         # then back; without it, until the scenario ends
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
    """A change of the named deployments, which holds from `at` on, for `for` seconds."""

    at: Seconds = Field(description="seconds after the start of the scenario")
    duration: Seconds | None = Field(
        default=None, alias="for", description="seconds until the change is undone; null: never"
    )
    backend: Name | None = Field(default=None, description="name of the backend; null: all")
    deployment: Name | None = Field(default=None, description="name of the deployment; null: all")
    change: Change

    @property
    def span(self) -> tuple[int, float]:
        """The first moment, and the moment after the last or infinity, in nanoseconds after the start."""
        begin = round(self.at * SECOND)
        return begin, math.inf if self.duration is None else begin + round(self.duration * SECOND)

    def concerns(self, backend: str, deployment: str) -> bool:
        """Return whether the event changes this deployment."""
        return self.backend in (None, backend) and self.deployment in (None, deployment)


class Timeline:
    """The settings of a deployment over time, by the moment of their start in nanoseconds after the scenario's."""

    def __init__(self, settings: dict[float, Deployment]) -> None:
        self._moments = list(settings)
        self._settings = list(settings.values())

    def at(self, moment: int) -> Deployment:
        """Return the settings at a moment, in nanoseconds after the start of the scenario."""
        return self._settings[bisect_right(self._moments, moment) - 1]


class Scenario(FrozenModel):
    """A timeline of changes. If two hold at once, the later one in the list wins."""

    name: str = Field(default="scenario", max_length=200)
    events: tuple[ScenarioEvent, ...] = Field(min_length=1, max_length=1000)

    def timelines(self, deployments: Mapping[Place, Deployment]) -> dict[Place, Timeline]:
        """Return the settings over time; raise pydantic's ValidationError if settings do not fit together."""
        changes = cache(self._changes)  # once for all deployments with the same events
        return {
            place: Timeline({moment: change.apply(deployment) for moment, change in changes(self._indexes(place))})
            for place, deployment in deployments.items()
        }

    def next_moment(self, moment: int) -> float:
        """Return the next moment when an event begins or ends, in nanoseconds after the start, or infinity."""
        return min((edge for event in self.events for edge in event.span if edge > moment), default=math.inf)

    def _indexes(self, place: Place) -> tuple[int, ...]:
        return tuple(index for index, event in enumerate(self.events) if event.concerns(*place))

    def _changes(self, indexes: tuple[int, ...]) -> list[tuple[float, Change]]:
        """Return the change by all those events together, at the start and at each moment when one begins or ends."""
        events = [self.events[index] for index in indexes]
        layers = [(*event.span, event.change.model_dump(exclude_unset=True)) for event in events]
        moments = {0, *(edge for begin, end, _ in layers for edge in (begin, end) if edge < math.inf)}
        return [
            (moment, _merge(change for begin, end, change in layers if begin <= moment < end))
            for moment in sorted(moments)
        ]


def _merge(changes: Iterable[dict[str, Any]]) -> Change:
    """Merge several changes into one; later changes win."""
    merged: dict[str, Any] = {}
    for change in changes:
        for field, value in change.items():
            if isinstance(value, dict):
                merged[field] = merged.get(field, {}) | value
            elif value is not None:
                merged[field] = value
    return Change.model_validate(merged)
