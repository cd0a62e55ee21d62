"""What a run tells whoever records it: a statement begins and ends, an attribute was computed, what was done."""

from typing import Protocol

from apim_lab.errors import RequestError
from apim_lab.expressions import Expression


class RecordedStep(Protocol):
    """A statement at its place in a document: `path` like `choose[3]/when[2]`, `line` 0 where it has none."""

    @property
    def statement(self) -> object: ...
    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...


class RecordedValue(Protocol):
    """An attribute that an expression computes: its element's `path`, the attribute's `name` and `line`."""

    @property
    def expression(self) -> Expression: ...
    @property
    def path(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def line(self) -> int: ...


class RecordedDocument(Protocol):
    """A policy document: the file it was read from, and its text."""

    @property
    def path(self) -> str: ...
    @property
    def text(self) -> str: ...


class Recorder(Protocol):
    """Who records a run; `document` is the policy that runs, None where the request was refused before."""

    document: RecordedDocument | None

    def enter(self, step: RecordedStep, section: str) -> None:
        """A statement begins; what comes until it is left belongs to it."""

    def leave(self) -> None:
        """The statement at hand has ended, in whatever way."""

    def raised(self, error: RequestError) -> None:
        """The statement at hand, or one inside it, raised the error."""

    def evaluated(self, computed: RecordedValue, value: object) -> None:
        """An attribute of the statement at hand was computed."""

    def failed(self, computed: RecordedValue) -> None:
        """An attribute of the statement at hand could not be computed."""

    def obtained(self, *values: object) -> None:
        """The statement at hand looked for a value that its `own` moves tell of, and got this one, or none."""

    def note(self, text: str, *values: object) -> None:
        """The statement at hand tells what it did: `{}` in the text, which is always the same, for each value."""

    def tell(self, message: str) -> None:
        """An attribute of the statement at hand, which is being computed, tells something by `context.Trace`."""

    def forwards(self, first_attempt: int) -> None:
        """The statement at hand sends the request; its attempts are those from this index on."""
