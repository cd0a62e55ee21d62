"""Makes of a recorded run what a person reads: entries, attempts and why each went where it did, marked lines.

Keys, tokens and whatever comes from a body are masked. What an expression makes of them is told by its length only,
and so is what another one makes of that (origins.py). What a statement computes without saying where it goes is hidden.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from apim_lab.expressions import Place
from apim_lab.policy.context import Attempt, Context
from apim_lab.policy.recording import RecordedValue
from apim_lab.policy.statements.backend import SetBackendService
from apim_lab.policy.written import texts_in
from apim_lab.tracing.attempts import Json, attempt_as_dict, outcome_of
from apim_lab.tracing.attributes import Written, shown, written_values
from apim_lab.tracing.marks import around_entry, has_failed, marks
from apim_lab.tracing.masking import Masker, Unmasked, secrets_of
from apim_lab.tracing.origins import UNDECLARED, Origins
from apim_lab.tracing.places import Origin
from apim_lab.tracing.trace import Cut, Entry, Note, Plain, Trace, plain

LONG = 16
"""Characters from which on a text from a body is looked for everywhere; a shorter one may be there by chance."""


class Report:
    """What is told of one run. `sent` are the headers of the request as it came."""

    def __init__(
        self, trace: Trace, context: Context, sent: Iterable[tuple[str, str]], *, unmasked: bool = False
    ) -> None:
        self.trace = trace
        self.context = context
        self.hides = not unmasked
        self.origins = Origins(trace)
        self.masker = Masker(self._secrets(sent)) if self.hides else Unmasked()

    def as_dict(self) -> Json:
        """`entries`, `attempts`, `lines`, and whether there were more statements than are kept."""
        return {
            "entries": [self.entry(index, entry) for index, entry in enumerate(self.trace.entries)],
            "attempts": [self.attempt(index, attempt) for index, attempt in enumerate(self.context.attempts)],
            "lines": marks(self.trace.entries),
            "is_cut": self.trace.is_cut,
        }

    def entry(self, index: int, entry: Entry) -> Json:
        """One statement that ran. `has_failed`: the error is its own, and not one of a statement inside it."""
        return {
            "section": entry.section,
            "name": self.origins.declared[entry].name,
            "path": entry.step.path,
            "line": entry.step.line,
            "depth": entry.depth,
            "at": entry.at,
            "took": entry.took,
            "values": list(self.values(entry)),
            "notes": [*self.notes(entry), *self.sendings(entry)],
            "error": self.error(entry.error),
            "exception": entry.exception,
            "has_failed": has_failed(self.trace.entries, index),
        }

    def error(self, message: str) -> str:
        """What went wrong; a message that may quote what is hidden is told by its length."""
        origin = self.origins.of_error(message) if self.hides else ""
        return hidden(origin, message) if origin else self.masker.text(message)

    def answer(self) -> Json | None:
        """The head of the answer."""
        response = self.context.response
        if response is None:
            return None
        origin = self.origins.at(Place.REASON) if self.hides else ""
        return {
            "status": response.status_code,
            "reason": self._hidden(origin, response.status_reason, self.origins.policy),
            "headers": [self.header(name, value) for name, value in response.headers.fields],
        }

    def header(self, name: str, value: str) -> tuple[str, str]:
        """A header of the answer; its name is hidden, too, where it may be made of something."""
        origin = self.origins.at(Place.HEADER, name.lower()) if self.hides else ""
        shown_name = self._hidden(origin, name, self.origins.policy)
        return shown_name, hidden(origin, value) if origin else self.masker.field(name, value)

    # ---- values ----------------------------------------------------------------------------------------------

    def values(self, entry: Entry) -> Iterator[Json]:
        """The attributes: first those written out, then those computed, in the order in which they were."""
        for it in written_values(entry.step.statement, entry.step.path):
            yield value_as_dict(it.path, entry.step.line, it.name, "", self._written(entry, it))
        for computed, came_to in entry.values:
            source = self.masker.source(computed.expression.source)
            text = self._computed(entry, computed, came_to)
            yield value_as_dict(computed.path, computed.line, computed.name, source, text)

    def _written(self, entry: Entry, it: Written) -> str:
        is_secret = self.origins.declared[entry].is_secret(it.path, it.name)
        mask = self.masker.secret if is_secret else self.masker.text
        return mask(shown(plain(it.value)))

    def _computed(self, entry: Entry, computed: RecordedValue, value: Plain) -> str:
        if not self.hides or isinstance(value, bool):
            return shown(value)
        if self.origins.declared[entry].is_secret(computed.path, computed.name):
            return self.masker.secret(value) if isinstance(value, str) else hidden("a secret", value)
        return self._hidden(self._origin(entry, computed, value), value, computed.expression.texts)

    def _origin(self, entry: Entry, computed: RecordedValue, value: Plain) -> Origin:
        if self.origins.declared[entry].is_body(computed.path, computed.name):
            return "a body"
        return self.origins.of(entry, computed, value) or (UNDECLARED if self.origins.declared[entry].is_open else "")

    def _hidden(self, origin: Origin, value: Plain, known: Collection[str]) -> str:
        """A value that comes from somewhere; what the policy has written out itself is shown."""
        text = shown(value)
        if not origin or isinstance(value, (bool, type, type(None))) or text in known:
            return self.masker.text(text)
        masked = self.masker.text(text)
        return masked if origin == "a secret" and is_hash(masked) else hidden(origin, value)

    # ---- notes -----------------------------------------------------------------------------------------------

    def notes(self, entry: Entry) -> Iterator[str]:
        """What the statement says that it did: its attributes as they are shown above, and what it made of them."""
        told = dict(self._told(entry))
        known = frozenset(texts_in(entry.step.statement))
        for note in entry.notes:
            origin = self._origin_of_note(entry, note)
            values = (told.get(as_key(it), self._hidden(origin, it, known)) for it in note.values)
            text = note.text.format(*values) if note.values else note.text
            yield self._undeclared(text) if self.hides and self.origins.declared[entry].is_open else text

    def _origin_of_note(self, entry: Entry, note: Note) -> Origin:
        if not self.hides:
            return ""
        return self.origins.of_told(entry) if note.is_told else self.origins.of_notes(entry)

    def _told(self, entry: Entry) -> Iterator[tuple[object, str]]:
        """How each value is shown that the statement got."""
        for value in entry.obtained or ():
            yield as_key(value), self._hidden(self.origins.of_obtained(entry, value), value, ())
        for it in written_values(entry.step.statement, entry.step.path):
            yield as_key(plain(it.value)), self._written(entry, it)
        for computed, value in entry.values:
            yield as_key(value), self._computed(entry, computed, value)

    def _undeclared(self, text: str) -> str:
        """A note of which nobody knows what is in it."""
        return text if text in self.origins.policy else hidden(UNDECLARED, text)

    def sendings(self, entry: Entry) -> Iterator[str]:
        """What a forward-request got from the backends."""
        if entry.first_attempt is None:
            return
        entries = self.trace.entries
        later = (it.first_attempt for it in entries[entries.index(entry) + 1 :] if it.first_attempt is not None)
        for attempt in self.context.attempts[entry.first_attempt : next(later, None)]:
            yield f"{self._backend(attempt)} {outcome_of(attempt)}"

    # ---- attempts --------------------------------------------------------------------------------------------

    def attempt(self, index: int, attempt: Attempt) -> Json:
        """An attempt, and why it went where it did."""
        return attempt_as_dict(attempt) | {"backend": self._backend(attempt), "why": self.why(index)}

    def _backend(self, attempt: Attempt) -> str:
        """The backend's name; one that an expression made of a body is hidden."""
        origin = self.origins.at(Place.URL) if self.hides else ""
        return self._hidden(origin, attempt.host, self.context.backends)

    def why(self, index: int) -> str:
        """The statement that chose the backend, and the conditions that led to it."""
        chosen = self._choice(index)
        if chosen is None:
            return "no statement chose a backend"
        entry = self.trace.entries[chosen]
        place = f"line {entry.step.line}" if entry.step.line else entry.step.path
        conditions = " and ".join(self._conditions(chosen))
        return f"{place}: {self.origins.declared[entry].name}{f', because {conditions}' if conditions else ''}"

    def _choice(self, index: int) -> int | None:
        """Where the last set-backend-service stands before the forward-request that made the attempt."""
        last = chosen = None
        for number, entry in enumerate(self.trace.entries):
            if entry.first_attempt is not None and entry.first_attempt <= index:
                chosen = last
            if isinstance(entry.step.statement, SetBackendService) and not entry.error:
                last = number
        return chosen

    def _conditions(self, chosen: int) -> Iterator[str]:
        """The conditions that were true for the statement to run; the outermost first."""
        path = self.trace.entries[chosen].step.path
        for around in around_entry(self.trace.entries, chosen):
            for computed, value in around.values:
                if value is True and path.startswith(f"{computed.path}/") and computed.path != around.step.path:
                    yield f"{self.masker.source(computed.expression.source)} was true"
            if path.startswith(f"{around.step.path}/otherwise["):
                yield f"no condition of line {around.step.line} was true"

    # ---- secrets ---------------------------------------------------------------------------------------------

    def _secrets(self, sent: Iterable[tuple[str, str]]) -> Iterator[str]:
        context = self.context
        yield from secrets_of(sent, context.request.original_url)
        for backend in context.backends.values():
            yield from secrets_of(backend.credentials)
        yield from secrets_of(context.response.headers.fields if context.response else ())
        yield from secrets_of(context.request.headers.fields, context.request.url)
        yield from self._written_secrets()
        yield from self._long_texts()

    def _written_secrets(self) -> Iterator[str]:
        """What the policy has put into headers and variables whose names say that they are secret."""
        for entry in self.trace.entries:
            for it in written_values(entry.step.statement, entry.step.path):
                if self.origins.declared[entry].is_secret(it.path, it.name):
                    yield shown(plain(it.value))

    def _long_texts(self) -> Iterator[str]:
        """Long texts that came from a body, should they turn up where nobody thought of."""
        for entry in self.trace.entries:
            for computed, value in entry.values:
                text = value.text if isinstance(value, Cut) else value
                if isinstance(text, str) and len(text) >= LONG and self.origins.of(entry, computed) == "a body":
                    yield text


def value_as_dict(path: str, line: int, name: str, expression: str, value: str) -> Json:
    """What an attribute came to, as JSON has it; `expression` is "" for one that is written out."""
    return {"path": path, "line": line, "name": name, "expression": expression, "value": value}


def as_key(value: Plain) -> tuple[type, Plain]:
    """By which a value is found again: 1 is not true."""
    return type(value), value


def hidden(origin: Origin, value: Plain) -> str:
    """In the place of what may not be shown."""
    length = value.length if isinstance(value, Cut) else len(shown(value))
    return f"(from {origin}, {length} character{'s' * (length != 1)})"


def is_hash(text: str) -> bool:
    """Whether nothing of a text is left but the hash of a secret."""
    return re.fullmatch(r"(?:[A-Za-z]+ )?#[0-9a-f]{6}", text) is not None
