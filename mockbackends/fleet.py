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
from mockbackends.operations.response_store import ResponseStore
from mockbackends.scenario import Place, Scenario, Timeline
from mockbackends.settings import Change, Deployment, Limits


class UnknownError(LookupError):
    """No backend or deployment has the name; the message lists the names there are."""


def check_names(kind: str, names: Sequence[str]) -> None:
    """Raise ValueError if two names are equal; `kind` is for the message, e.g. "backend"."""
    if len(set(names)) < len(names):
        raise ValueError(f"each {kind} needs a name of its own: {', '.join(names)}")


def check_spillover(limits: Limits | None, there: Collection[str], *place: int | str) -> None:
    """Raise pydantic's ValidationError if the spillover is none of the backend's deployments, which are `there`.

    `place` is the path to the limits in the document, e.g. ("events", 2, "change").
    """
    if limits and limits.spillover is not None and limits.spillover not in there:
        message = f"there is no deployment {limits.spillover!r}: there is {', '.join(there)}"
        unknown = PydanticCustomError("unknown_spillover", message)
        mistake = InitErrorDetails(type=unknown, loc=(*place, "limits", "spillover"), input=limits)
        raise ValidationError.from_exception_data("spillover", [mistake])


class BackendState:
    """A backend while it is served.

    `base` has the settings of its deployments without the scenario, `deployments` their settings and counts now,
    `store` its responses. Raise ValueError if two deployments have the same name, pydantic's ValidationError if a
    spillover names no deployment.
    """

    def __init__(self, backend: Backend, clock: Clock) -> None:
        check_names("deployment", [deployment.name for deployment in backend.deployments])
        self.backend = backend
        self.clock = clock
        self.reset()
        for index, deployment in enumerate(backend.deployments):
            check_spillover(deployment.limits, self.base, "deployments", index)

    def reset(self) -> None:
        """Return to the settings of the start; forget counts and responses."""
        declared = self.backend.deployments or (self.backend.any_deployment(),)
        self.base = {deployment.name: deployment for deployment in declared}
        self.deployments = {name: DeploymentState(deployment, self.clock) for name, deployment in self.base.items()}
        self.store = ResponseStore()

    @property
    def region(self) -> str:
        """The name of the backend in its answers."""
        return self.backend.region or self.backend.name

    def find(self, name: str) -> DeploymentState | None:
        """Return the deployment of that name. If the backend declares none, one deployment has every name."""
        return self.deployments.get(ANY if not self.backend.deployments else name)

    def admit(self, ask: Ask) -> Admission | None:
        """Admit or refuse a call; None if its deployment does not exist.

        A call that a provisioned deployment refuses goes to its spillover. If both refuse, the answer has the shorter
        wait.
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
        shorter = min(spilled, refused, key=lambda admission: admission.wait)  # an admitted call waits 0
        headers = {
            "x-ms-spillover-from-deployment": ask.deployment,
            "x-ms-spillover-error": "429",
            "x-ms-deployment-name": spillover,
        }
        return replace(shorter, headers=shorter.headers | headers)


class Fleet:
    """Several backends with one clock, one journal and one scenario.

    While the fleet is served, `urls` has `http://host:port` for each name.

    Raise ValueError if two backends, or two deployments of one, have the same name, and pydantic's ValidationError if
    a spillover names no deployment of its backend.
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
        self._until = math.inf  # the next moment on the clock when the scenario changes a setting
        self._lock = threading.RLock()

    def admit(self, name: str, ask: Ask) -> Admission | None:
        """Admit or refuse a call under the settings of this moment; None if its deployment does not exist."""
        self.keep_time()
        return self.states[name].admit(ask)

    def room_elsewhere(self, name: str, ask: Ask) -> tuple[str, ...]:
        """Return the names of the other backends that would have admitted the call."""
        self.keep_time()
        others = {other: state.find(ask.deployment) for other, state in self.states.items() if other != name}
        return tuple(other for other, state in others.items() if state and state.has_room(ask))

    def owner_of_key(self, key: str) -> str | None:
        """Return the name of the backend with this key."""
        return next((name for name, state in self.states.items() if state.backend.key == key), None)

    def change(self, backend: str, deployment: str, change: Change) -> Deployment:
        """Change settings, all or none; raise UnknownError, or pydantic's ValidationError."""
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
        """Start a scenario in the place of the current one.

        Raise UnknownError if it names no backend or deployment, pydantic's ValidationError if a spillover names no
        deployment or settings do not fit together at some time. After an error the current scenario goes on.
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
        """End the scenario and return to the settings without it."""
        with self._lock:
            self.scenario, self._timelines = None, {}
            self._apply()

    def reset(self) -> None:
        """Return to the start: no scenario, the first settings, no counts, an empty journal.

        The journal has to go: calls after the reset would look early for the waits of the 429s before it.
        """
        with self._lock:
            for state in self.states.values():
                state.reset()
            self.end_scenario()
            self.journal.clear()

    def keep_time(self) -> None:
        """Apply the scenario's changes up to now."""
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
