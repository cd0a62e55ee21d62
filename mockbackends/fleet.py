"""The fleet while it is served: every backend's deployments, the clock, the scenario and the journal they share."""

import math
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from mockbackends.admission import Admission, Ask, DeploymentState
from mockbackends.backend import ANY, Backend
from mockbackends.clock import Clock
from mockbackends.journal import Journal
from mockbackends.operations.kept import Kept
from mockbackends.scenario import Place, Scenario, Timeline
from mockbackends.settings import Change, Deployment, Limits


class UnknownError(LookupError):
    """There is no backend, or no deployment, of that name; the message lists those there are."""


def check_names(kind: str, names: Sequence[str]) -> None:
    """Raise ValueError if a name is there twice; `kind` is what bears the names, "backend" for one."""
    if len(set(names)) < len(names):
        raise ValueError(f"each {kind} needs a name of its own: {', '.join(names)}")


def check_spillover(limits: Limits | None, there: Collection[str], *place: int | str) -> None:
    """Raise pydantic's ValidationError if the spillover is not among the deployments `there` of its backend.

    `place` leads to what has the limits, ("events", 2, "change") for one.
    """
    if limits and limits.spillover is not None and limits.spillover not in there:
        message = f"there is no deployment {limits.spillover!r}: there is {', '.join(there)}"
        unknown = PydanticCustomError("unknown_spillover", message)
        mistake = InitErrorDetails(type=unknown, loc=(*place, "limits", "spillover"), input=limits)
        raise ValidationError.from_exception_data("spillover", [mistake])


class BackendState:
    """A backend while it is served: the deployments it began with, as they were changed, and as they are now.

    `kept` are the responses that it keeps. Raise ValueError if two deployments have the same name, pydantic's
    ValidationError if one spills over to a deployment that is not there.
    """

    def __init__(self, backend: Backend, clock: Clock) -> None:
        check_names("deployment", [deployment.name for deployment in backend.deployments])
        self.backend = backend
        self.clock = clock
        self.reset()
        for index, deployment in enumerate(backend.deployments):
            check_spillover(deployment.limits, self.base, "deployments", index)

    def reset(self) -> None:
        """Begin anew: the settings of the start, nothing counted, no response kept."""
        declared = self.backend.deployments or (self.backend.any_deployment(),)
        self.base = {deployment.name: deployment for deployment in declared}
        self.deployments = {name: DeploymentState(deployment, self.clock) for name, deployment in self.base.items()}
        self.kept = Kept()

    @property
    def region(self) -> str:
        """What answers call the backend."""
        return self.backend.region or self.backend.name

    def find(self, name: str) -> DeploymentState | None:
        """The deployment of that name; one that answers to any name, where none is declared."""
        return self.deployments.get(ANY if not self.backend.deployments else name)

    def admit(self, ask: Ask) -> Admission | None:
        """Judge a call; None if its deployment does not exist.

        What a provisioned one refuses may spill over to another; where that refuses, too, the shorter wait is told.
        """
        state = self.find(ask.deployment)
        if state is None:
            return None
        admission = state.admit(ask, self.region)
        spillover = state.settings.limits.spillover
        if admission.refusal and not admission.fault and spillover:
            return self._spill(ask, admission, spillover)
        return admission

    def _spill(self, ask: Ask, refused: Admission, spillover: str) -> Admission:
        spilled = self.deployments[spillover].admit(ask, self.region)
        told = min(spilled, refused, key=lambda admission: admission.wait)  # one that is admitted has none
        headers = {
            "x-ms-spillover-from-deployment": ask.deployment,
            "x-ms-spillover-error": "429",
            "x-ms-deployment-name": spillover,
        }
        return replace(told, headers=told.headers | headers)


class Fleet:
    """Several backends, and what they share. `urls` leads from a name to `http://host:port` once it is served.

    Raise ValueError if two backends, or two deployments of one, have the same name, and pydantic's ValidationError if
    a deployment spills over to one that its backend does not have.
    """

    def __init__(self, backends: Iterable[Backend], clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.journal = Journal(self.clock)
        states = [BackendState(backend, self.clock) for backend in backends]
        check_names("backend", [state.backend.name for state in states])
        self.states = {state.backend.name: state for state in states}
        self.urls: dict[str, str] = {}
        self.control_url = ""
        self.scenario: Scenario | None = None
        self._began = 0
        self._timelines: dict[Place, Timeline] = {}
        self._until = math.inf  # the moment on the clock at which the scenario changes something next
        self._lock = threading.RLock()

    def admit(self, name: str, ask: Ask) -> Admission | None:
        """Judge a call to a backend, under the settings of this moment; None if it has no such deployment."""
        self.keep_time()
        return self.states[name].admit(ask)

    def room_elsewhere(self, name: str, ask: Ask) -> tuple[str, ...]:
        """The other backends that would have served the call."""
        self.keep_time()
        others = {other: state.find(ask.deployment) for other, state in self.states.items() if other != name}
        return tuple(other for other, state in others.items() if state and state.has_room(ask))

    def owner_of_key(self, key: str) -> str | None:
        """The backend whose key this is."""
        return next((name for name, state in self.states.items() if state.backend.key == key), None)

    def change(self, backend: str, deployment: str, change: Change) -> Deployment:
        """Change some settings; raise UnknownError, or pydantic's ValidationError, and then nothing is changed."""
        with self._lock:
            self._check(backend, deployment)
            state = self.states[backend]
            changed = change.apply(state.base[deployment])
            check_spillover(changed.limits, state.base)
            if self.scenario:
                self._timelines |= self.scenario.timelines({(backend, deployment): changed})
            if change.faults is not None:
                state.deployments[deployment].start_faults_over()
            state.base[deployment] = changed
            self._apply()
            return changed

    def load(self, scenario: Scenario) -> None:
        """Start a scenario now, instead of the one that runs.

        Raise UnknownError if it changes what is not there, pydantic's ValidationError if it spills over to what is not
        there, or if settings do not fit together at some time of it; then the one that runs goes on.
        """
        with self._lock:
            self._check_events(scenario)
            base = {(state.backend.name, name): state.base[name] for state, name in self._targets(None, None)}
            self._timelines = scenario.timelines(base)
            self.scenario, self._began = scenario, self.clock.now()
            for state, name in self._targets(None, None):
                state.deployments[name].start_faults_over()
            self._apply()

    def end_scenario(self) -> None:
        """Leave the scenario: the settings without it hold again."""
        with self._lock:
            self.scenario, self._timelines = None, {}
            self._apply()

    def reset(self) -> None:
        """Begin anew: no scenario, the settings of the start, nothing counted, an empty journal.

        With a journal that stayed, calls after the reset would be early for the waits told before it.
        """
        with self._lock:
            for state in self.states.values():
                state.reset()
            self.end_scenario()
            self.journal.clear()

    def keep_time(self) -> None:
        """Bring the settings to the scenario's moment."""
        if self.clock.now() >= self._until:
            with self._lock:
                self._apply()

    def _apply(self) -> None:
        moment = self.clock.now() - self._began
        for state, name in self._targets(None, None):
            timeline = self._timelines.get((state.backend.name, name))
            state.deployments[name].settings = timeline.at(moment) if timeline else state.base[name]
        self._until = self._began + (self.scenario.next_moment(moment) if self.scenario else math.inf)

    def _targets(self, backend: str | None, deployment: str | None) -> Iterator[tuple[BackendState, str]]:
        for state in self.states.values():
            for name in state.base:
                if backend in (None, state.backend.name) and deployment in (None, name):
                    yield state, name

    def _check_events(self, scenario: Scenario) -> None:
        for index, event in enumerate(scenario.events):
            self._check(event.backend, event.deployment)
            for state, _ in self._targets(event.backend, event.deployment):
                check_spillover(event.change.limits, state.base, "events", index, "change")

    def _check(self, backend: str | None, deployment: str | None) -> None:
        if backend is not None and backend not in self.states:
            raise UnknownError(f"there is no backend {backend!r}: the fleet has {', '.join(self.states)}")
        if not any(self._targets(backend, deployment)):
            there = sorted({name for _, name in self._targets(backend, None)})
            raise UnknownError(f"there is no deployment {deployment!r}: there is {', '.join(there)}")
