"""Operations of an API: imported from an OpenAPI document as APIM imports one, and matched to requests.

Sources: api-management-api-import-restrictions.md (names, ids, required query parameters),
add-api-manually.md (wildcards), api-management-faq.yml (trailing slashes); where these are silent, the
docstrings say so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

from apim_lab.errors import DocumentError, Mistake
from apim_lab.expressions.entities import Operation
from apim_lab.places import Location, Values
from apim_lab.service.files import parse_json, parse_yaml, read_text


@dataclass(frozen=True)
class Match:
    """The operation a request calls; `parameters` is its `context.Request.MatchedParameters`, decoded."""

    operation: Operation
    parameters: Mapping[str, str]


_PARAMETER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class _Template:
    """A URL template, taken apart. `names` are the parameters of `segments`, in order.

    `query` maps the name of a query parameter that must be there to its template (`{api-version}`) or value.
    """

    segments: tuple[str, ...]
    names: tuple[str, ...]
    query: Mapping[str, str]

    @classmethod
    def parse(cls, url_template: str) -> "_Template":
        """Raises ValueError for a template APIM would not import, saying why."""
        path, _, query_text = url_template.partition("?")
        if not path.startswith("/"):
            raise ValueError(f"a path starts with '/', this one is {path!r}")
        segments = tuple(path.rstrip("/").split("/")[1:])
        names = tuple(name for segment in segments for name in _segment_names(segment))
        if segments[-1:] == ("*",):
            names += ("*",)
        query = dict(parse_qsl(query_text, keep_blank_values=True))
        _check_unique([*names, *(name for value in query.values() for name in _segment_names(value))])
        return cls(segments, names, query)

    def bind(self, values: Iterable[str], query: Mapping[str, list[str]]) -> Mapping[str, str] | None:
        """The parameters of a request whose path fits; None if its query does not."""
        parameters = dict(zip(self.names, values, strict=True))
        for name, expected in self.query.items():
            if name not in query:
                return None
            actual = ",".join(query[name])
            if parameter := _PARAMETER.fullmatch(expected):
                parameters[parameter[1]] = actual
            elif actual != expected:
                return None
        return parameters


def _segment_names(segment: str) -> list[str]:
    if re.search(r"[{}]", _PARAMETER.sub("", segment)):
        raise ValueError(f"expected '{{name}}', the braces of {segment!r} do not pair")
    return _PARAMETER.findall(segment)


def _check_unique(names: list[str]) -> None:
    """APIM requires names "to be unique within the entire URL template", compared without case."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise ValueError(f"parameter {name!r} stands twice in the URL template, path and query together")
        seen.add(name.lower())


@dataclass(frozen=True)
class _Mixed:
    """The rare segment of a template that mixes text and parameters: `({id})`, `{name}.{extension}`.

    `before`, `between` and `after` are the texts around its parameters.
    """

    before: str
    between: tuple[str, ...]
    after: str

    @classmethod
    def parse(cls, segment: str) -> "_Mixed":
        before, *between, after = (unquote(text) for text in _PARAMETER.split(segment)[::2])
        return cls(before, tuple(between), after)

    def values(self, segment: str) -> list[str] | None:
        """The parameters in a segment of a path, each as short as can be; None if the segment does not fit.

        No regular expression: with four parameters it would take a day for 64 kB of hyphens.
        """
        start, end, values = len(self.before), len(segment) - len(self.after), []
        for text in self.between:
            found = segment.find(text, start + 1, end)
            if found < 0:
                return None
            values.append(segment[start:found])
            start = found + len(text)
        fits = start < end and segment.startswith(self.before) and segment.endswith(self.after)
        return [*values, segment[start:end]] if fits else None


@dataclass
class _Node:
    """A node in the tree of path segments: its children, in the order they are tried, and the routes that end here."""

    literals: "dict[str, _Node]" = field(default_factory=dict)
    mixed: "dict[_Mixed, _Node]" = field(default_factory=dict)
    any_segment: "_Node | None" = None
    routes: "dict[str, list[_Route]]" = field(default_factory=dict)
    wildcard_routes: "dict[str, list[_Route]]" = field(default_factory=dict)

    def child(self, segment: str) -> "_Node":
        """The node for a segment of a template, made if it is not there yet."""
        if not _PARAMETER.search(segment):
            return self.literals.setdefault(unquote(segment), _Node())
        if not _PARAMETER.fullmatch(segment):
            return self.mixed.setdefault(_Mixed.parse(segment), _Node())
        self.any_segment = self.any_segment or _Node()
        return self.any_segment


@dataclass(frozen=True)
class _Route:
    operation: Operation
    template: _Template


type _Ending = tuple[dict[str, list[_Route]], list[str]]
"""Routes by method that end where a path ends, and the values of the path's parameters."""


def _endings(node: _Node, segments: list[str], depth: int, values: list[str]) -> Iterator[_Ending]:
    """The ends that a path may have in the tree: the most literal first, from left to right; a wildcard last."""
    rest = segments[depth:]
    if not rest or rest == [""]:
        yield node.routes, values
    if rest:
        yield from _deeper_endings(node, segments, depth, values)
        yield node.wildcard_routes, [*values, "/".join(rest)]


def _deeper_endings(node: _Node, segments: list[str], depth: int, values: list[str]) -> Iterator[_Ending]:
    segment = segments[depth]
    if literal := node.literals.get(segment):
        yield from _endings(literal, segments, depth + 1, values)
    for mixed, child in node.mixed.items():
        if found := mixed.values(segment):
            yield from _endings(child, segments, depth + 1, [*values, *found])
    if node.any_segment and segment:
        yield from _endings(node.any_segment, segments, depth + 1, [*values, segment])


class Operations:
    """The operations of one API, by method and URL template; iterating lists them in the order added.

    A template is `/deployments/{deployment-id}/completions?api-version={api-version}`: a request has to have
    these query parameters. Its last segment may be `*`, a parameter of that name with the rest of the path.
    """

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self._operations: list[Operation] = []
        self._root = _Node()
        for operation in operations:
            self.add(operation)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)

    def add(self, operation: Operation) -> None:
        """Raises ValueError for a bad template, or one that differs from another only in the names of parameters."""
        route = _Route(operation, _Template.parse(operation.url_template))
        routes = self._routes_at(route.template).setdefault(operation.method, [])
        if any(_conditions(other.template) == _conditions(route.template) for other in routes):
            # The words are APIM's, and they name the operation as APIM does.
            known = f"{operation.method}, {operation.url_template}"
            raise ValueError(f"operation with the same method and URL template already exists: {known}")
        routes.append(route)
        routes.sort(key=lambda other: -len(other.template.query))
        self._operations.append(operation)

    def match(self, method: str, path: str, query: Mapping[str, list[str]]) -> Match | None:
        """The operation for a request; None is APIM's 404, also for a known path with another method.

        `path` is what follows the API's prefix, still percent-encoded; `method` is compared exactly. "API
        Management doesn't make a distinction" between `resource` and `resource/` (api-management-faq.yml).
        Unknown of APIM, and so decided here: literal segments are compared with their case and win over
        parameters from left to right; a template with more query parameters wins; a query parameter may be
        empty, and one sent several times is joined by commas.
        """
        segments = [unquote(segment) for segment in path.split("/")[1:]]
        for routes, values in _endings(self._root, segments, 0, []):
            for route in routes.get(method, ()):
                parameters = route.template.bind(values, query)
                if parameters is not None:
                    return Match(route.operation, parameters)
        return None

    def _routes_at(self, template: _Template) -> dict[str, list[_Route]]:
        node = self._root
        ends_in_wildcard = template.segments[-1:] == ("*",)
        for segment in template.segments[:-1] if ends_in_wildcard else template.segments:
            node = node.child(segment)
        return node.wildcard_routes if ends_in_wildcard else node.routes


def _conditions(template: _Template) -> set[tuple[str, str]]:
    """The conditions on a request's query, without the names of parameters."""
    return {(name, _PARAMETER.sub("{}", value)) for name, value in template.query.items()}


def load_operations(
    path: Path, *, translate_required_query_parameters: Literal["template", "query"] = "template"
) -> Operations:
    """Import an OpenAPI 2 or 3 document, JSON or YAML (0.4 s for 135 KB; JSON a few milliseconds).

    By default required query parameters become part of the URL template, so that a request without them
    matches no operation and is answered 404 (Azure/api-management-developer-portal, issue 2761); with "query"
    they do not, as with the property of that name in APIM's REST API. `servers` and `basePath` say nothing
    about routing here. TRACE is left out and `x-ms-paths` is read, as in APIM; OpenAPI 2 may be YAML, which
    APIM does not take.
    Raises DocumentError with every mistake found and its place.
    """
    text = read_text(path)
    document = _parse(path, text)
    importer = _Importer(document, in_template=translate_required_query_parameters == "template")
    operations = importer.operations()
    if importer.mistakes:
        values = Values(text)
        raise DocumentError(
            str(path), [Mistake(*values.place(location), message) for location, message in importer.mistakes]
        )
    return operations


def _parse(path: Path, text: str) -> object:
    """Python's JSON reader is some 400 times as fast as the YAML one, and YAML only reads what it must."""
    return parse_json(path, text) if path.suffix.lower() == ".json" else parse_yaml(path, text)


_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})


@dataclass(frozen=True)
class _Parameter:
    name: str
    place: str
    required: bool
    location: Location


class _Importer:
    """Reads one document; notes each mistake with its location, and leaves out the operation that has it."""

    def __init__(self, document: object, *, in_template: bool) -> None:
        self.mistakes: list[tuple[Location, str]] = []
        self._document = document
        self._in_template = in_template
        self._ids: set[str] = set()

    def operations(self) -> Operations:
        operations = Operations()
        for path, item, location in self._path_items():
            shared = self._parameters(item, location)
            for method in [key for key in item if key in _METHODS]:
                here = (*location, method)
                definition = self._mapping(item[method], here, "an operation")
                if definition is None:
                    continue
                parameters = shared | self._parameters(definition, here)
                operation = self._operation(path, method.upper(), definition, here, parameters)
                self._add(operations, operation, here)
                self._check_described(path, parameters, here)
        return operations

    def _add(self, operations: Operations, operation: Operation, location: Location) -> None:
        try:
            operations.add(operation)
        except ValueError as error:
            self._note(location, str(error))

    def _path_items(self) -> Iterator[tuple[str, Mapping[str, Any], Location]]:
        document = self._mapping(self._document, (), "an OpenAPI document")
        if document is None or not self._is_known_version(document):
            return
        for section in ("paths", "x-ms-paths"):
            items = self._mapping(document.get(section, {}), (section,), "paths") or {}
            for path, item in items.items():
                if str(path).startswith("x-"):
                    continue
                if found := self._resolve(item, (section, path), "the methods of a path"):
                    yield str(path), *found

    def _is_known_version(self, document: Mapping[str, Any]) -> bool:
        known = str(document.get("swagger")) == "2.0" or str(document.get("openapi", "")).startswith("3.")
        if not known:
            where: Location = next(((key,) for key in ("swagger", "openapi") if key in document), ())
            self._note(where, "expected 'swagger: \"2.0\"' or 'openapi: 3.x'")
        elif "paths" not in document and "x-ms-paths" not in document:
            self._note((), "expected 'paths'")
            known = False
        return known

    def _parameters(self, owner: Mapping[str, Any], location: Location) -> "_Parameters":
        described = owner.get("parameters", [])
        here = (*location, "parameters")
        if not isinstance(described, list):
            self._note(here, f"expected a list of parameters, found {_kind(described)}")
            return {}
        found = [self._parameter(value, (*here, index)) for index, value in enumerate(described)]
        return {(parameter.name, parameter.place): parameter for parameter in found if parameter}

    def _parameter(self, value: object, location: Location) -> _Parameter | None:
        found = self._resolve(value, location, "a parameter")
        if found is None:
            return None
        definition, location = found
        name, place = definition.get("name"), definition.get("in")
        if not isinstance(name, str) or not isinstance(place, str):
            self._note(location, "expected a parameter with 'name' and 'in'")
            return None
        return _Parameter(name, place, definition.get("required") is True, location)

    def _operation(
        self,
        path: str,
        method: str,
        definition: Mapping[str, Any],
        location: Location,
        parameters: "_Parameters",
    ) -> Operation:
        """`operationId` and `summary` may be missing, null or empty.

        The display name made from method and path is the one of the announcement of 2018 ("Get - /foo").
        """
        template = path + self._query_template(parameters, "&" if "?" in path else "?")
        given = self._text(definition, "operationId", location)
        name = self._text(definition, "summary", location)[:300] or given or f"{method.title()} - {path}"
        return Operation(self._unique_id(given or f"{method}-{template}"), name, method, template)

    def _query_template(self, parameters: "_Parameters", separator: str) -> str:
        required = [name for (name, place), found in parameters.items() if place == "query" and found.required]
        if not required or not self._in_template:
            return ""
        return separator + "&".join(f"{name}={{{name}}}" for name in required)

    def _unique_id(self, operation_id: str) -> str:
        normalized = normalize_operation_id(operation_id)
        unique, count = normalized, 0
        while unique in self._ids:
            count += 1
            unique = f"{normalized}-{count}"
        self._ids.add(unique)
        return unique

    def _check_described(self, path: str, parameters: "_Parameters", location: Location) -> None:
        """A path parameter that is described "must be part of the URL template", and the reverse."""
        in_path = {*_PARAMETER.findall(path.partition("?")[0])}
        described = {name: found for (name, place), found in parameters.items() if place == "path"}
        for name in described.keys() - in_path:
            self._note(described[name].location, f"path parameter {name!r} is not part of the path")
        for name in in_path - described.keys():
            self._note(location, f"path parameter {name!r} is not described, expected one with 'in: path'")

    def _resolve(self, value: object, location: Location, expected: str) -> tuple[Mapping[str, Any], Location] | None:
        """The mapping that `value` is, or that its `$ref` names, with its location; None if that is a mistake."""
        followed: set[str] = set()
        while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            target = _local_target(reference) if reference not in followed else None
            found = _look_up(self._document, target) if target is not None else None
            if target is None or found is None:
                self._note((*location, "$ref"), _why_not(reference, circular=reference in followed))
                return None
            followed.add(reference)
            value, location = found, target
        mapping = self._mapping(value, location, expected)
        return None if mapping is None else (mapping, location)

    def _mapping(self, value: object, location: Location, expected: str) -> Mapping[str, Any] | None:
        if isinstance(value, dict):
            return value
        self._note(location, f"expected {expected}, found {_kind(value)}")
        return None

    def _text(self, definition: Mapping[str, Any], key: str, location: Location) -> str:
        value = definition.get(key) or ""
        if isinstance(value, str):
            return value
        self._note((*location, key), f"expected text, found {_kind(value)}")
        return ""

    def _note(self, location: Location, message: str) -> None:
        # A definition that several operations refer to is read once for each of them.
        if (location, message) not in self.mistakes:
            self.mistakes.append((location, message))


type _Parameters = dict[tuple[str, str], _Parameter]
"""Parameters by name and place: the operation's replace those of its path (OpenAPI, Path Item Object)."""


def normalize_operation_id(operation_id: str) -> str:
    """The Azure resource name for an `operationId`: `ChatCompletions_Create` is `chatcompletions-create`.

    Lower case, each sequence of other characters than letters and digits one dash, none at the ends, 76
    characters at most; four are kept for the suffix that makes it unique.
    """
    return re.sub(r"[^a-z0-9]+", "-", operation_id.lower()).strip("-")[:76]


def _local_target(reference: str) -> Location | None:
    """The location a local JSON pointer names (RFC 6901, section 6)."""
    if not reference.startswith("#/"):
        return None
    steps = unquote(reference[2:]).split("/")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def _look_up(document: object, location: Location) -> object:
    value = document
    for step in location:
        if isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _why_not(reference: str, *, circular: bool) -> str:
    if circular:
        return f"{reference!r} refers to itself"
    if not reference.startswith("#"):
        return f"{reference!r} is not in this document: APIM follows local references only, expected '#/...'"
    return f"{reference!r} refers to nothing"


def _kind(value: object) -> str:
    names: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", type(None): "nothing"}
    return names.get(type(value), repr(value))
