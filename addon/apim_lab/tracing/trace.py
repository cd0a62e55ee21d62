"""Records a run for its trace: each statement, what its attributes came to, what it did, how long it took.

Recording is cheap, since every request may be traced: references and short texts are kept; nothing is rendered or
masked before somebody looks (report.py).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from apim_lab.clock import Clock
from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.errors import RequestError
from apim_lab.messages import Url
from apim_lab.policy.recording import RecordedDocument, RecordedStep, RecordedValue

MAX_KEPT_LENGTH = 1000
"""Characters of a text that are kept."""

MAX_STATEMENTS = 2000
"""Statements of one run that are kept: a retry in a retry can run very many."""


class Cut(NamedTuple):
    """The beginning of a text that is too long to be kept, and how many characters it had."""

    text: str
    length: int


type Plain = str | int | float | bool | Decimal | UUID | DateTime | TimeSpan | Url | Cut | type | None
"""What is kept of a value: itself, if nobody can change it; of an object, its kind."""

_KEPT = (int, float, type(None), Decimal, UUID, DateTime, TimeSpan, Url)


@dataclass(slots=True)
class Note:
    """What a statement did: `text` in plain words, with `{}` for each of `values`, which may have to be hidden.

    `is_told`: it is the message of an expression's `context.Trace`.
    """

    text: str
    values: tuple[Plain, ...] = ()
    is_told: bool = False


@dataclass(slots=True, eq=False)
class Entry:
    """One statement that ran. `at` and `took` are seconds, `depth` counts the statements around it.

    `error` is what it raised, or one inside it; `exception` the class of that, like "System.FormatException", "" if it
    is none of .NET's; `failed` the attribute whose computing raised it; `is_public`: the client is told of it, too.
    `obtained` is what it got by itself, None where it does not say. `first_attempt` is the index of the first attempt
    that a forward-request makes. `is_cut`: statements inside it were not kept.
    """

    step: RecordedStep
    section: str
    depth: int
    at: float
    took: float = 0.0
    values: list[tuple[RecordedValue, Plain]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    obtained: tuple[Plain, ...] | None = None
    error: str = ""
    exception: str = ""
    is_public: bool = False
    failed: RecordedValue | None = None
    first_attempt: int | None = None
    is_cut: bool = False


class Trace:
    """What one run did, in the order in which it did it. Times count from when the request arrived, `began`.

    `document` is the policy that ran; None where the request was refused before. `failed_later` are attributes that
    could not be computed after their statements had ended: what a limit counts is, at the end of outbound.
    """

    def __init__(self, clock: Clock, began: float) -> None:
        self.entries: list[Entry] = []
        self.failed_later: list[RecordedValue] = []
        self.is_cut = False
        self.document: RecordedDocument | None = None
        self._clock = clock
        self._began = began
        self._open: list[Entry] = []

    def enter(self, step: RecordedStep, section: str) -> None:
        """A statement begins; what comes until it is left belongs to it."""
        entry = Entry(step, section, len(self._open), self._elapsed())
        if len(self.entries) < MAX_STATEMENTS:
            self.entries.append(entry)
        else:
            self.is_cut = True
            for around in self._open:
                around.is_cut = True
        self._open.append(entry)

    def leave(self) -> None:
        """The statement at hand has ended, in whatever way."""
        entry = self._open.pop()
        entry.took = self._elapsed() - entry.at

    def raised(self, error: RequestError) -> None:
        """The statement at hand, or one inside it, raised the error."""
        entry = self._open[-1]
        entry.error, entry.is_public = error.message, error.public
        entry.exception = error.full_name if isinstance(error, DotNetError) else ""

    def evaluated(self, computed: RecordedValue, value: object) -> None:
        """An attribute of the statement at hand was computed."""
        if self._open and len(self._open[-1].values) < MAX_STATEMENTS:
            self._open[-1].values.append((computed, plain(value)))

    def failed(self, computed: RecordedValue) -> None:
        """An attribute of the statement at hand could not be computed."""
        if self._open:
            self._open[-1].failed = computed
        else:
            self.failed_later.append(computed)

    def obtained(self, *values: object) -> None:
        """The statement at hand looked for a value that its `own` moves tell of, and got this one, or none."""
        if self._open:
            self._open[-1].obtained = (*(self._open[-1].obtained or ()), *map(plain, values))

    def note(self, text: str, *values: object) -> None:
        """The statement at hand tells what it did: `{}` in the text, which is always the same, for each value."""
        if self._open and len(self._open[-1].notes) < MAX_STATEMENTS:
            self._open[-1].notes.append(Note(text, tuple(map(plain, values))))

    def tell(self, message: str) -> None:
        """An attribute of the statement at hand, which is being computed, tells something by `context.Trace`."""
        if self._open and len(self._open[-1].notes) < MAX_STATEMENTS:
            self._open[-1].notes.append(Note("{}", (plain(message),), is_told=True))

    def forwards(self, first_attempt: int) -> None:
        """The statement at hand sends the request; its attempts are those from this index on."""
        if self._open:
            self._open[-1].first_attempt = first_attempt

    def _elapsed(self) -> float:
        return self._clock.monotonic() - self._began


def plain(value: object) -> Plain:
    """What is kept of a value: a text is cut, an object is told by its kind."""
    if isinstance(value, str):
        return value if len(value) <= MAX_KEPT_LENGTH else Cut(value[:MAX_KEPT_LENGTH], len(value))
    return value if isinstance(value, _KEPT) else type(value)
