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

from pydantic import Field

from mockbackends.clock import SECOND
from mockbackends.settings import Change, Deployment, Name, Seconds, Settings


class Event(Settings):
    """One change: it holds from `at`, for `for` seconds, in the deployments that it names."""

    at: Seconds = Field(description="seconds since the scenario was loaded")
    duration: Seconds | None = Field(
        default=None, alias="for", description="seconds until it is undone; without, never"
    )
    backend: Name | None = Field(default=None, description="the backend; without it, all of them")
    deployment: Name | None = Field(default=None, description="the deployment; without it, all of them")
    change: Change

    def holds(self, moment: int) -> bool:
        """Whether it holds that many nanoseconds after the start: `at` is in, the end is out."""
        since = moment - round(self.at * SECOND)
        return since >= 0 and (self.duration is None or since < round(self.duration * SECOND))

    def concerns(self, backend: str, deployment: str) -> bool:
        """Whether it changes this deployment."""
        return self.backend in (None, backend) and self.deployment in (None, deployment)


class Scenario(Settings):
    """A timeline of changes; where two hold at once, the later one in the list wins."""

    name: str = Field(default="scenario", max_length=200)
    events: tuple[Event, ...] = Field(min_length=1, max_length=100)

    def phase(self, moment: int) -> tuple[int, ...]:
        """The indices of the events that hold that many nanoseconds after the start."""
        return tuple(index for index, event in enumerate(self.events) if event.holds(moment))

    def phases(self) -> set[tuple[int, ...]]:
        """Every combination of events that ever holds: one begins whenever an event begins or ends."""
        ends = [event.at + event.duration for event in self.events if event.duration is not None]
        moments = [0.0, *(event.at for event in self.events), *ends]
        return {self.phase(round(moment * SECOND)) for moment in moments}

    def layered(self, phase: tuple[int, ...], backend: str, deployment: Deployment) -> Deployment:
        """A deployment's settings while those events hold; raise pydantic's ValidationError if they do not fit."""
        for event in (self.events[index] for index in phase):
            if event.concerns(backend, deployment.name):
                deployment = event.change.apply(deployment)
        return deployment
