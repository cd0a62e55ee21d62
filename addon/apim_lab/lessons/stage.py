"""The stage that a story is played on: calls through the gateway, the clock, the fleet, and what really happened.

Each step is a line of JSON: `say` has a text for the class, `do` an action of the story, `check` a sentence that has to
hold, and whether it does.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from apim_lab.lessons.client import ChatAnswer, ChatCall, Pending, Streamed
from apim_lab.lessons.page import PageClient
from mockbackends.client import ControlClient
from mockbackends.journal import Attempt
from mockbackends.verdict import Figures, judge

EVENT_TIMEOUT = 60.0
"""Seconds, by the real clock, that a story waits for something to happen."""

POLL_INTERVAL = 0.05
"""Seconds between two looks."""

type Step = dict[str, object]
type Way = list[tuple[str, int]]
"""The backends that one call was sent to, each with the status that it answered; 0 for none."""

FIRST, SECOND, THIRD = BACKENDS = ("openAiBackend1", "openAiBackend2", "openAiBackend3")


class StoryError(Exception):
    """The story cannot go on: something that it waits for has not happened."""


class Stage:
    """The verbs of a story. `tell` gets every step. Only the story's own calls count; other clients may call, too."""

    def __init__(self, gateway: str, page: PageClient, fleet: ControlClient, tell: Callable[[Step], None]) -> None:
        self.fleet = fleet
        self.page = page
        self.failures = 0
        self._gateway = gateway
        self._tell = tell
        self._marks: set[str] = set()  # of the story's own calls, by which the journal knows them
        self._keys: set[str] = set()  # of the same calls, by which the page knows them
        self._zero = 0.0

    def check_backends(self) -> None:
        """Raise StoryError unless the fleet has the backends of the stories."""
        there = self.fleet.backends()
        if missing := [name for name in BACKENDS if name not in there]:
            raise StoryError(f"the lessons are for {', '.join(BACKENDS)}; this fleet has no {', '.join(missing)}")

    # ---- telling ---------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Tell the class something."""
        self._tell({"kind": "say", "text": text, "ok": None})

    def do(self, text: str) -> None:
        """Tell what the story did; `call`, `advance` and `change` tell it by themselves."""
        self._tell({"kind": "do", "text": text, "ok": None})

    def check(self, text: str, ok: bool) -> None:
        """Tell what has to hold, and whether it does. If not, the lesson fails, and the story goes on."""
        self.failures += not ok
        self._tell({"kind": "check", "text": text, "ok": ok})

    # ---- calls -----------------------------------------------------------------------------------------------

    def call(self, key: str, **headers: str) -> ChatAnswer:
        """Make one call and wait for its answer. `on_429="wait"` sends the header `on-429`."""
        answer = Pending(self._chat_call(key, headers)).answer()
        self.do(f"{key}: {self.describe(answer)}")
        return answer

    def calls(self, key: str, count: int, **headers: str) -> list[ChatAnswer]:
        """Make some calls, one after the other."""
        return [self.call(key, **headers) for _ in range(count)]

    def begin(self, *keys: str, **headers: str) -> list[Pending]:
        """Begin a call for each key, all at once; `answer()` of each waits for its answer."""
        return [Pending(self._chat_call(key, headers)) for key in keys]

    def stream(self, key: str, **headers: str) -> Streamed:
        """Make a call that asks for a stream, and wait for the head of its answer."""
        streamed = Streamed(self._chat_call(key, headers, stream=True))
        self.do(f"{key} asks for a stream: {self.describe(streamed.head)}")
        return streamed

    # ---- the lab ---------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Let the clocks of the gateway and of the fleet jump ahead."""
        self.page.advance(seconds)
        self.do(f"The clock jumps {seconds:g} s ahead.")

    def count_from_here(self) -> None:
        """Let the seconds of `advance_to` begin now."""
        self._zero = self._now()

    def advance_to(self, seconds: float) -> None:
        """Let the clocks jump to this many seconds after `count_from_here`; they stay if it is later already."""
        self.page.advance(max(0, self._zero + seconds - self._now()))
        self.do(f"The clock jumps to {seconds:g} s.")

    def _now(self) -> float:
        """The time on the gateway's clock."""
        return float(self.page.state()["now"])

    def change(self, text: str, backend: str, **settings: Any) -> None:
        """Change `faults` and other settings of a backend. A setting of the scenario wins over it."""
        self.fleet.change(backend, **settings)
        self.do(text)

    # ---- what really happened --------------------------------------------------------------------------------

    def attempts(self, call: ChatAnswer | Pending | Streamed) -> list[dict[str, Any]]:
        """The attempts of a call in the fleet's journal, so far."""
        return [attempt for attempt in self.fleet.journal() if attempt["body"] == call.mark]

    def way(self, answer: ChatAnswer) -> Way:
        """The backends that an answered call was sent to, and their statuses."""
        # The journal may learn a moment later than the client that a connection was broken.
        self.until(
            lambda: all(attempt["answered_at"] is not None for attempt in self.attempts(answer)), "the end of a call"
        )
        return [(attempt["backend"], attempt["status"]) for attempt in self.attempts(answer)]

    def describe(self, answer: ChatAnswer) -> str:
        """An answer and its way, in one line."""
        way = self.way(answer)
        if not way:
            return f"{answer.status} from the gateway itself{_wait(answer)}"
        path = " → ".join(f"{backend} {status or 'no answer'}" for backend, status in way)
        ends_otherwise = way[-1][1] != answer.status
        return f"{path}{f' → {answer.status} from the gateway' if ends_otherwise else ''}{_wait(answer)}"

    def early_attempts(self) -> int:
        """How many attempts came to a backend before its Retry-After had passed."""
        return self._figures().early

    def leaked_calls(self) -> int:
        """How many calls got a 429 although another backend had room."""
        return self._figures().leaked

    def cached_value(self, key: str) -> str:
        """The gateway's cached value, as the page shows it; empty if there is none."""
        values = {shown["key"]: str(shown["value"]) for shown in self.page.state()["values"]}
        return values.get(key, "")

    def errors(self, answer: ChatAnswer) -> list[str]:
        """The errors in the trace of a call that the gateway answered with 500."""
        id_ = _activity(answer.text)
        entries: Sequence[Mapping[str, Any]] = self.page.trace(id_)["entries"] if id_ else ()
        return [entry["error"] for entry in entries if entry["error"]]

    def until_waiting(self, calls: int = 1, *, attempts: int = 1) -> None:
        """Return once `calls` of the story's calls wait in the gateway, each after `attempts` attempts."""
        shown: dict[int, dict[str, Any]] = {}
        give_up = time.monotonic() + EVENT_TIMEOUT
        with closing(self.page.events()) as events:
            for event in events:
                shown |= {call["number"]: call for call in event.get("calls", ()) if call["key"] in self._keys}
                if sum(bool(it["waiting"]) and len(it["attempts"]) == attempts for it in shown.values()) >= calls:
                    return
                if time.monotonic() > give_up:
                    break
        raise StoryError("no call waits in the gateway")

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Return once the condition holds; raise StoryError if it never does."""
        give_up = time.monotonic() + EVENT_TIMEOUT
        while not condition():
            if time.monotonic() > give_up:
                raise StoryError(f"{what} has not come")
            time.sleep(POLL_INTERVAL)

    def _chat_call(self, key: str, headers: Mapping[str, str], *, stream: bool = False) -> ChatCall:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        call = ChatCall(self._gateway, key, named, stream=stream)
        self._marks.add(call.mark)
        self._keys.add(_short_hash(key))
        return call

    def _figures(self) -> Figures:
        own = [attempt for attempt in self.fleet.journal() if attempt["body"] in self._marks]
        return judge(map(Attempt.from_dict, own), BACKENDS)


def _wait(answer: ChatAnswer) -> str:
    return f", Retry-After {answer.retry_after}" if answer.status == 429 and answer.retry_after else ""


def _short_hash(key: str) -> str:
    """The six digits that the page shows for a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:6]


def _activity(text: str) -> str:
    """The activityId of the gateway's own 500, by which its trace is found."""
    _, _, rest = text.partition('"activityId": "')
    return rest.partition('"')[0]
