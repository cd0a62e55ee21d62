"""Makes of a recorded run what a person reads: entries, attempts and why each went where it did, marked lines.

Keys, tokens and whatever comes from a body are masked. What an expression makes of them is told by its length only,
and so is what another one makes of that: through variables, headers, the URL, errors and cached values.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from apim_lab.csharp.exceptions import DotNetError
from apim_lab.expressions import Place, Read
from apim_lab.policy.context import GONE, Attempt, Context
from apim_lab.policy.recording import RecordedValue
from apim_lab.policy.statements.backend import SetBackendService
from apim_lab.policy.statements.element import ELEMENTS
from apim_lab.policy.statements.message import HeaderValue, SetBody, SetHeader, SetStatus
from apim_lab.policy.statements.variables import CacheLookupValue, CacheStoreValue, SetVariable
from apim_lab.policy.written import texts_in, texts_in_expression
from apim_lab.tracing.attributes import Written, elements, shown, written_values
from apim_lab.tracing.masking import Masker, Unmasked, is_secret, mentions, secrets_of
from apim_lab.tracing.trace import Cut, Entry, Note, Plain, Trace, plain

type Json = dict[str, object]

type Origin = Literal["", "a body", "a secret", "the cache", "a statement that was not kept"]
"""Where what may not be shown comes from; "" for what may."""

LONG = 16
"""Characters from which on a text from a body is looked for everywhere; a shorter one may be there by chance."""

COUNT = re.compile(r"-?\d{1,6}|true|false|", re.I)
"""Cached texts that tell nothing of anybody: counters and switches."""

CAST = re.compile(r"Unable to cast object of type '[\w.]+' to type '[\w.]+'\.")


def name_of(entry: Entry) -> str:
    """The element's name."""
    return ELEMENTS[type(entry.step.statement)].name


# ---- where values come from --------------------------------------------------------------------------------------


class Origins:
    """Where the values of one run come from, as far as they may not be shown.

    Once a variable or a header had something of a body in it, it counts as such for the whole run. Of statements that
    were not kept nobody knows what they did: `rest` is where a header may come from then, a reason, or an error.
    """

    def __init__(self, trace: Trace) -> None:
        entries = trace.entries
        self.rest: Origin = "a statement that was not kept" if trace.is_cut else ""
        self.variables: dict[str, Origin] = {}
        self.headers: dict[str, Origin] = {}
        self.cache: dict[Plain, Origin] = {}
        self.errors: dict[str, Origin] = {}
        self.url: Origin = ""
        self.reason: Origin = ""
        self.policy = frozenset(text for entry in entries for text in texts_in(entry.step.statement))
        self._parts = [dict(elements(entry.step.statement, entry.step.path)) for entry in entries]
        while self._learn(entries):
            pass

    def of(self, computed: RecordedValue) -> Origin:
        """What the expression's value comes from."""
        expression = computed.expression
        if {Read(Place.REQUEST_BODY), Read(Place.RESPONSE_BODY)} & expression.reads:
            return "a body"
        asked = mentions(expression.source)
        found: list[Origin] = [
            *named(self.variables, asked.variables),
            *named(self.headers, asked.headers),
            self.url if asked.url else "",
            self.reason if asked.reason else "",
            next(iter(self.errors.values()), "") if asked.error else "",
            "a secret" if asked.secret else "",
        ]
        return next(filter(None, found), "")

    def of_entry(self, entry: Entry) -> Origin:
        """What one of the statement's attributes comes from."""
        computed = [computed for computed, _ in entry.values] + ([entry.failed] if entry.failed else [])
        return next(filter(None, map(self.of, computed)), "")

    def of_cached(self, key: Plain, value: Plain) -> Origin:
        """What a value from the cache is, which another request may have put there."""
        if origin := self.cache.get(key, ""):
            return origin
        is_known = isinstance(value, str) and (value in self.policy or COUNT.fullmatch(value))
        return "" if is_known or (isinstance(value, (int, float)) and COUNT.fullmatch(shown(value))) else "the cache"

    # ---- learning ----------------------------------------------------------------------------------------------

    def _learn(self, entries: list[Entry]) -> bool:
        """Go through the run once; whether something was new."""
        before = self._size()
        for entry, parts in zip(entries, self._parts, strict=True):
            for computed, value in entry.values:
                if origin := self.of(computed):
                    self._spread(entry, parts, computed, value, origin)
            self._learn_cached(entry)
            self._learn_error(entry)
        return self._size() > before

    def _size(self) -> int:
        known = len(self.variables) + len(self.headers) + len(self.cache) + len(self.errors)
        return known + bool(self.url) + bool(self.reason)

    def _spread(
        self, entry: Entry, parts: dict[str, Any], computed: RecordedValue, value: Plain, origin: Origin
    ) -> None:
        """Note where a value that may not be shown goes."""
        match parts.get(computed.path):
            case SetVariable(name=name) | CacheLookupValue(variable_name=name):
                self.variables.setdefault(name, origin)
            case SetBackendService():
                self.url = self.url or origin
            case SetStatus():
                self.reason = self.reason or origin
            case CacheStoreValue():
                self.cache.update(dict.fromkeys(values_of(entry, computed.path, "key"), origin))
            case SetHeader():
                self.headers.setdefault(shown(value).lower(), origin)
            case HeaderValue():
                names = values_of(entry, computed.path.rpartition("/")[0], "name")
                self.headers.update({shown(name).lower(): origin for name in names})

    def _learn_cached(self, entry: Entry) -> None:
        if isinstance(entry.step.statement, CacheLookupValue):
            for key, value in (note.values for note in entry.notes if len(note.values) == 2):
                if origin := self.of_cached(key, value):
                    self.variables.setdefault(entry.step.statement.variable_name, origin)

    def _learn_error(self, entry: Entry) -> None:
        if not entry.error or entry.is_public or is_constant(entry.error):
            return
        if origin := self.of(entry.failed) if entry.failed else self.of_entry(entry):
            self.errors.setdefault(entry.error, origin)


def named(origins: dict[str, Origin], names: Iterable[str | None]) -> Iterator[Origin]:
    """The origins of what has one of the names; None is any name."""
    for name in names:
        yield next(iter(origins.values()), "") if name is None else origins.get(name, "")


def values_of(entry: Entry, path: str, name: str) -> Iterator[Plain]:
    """What an attribute of the statement, or of one of its parts, came to."""
    for it in written_values(entry.step.statement, entry.step.path):
        if (it.path, it.name) == (path, name):
            yield plain(it.value)
    for computed, value in entry.values:
        if (computed.path, computed.name) == (path, name):
            yield value


def is_constant(message: str) -> bool:
    """Whether an error is told in words that are always the same."""
    return message in CONSTANT or CAST.fullmatch(message) is not None


def defaults(error: type[DotNetError]) -> Iterator[str]:
    """The messages that the exceptions of .NET have by themselves."""
    yield error.default
    for kind in error.__subclasses__():
        yield from defaults(kind)


CONSTANT = frozenset(defaults(DotNetError)) - {""}


# ---- the report --------------------------------------------------------------------------------------------------


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
            "name": name_of(entry),
            "path": entry.step.path,
            "line": entry.step.line,
            "depth": entry.depth,
            "at": entry.at,
            "took": entry.took,
            "values": list(self.values(entry)),
            "notes": [*self.notes(entry), *self.sendings(entry)],
            "error": self.error(entry.error),
            "has_failed": has_failed(self.trace.entries, index),
        }

    def error(self, message: str) -> str:
        """What went wrong; a message that may quote what is hidden is told by its length."""
        origin = self.origins.errors.get(message, "" if is_constant(message) else self.origins.rest)
        return hidden(origin, message) if origin and self.hides else self.masker.text(message)

    def answer(self) -> Json | None:
        """The head of the answer."""
        response = self.context.response
        if response is None:
            return None
        reason = (self.origins.reason or self.origins.rest) if self.hides else ""
        return {
            "status": response.status_code,
            "reason": hidden(reason, response.status_reason) if reason else self.masker.text(response.status_reason),
            "headers": [self.header(name, value) for name, value in response.headers.fields],
        }

    def header(self, name: str, value: str) -> tuple[str, str]:
        """A header of the answer."""
        origin = self.origins.headers.get(name.lower(), self.origins.rest) if self.hides else ""
        return self.masker.text(name), hidden(origin, value) if origin else self.masker.field(name, value)

    # ---- values ----------------------------------------------------------------------------------------------

    def values(self, entry: Entry) -> Iterator[Json]:
        """The attributes: first those written out, then those computed, in the order in which they were."""
        for it in written_values(entry.step.statement, entry.step.path):
            yield value_as_dict(it.path, entry.step.line, it.name, "", self._written(entry, it))
        parts = dict(elements(entry.step.statement, entry.step.path))
        for computed, came_to in entry.values:
            text = self._computed(entry, parts.get(computed.path), computed, came_to)
            source = self.masker.source(computed.expression.source)
            yield value_as_dict(computed.path, computed.line, computed.name, source, text)

    def _written(self, entry: Entry, it: Written) -> str:
        text = shown(plain(it.value))
        return self.masker.secret(text) if holds_secret(entry, it.element, it.path, it.name) else self.masker.text(text)

    def _computed(self, entry: Entry, element: object, computed: RecordedValue, value: Plain) -> str:
        if not self.hides or isinstance(value, bool):
            return shown(value)
        if holds_secret(entry, element, computed.path, computed.name):
            return self.masker.secret(value) if isinstance(value, str) else hidden("a secret", value)
        origin: Origin = "a body" if isinstance(element, SetBody) else self.origins.of(computed)
        return self._hidden(origin, value, texts_in_expression(computed.expression.source))

    def _hidden(self, origin: Origin, value: Plain, known: Iterable[str]) -> str:
        """A value that comes from somewhere; what the policy has written out itself is shown."""
        text = shown(value)
        if not origin or isinstance(value, (bool, type, type(None))) or text in known:
            return self.masker.text(text)
        masked = self.masker.text(text)
        return masked if origin == "a secret" and is_hash(masked) else hidden(origin, value)

    # ---- notes -----------------------------------------------------------------------------------------------

    def notes(self, entry: Entry) -> Iterator[str]:
        """What the statement says that it did."""
        origin = self.origins.of_entry(entry) if self.hides else ""
        known = frozenset(texts_in(entry.step.statement)) | {
            shown(plain(it.value)) for it in written_values(entry.step.statement, entry.step.path)
        }
        for note in entry.notes:
            yield self._note(entry, note, origin, known)

    def _note(self, entry: Entry, note: Note, origin: Origin, known: frozenset[str]) -> str:
        if not self.hides:
            return rendered(note, map(shown, note.values))
        statement, origins = entry.step.statement, [origin] * len(note.values)
        if isinstance(statement, CacheLookupValue) and len(origins) == 2:
            origins[1] = origin or self.origins.of_cached(*note.values)
        if isinstance(statement, SetVariable) and is_secret(statement.name):
            return rendered(note, (self.masker.text(statement.name), self.masker.secret(shown(note.values[1]))))
        values = (self._hidden(origin, value, known) for origin, value in zip(origins, note.values, strict=True))
        return rendered(note, values)

    def sendings(self, entry: Entry) -> Iterator[str]:
        """What a forward-request got from the backends."""
        if entry.first_attempt is None:
            return
        entries = self.trace.entries
        later = (it.first_attempt for it in entries[entries.index(entry) + 1 :] if it.first_attempt is not None)
        for attempt in self.context.attempts[entry.first_attempt : next(later, None)]:
            yield f"{self._backend(attempt)} {told(attempt)}"

    # ---- attempts --------------------------------------------------------------------------------------------

    def attempt(self, index: int, attempt: Attempt) -> Json:
        """An attempt, and why it went where it did."""
        return attempt_as_dict(attempt) | {"backend": self._backend(attempt), "why": self.why(index)}

    def _backend(self, attempt: Attempt) -> str:
        """The backend's name; one that an expression made of a body is hidden."""
        is_hidden = self.hides and self.origins.url and attempt.backend not in self.context.backends
        return hidden(self.origins.url, attempt.backend) if is_hidden else self.masker.text(attempt.backend)

    def why(self, index: int) -> str:
        """The statement that chose the backend, and the conditions that led to it."""
        chosen = self._choice(index)
        if chosen is None:
            return "no statement chose a backend"
        entry = self.trace.entries[chosen]
        place = f"line {entry.step.line}" if entry.step.line else entry.step.path
        conditions = " and ".join(self._conditions(chosen))
        return f"{place}: {name_of(entry)}{f', because {conditions}' if conditions else ''}"

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
        yield from self._long_texts()

    def _long_texts(self) -> Iterator[str]:
        """Long texts that came from a body, should they turn up where nobody thought of."""
        for entry in self.trace.entries:
            for computed, value in entry.values:
                text = value.text if isinstance(value, Cut) else value
                if isinstance(text, str) and len(text) >= LONG and self.origins.of(computed) == "a body":
                    yield text


def around_entry(entries: list[Entry], index: int) -> list[Entry]:
    """The statements that a statement stands in, the outermost first."""
    found: list[Entry] = []
    depth = entries[index].depth
    for entry in reversed(entries[:index]):
        if entry.depth < depth:
            found.append(entry)
            depth = entry.depth
    return found[::-1]


def holds_secret(entry: Entry, element: object, path: str, name: str) -> bool:
    """Whether an attribute is the value of a header or variable whose name says that it is secret."""
    if isinstance(element, SetVariable):
        return name == "value" and is_secret(element.name)
    if isinstance(element, HeaderValue):
        header = path.rpartition("/")[0]
        return any(is_secret(shown(it)) for it in values_of(entry, header, "name"))
    return False


def marks(entries: list[Entry]) -> dict[int, str]:
    """What happened at each line of the policy.

    "true" or "false" for a condition, the former if it was so once; else "ran" for a statement; "error" where one came
    from, whatever else happened there.
    """
    found: dict[int, str] = {}
    for entry in entries:
        if entry.step.line:
            found.setdefault(entry.step.line, "ran")
        for computed, value in entry.values:
            if isinstance(value, bool) and computed.name == "condition" and found.get(computed.line) != "true":
                found[computed.line] = shown(value)
    for index, entry in enumerate(entries):
        if has_failed(entries, index):
            found[entry.failed.line if entry.failed else entry.step.line] = "error"
    found.pop(0, None)
    return found


def has_failed(entries: list[Entry], index: int) -> bool:
    """Whether the statement raised an error itself: none that a statement inside it raised."""
    entry = entries[index]
    for inner in entries[index + 1 :]:
        if inner.depth <= entry.depth:
            break
        if inner.depth == entry.depth + 1 and inner.error == entry.error:
            return False
    return bool(entry.error)


def value_as_dict(path: str, line: int, name: str, expression: str, value: str) -> Json:
    """What an attribute came to, as JSON has it; `expression` is "" for one that is written out."""
    return {"path": path, "line": line, "name": name, "expression": expression, "value": value}


def attempt_as_dict(attempt: Attempt) -> Json:
    """An attempt as JSON has it."""
    return {
        "backend": attempt.backend,
        "at": attempt.at,
        "took": attempt.took,
        "outcome": attempt.outcome,
        "retry_after": attempt.retry_after,
        "waited": attempt.waited,
    }


def told(attempt: Attempt) -> str:
    """What came of an attempt, for people."""
    if not attempt.outcome:
        return "has not answered yet"
    if attempt.outcome == GONE:
        return "had not answered when the client left"
    if not attempt.outcome.isdecimal():
        return f"failed: {attempt.outcome}"
    after = f", Retry-After {attempt.retry_after:g} s" if attempt.retry_after is not None else ""
    return f"answered {attempt.outcome}{after}"


def hidden(origin: Origin, value: Plain) -> str:
    """In the place of what may not be shown."""
    length = value.length if isinstance(value, Cut) else len(shown(value))
    return f"(from {origin}, {length} character{'s' * (length != 1)})"


def rendered(note: Note, values: Iterable[str]) -> str:
    """A note with its values."""
    return note.text.format(*values) if note.values else note.text


def is_hash(text: str) -> bool:
    """Whether nothing of a text is left but the hash of a secret."""
    return re.fullmatch(r"(?:[A-Za-z]+ )?#[0-9a-f]{6}", text) is not None
