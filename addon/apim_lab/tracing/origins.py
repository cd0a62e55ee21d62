"""Where the values of a run come from, as far as they may not be shown.

Expressions know what they read, statements declare where their values go: what comes from a body or a secret is
followed from one place to the next. What nobody declares counts as everything: a computed attribute without a
destination goes everywhere, and after a statement that does not say what it does by itself everything is in doubt.
"""

from collections.abc import Iterable, Iterator

from apim_lab.expressions import Place, Read
from apim_lab.messages import Response
from apim_lab.policy.quoting import is_constant
from apim_lab.policy.recording import RecordedValue
from apim_lab.policy.written import texts_in
from apim_lab.tracing.attributes import shown
from apim_lab.tracing.declared import Declared
from apim_lab.tracing.marks import around_entry, has_failed
from apim_lab.tracing.masking import is_count, is_secret
from apim_lab.tracing.places import Origin, Places, strictest
from apim_lab.tracing.trace import Entry, Plain, Trace

UNDECLARED: Origin = "an undeclared statement"
NOT_KEPT: Origin = "a statement that was not kept"

_ALWAYS: dict[Place, Origin] = {
    Place.REQUEST_BODY: "a body",
    Place.RESPONSE_BODY: "a body",
    Place.MESSAGE: "a message",
    Place.PRIVATE: "a secret",
    Place.ANYWHERE: "a secret",
}
_SENT = frozenset({Place.HEADER, Place.QUERY, Place.PARAMETER})
"""Places that a client fills: any of them may hold a secret."""
_ANY_VARIABLE = Read(Place.VARIABLE)


class Origins:
    """`declared` has what the declarations say, `policy` every text that a statement which ran has written out.

    `rest` is where anything may come from that is not known to come from elsewhere.
    """

    def __init__(self, trace: Trace) -> None:
        self._entries = trace.entries
        self.declared = {entry: Declared(entry) for entry in trace.entries}
        self.policy = frozenset(text for entry in trace.entries for text in texts_in(entry.step.statement))
        self._places = Places()
        self._objects: set[Read] = set()
        self._errors: dict[str, Origin] = {}
        self._in_doubt = dict(self._doubts())
        self._failed_later = trace.failed_later
        self._missing: Origin = NOT_KEPT if trace.is_cut else ""
        self.rest = strictest([self._missing, *self._in_doubt.values()])
        while self._learn():
            pass

    # ---- asking ----------------------------------------------------------------------------------------------

    def at(self, place: Place, name: str | None = None) -> Origin:
        """What the place holds after the run."""
        return self._places.at(place, name) or self.rest

    def of(self, entry: Entry, computed: RecordedValue, value: Plain = None) -> Origin:
        """What the value of an expression comes from."""
        found = self._of_reads(computed)
        if computed.expression.reads and entry in self._in_doubt:
            found = strictest((found, self._in_doubt[entry]))
        return "" if found == "a message" and not isinstance(value, type) else found

    def of_notes(self, entry: Entry) -> Origin:
        """What the statement may tell of, besides its attributes: something made of those that it keeps."""
        kept = [(it, value) for it, value in _computed(entry) if self._destinations(entry, it) != []]
        taken = [self._of_taken(sources, entry.obtained) for sources, _ in self.declared[entry].moves()]
        return strictest([*(self.of(entry, it, value) for it, value in kept), *taken])

    def of_told(self, entry: Entry) -> Origin:
        """What a message of `context.Trace` may quote: whatever the expressions of the statement read."""
        return strictest(self.of(entry, it, value) for it, value in _computed(entry))

    def of_cached(self, key: str | None, value: Plain) -> Origin:
        """What a value from the cache is, which another request may have put there."""
        if origin := self._places.at(Place.CACHE, key):
            return origin
        is_known = isinstance(value, str) and value in self.policy
        return "" if is_known or is_count(shown(value)) else "the cache"

    def of_obtained(self, entry: Entry, value: Plain) -> Origin:
        """What a value is that the statement got by itself."""
        return strictest(self._of_taken(sources, (value,)) for sources, _ in self.declared[entry].moves())

    def of_error(self, message: str) -> Origin:
        """What an error may quote."""
        if is_constant(message) or message in self.policy:
            return ""
        return self._errors.get(message, strictest([self._missing, *map(self._of_reads, self._failed_later)]))

    # ---- learning --------------------------------------------------------------------------------------------

    def _learn(self) -> bool:
        """Go through the run once; whether something was new."""
        before = dict(self._places.known), dict(self._errors), len(self._objects)
        for index, entry in enumerate(self._entries):
            for computed, value in entry.values:
                self._put(self._destinations(entry, computed), self.of(entry, computed, value), [value])
            for computed, _ in _computed(entry):
                self._learn_changes(computed)
            for sources, to in self.declared[entry].moves():
                self._put(to, self._of_taken(sources, entry.obtained), entry.obtained or ())
            if has_failed(self._entries, index):
                self._learn_error(entry)
        for computed in self._failed_later:
            self._places.note(Read(Place.ERROR), self._of_reads(computed))
            self._learn_changes(computed)
        return before != (self._places.known, self._errors, len(self._objects))

    def _destinations(self, entry: Entry, computed: RecordedValue) -> list[Read] | None:
        return self.declared[entry].destinations(computed.path, computed.name)

    def _put(self, to: Iterable[Read] | None, origin: Origin, values: Iterable[Plain]) -> None:
        holds_object = any(isinstance(value, type) and value is not Response for value in values)
        for place in [Read(Place.ANYWHERE)] if to is None else to:
            self._places.note(place, origin)
            if holds_object:
                self._objects.add(place)

    def _learn_changes(self, computed: RecordedValue) -> None:
        """An expression that gets hold of an object, as of a list, may put what it reads into it, or into another."""
        if any(map(self._gets_object, computed.expression.reads)):
            for place in self._objects:
                self._places.note(place, self._of_reads(computed))

    def _gets_object(self, read: Read) -> bool:
        return read in self._objects or read == _ANY_VARIABLE or read.place is Place.ANYWHERE

    def _learn_error(self, entry: Entry) -> None:
        origin = self._of_raised(entry)
        if origin and not is_constant(entry.error):
            self._errors[entry.error] = strictest((origin, self._errors.get(entry.error, "")))
            self._places.note(Read(Place.ERROR), origin)

    def _of_raised(self, entry: Entry) -> Origin:
        """What the statement's own error may quote; the client is told of one that is public."""
        if self.declared[entry].is_open:
            return UNDECLARED
        if entry.is_public:
            return ""
        asked = [(entry.failed, None)] if entry.failed else _computed(entry)
        return strictest([self.of_notes(entry), *(self.of(entry, it, value) for it, value in asked)])

    def _doubts(self) -> Iterator[tuple[Entry, Origin]]:
        """The statements that may read what one has put somewhere of which nothing is known."""
        yield from ((entry, NOT_KEPT) for entry in self._entries if entry.is_cut)
        for index, entry in enumerate(self._entries):
            if self.declared[entry].is_open:
                after = [*around_entry(self._entries, index), *self._entries[index:]]
                yield from ((it, UNDECLARED) for it in after)
                return

    # ---- reading ---------------------------------------------------------------------------------------------

    def _of_reads(self, computed: RecordedValue) -> Origin:
        return strictest(map(self._of_read, computed.expression.reads))

    def _of_read(self, read: Read) -> Origin:
        is_any = read.place in _SENT and read.name is None
        is_named = read.place in {*_SENT, Place.VARIABLE} and read.name is not None and is_secret(read.name)
        always: Origin = "a secret" if is_any or is_named else _ALWAYS.get(read.place, "")
        return strictest((always, self._places.at(*read)))

    def _of_taken(self, sources: Iterable[Read], obtained: tuple[Plain, ...] | None) -> Origin:
        """What a statement takes by itself: of cached values, what it got."""
        return strictest(self._of_source(source, obtained) for source in sources)

    def _of_source(self, source: Read, obtained: tuple[Plain, ...] | None) -> Origin:
        if source.place is Place.CACHE:
            return "the cache" if obtained is None else strictest(self.of_cached(source.name, it) for it in obtained)
        return strictest((_ALWAYS.get(source.place, ""), self._places.at(*source)))


def _computed(entry: Entry) -> list[tuple[RecordedValue, Plain]]:
    return [*entry.values, *([(entry.failed, None)] if entry.failed else [])]
