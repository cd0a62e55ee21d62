"""The fleet while it is served: every backend's deployments, the clock, the scenario and the journal they share."""

import threading
from collections.abc import Iterable

from mockbackends.admission import Admission, Ask, DeploymentState
from mockbackends.backend import ANY, Backend
from mockbackends.clock import Clock
from mockbackends.journal import Journal
from mockbackends.scenario import Scenario
from mockbackends.settings import Change, Deployment


class UnknownError(LookupError):
    """There is no backend, or no deployment, of that name; the message lists those there are."""


class BackendState:
    """A backend while it is served: the deployments it began with, as they were changed, and as they are now."""

    def __init__(self, backend: Backend, clock: Clock) -> None:
        self.backend = backend
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        """Begin anew: the settings of the start, nothing counted."""
        declared = self.backend.deployments or (self.backend.any_deployment(),)
        self.base = {deployment.name: deployment for deployment in declared}
        self.deployments = {name: DeploymentState(deployment, self.clock) for name, deployment in self.base.items()}

    @property
    def region(self) -> str:
        """What answers call the backend."""
        return self.backend.region or self.backend.name

    def find(self, name: str) -> DeploymentState | None:
        """The deployment of that name; one that answers to any name, where none is declared."""
        return self.deployments.get(ANY if not self.backend.deployments else name)

    def admit(self, ask: Ask) -> Admission | None:
        """Judge a call; None if its deployment does not exist. A provisioned one may spill over to another."""
        state = self.find(ask.deployment)
        if state is None:
            return None
        admission = state.admit(ask, self.region)
        spillover = state.settings.limits.spillover
        if admission.refusal and not admission.fault and spillover in self.deployments:
            return self._spill(ask, spillover)
        return admission

    def _spill(self, ask: Ask, spillover: str) -> Admission:
        admission = self.deployments[spillover].admit(ask, self.region)
        headers = {
            "x-ms-spillover-from-deployment": ask.deployment,
            "x-ms-spillover-error": "429",
            "x-ms-deployment-name": spillover,
        }
        return Admission(admission.pace, admission.headers | headers, admission.refusal, admission.fault)


class Fleet:
    """Several backends, and what they share. `urls` leads from a name to `http://host:port` once it is served."""

    def __init__(self, backends: Iterable[Backend], clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.journal = Journal(self.clock)
        self.states = {backend.name: BackendState(backend, self.clock) for backend in backends}
        self.urls: dict[str, str] = {}
        self.control_url = ""
        self.scenario: Scenario | None = None
        self._began = 0
        self._phase: tuple[int, ...] = ()
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
            if self.scenario:
                _check_every_phase(self.scenario, backend, changed)
            state.base[deployment] = changed
            self._apply()
            return changed

    def load(self, scenario: Scenario) -> None:
        """Start a scenario now, instead of the one that runs.

        Raise UnknownError if it names what is not there, pydantic's ValidationError if settings do not fit together
        at any time of it; then the one that runs goes on.
        """
        with self._lock:
            for event in scenario.events:
                self._check(event.backend, event.deployment)
            for state, name in self._targets(None, None):
                _check_every_phase(scenario, state.backend.name, state.base[name])
            self.scenario, self._began = scenario, self.clock.now()
            self._phase = scenario.phase(0)
            self._apply()

    def end_scenario(self) -> None:
        """Leave the scenario: the settings without it hold again."""
        with self._lock:
            self.scenario, self._phase = None, ()
            self._apply()

    def reset(self) -> None:
        """Begin anew: no scenario, the settings of the start, nothing counted, an empty journal.

        With a journal that stayed, calls after the reset would be early for the waits told before it.
        """
        with self._lock:
            self.scenario, self._phase = None, ()
            for state in self.states.values():
                state.reset()
            self.journal.clear()

    def keep_time(self) -> None:
        """Bring the settings to the scenario's moment."""
        if self.scenario is None:
            return
        with self._lock:
            if self.scenario and (phase := self.scenario.phase(self.clock.now() - self._began)) != self._phase:
                self._phase = phase
                self._apply()

    def _apply(self) -> None:
        for state, name in self._targets(None, None):
            settings = state.base[name]
            if self.scenario:
                settings = self.scenario.layered(self._phase, state.backend.name, settings)
            state.deployments[name].settings = settings

    def _targets(self, backend: str | None, deployment: str | None) -> list[tuple[BackendState, str]]:
        return [
            (state, name)
            for state in self.states.values()
            for name in state.base
            if backend in (None, state.backend.name) and deployment in (None, name)
        ]

    def _check(self, backend: str | None, deployment: str | None) -> None:
        if backend is not None and backend not in self.states:
            raise UnknownError(f"there is no backend {backend!r}: the fleet has {', '.join(self.states)}")
        if not self._targets(backend, deployment):
            there = sorted({name for _, name in self._targets(backend, None)})
            raise UnknownError(f"there is no deployment {deployment!r}: there is {', '.join(there)}")


def _check_every_phase(scenario: Scenario, backend: str, deployment: Deployment) -> None:
    for phase in scenario.phases():
        scenario.layered(phase, backend, deployment)
