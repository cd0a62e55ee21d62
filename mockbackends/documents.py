"""Reads a YAML or JSON document into a model; every mistake has its line and column."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

type Path = tuple[int | str, ...]

_MAX_LEVELS = 50  # of lists and mappings in a document


class DocumentError(ValueError):
    """The document has mistakes. Each of them begins with its place: `SOURCE:LINE:COLUMN: `."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def read[Model: BaseModel](text: str, model: type[Model], source: str) -> Model:
    """Read a document; raise DocumentError. `source` is its name in the mistakes, e.g. the path of a file.

    YAML can read JSON, but not its escaped surrogate pairs, control characters from U+007F on, and keys of more than
    1024 characters. So the values of a JSON document are read as JSON, and only their places as YAML.
    """
    try:
        return model.model_validate(_value(text, source))
    except ValidationError as error:
        raise DocumentError(mistakes(error, model, source, _places(text, source))) from error


def _value(text: str, source: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_not_json)
    except RecursionError as error:  # YAML would need seconds to come to the same end
        raise DocumentError([f"{source}: write it with no more than {_MAX_LEVELS} levels"]) from error
    except ValueError:
        return _read_yaml(text, source)[0]


def _places(text: str, source: str) -> dict[Path, str]:
    """Return the place of each value; none for JSON that is not YAML."""
    try:
        return _read_yaml(text, source)[1]
    except DocumentError:
        return {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; raise ValueError if a key is there twice, so that YAML finds its place."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _read_yaml(text: str, source: str) -> tuple[Any, dict[Path, str]]:
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
        if node is None:
            return None, {}
        places = dict(_walk(node, (), source, set()))  # first: it refuses aliases, which may grow without end
        return yaml.constructor.construct_document(node), places
    except DocumentError:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        raise DocumentError([f"{place}: not YAML: {error.problem or error.context}"]) from error
    except (YAMLError, RecursionError, ValueError, LookupError) as error:  # ValueError, LookupError: !!int x, !!bool x
        raise DocumentError([f"{source}: not YAML: {error}"]) from error


def mistakes(error: ValidationError, model: type, source: str, places: dict[Path, str] | None = None) -> list[str]:
    """Return a line for each of pydantic's errors, with the place of the value and the expectation."""
    details = [dict(detail) for detail in error.errors(include_url=False)]
    return [_mistake(detail, model, source, places or {}) for detail in details if not _is_echo(detail)]


def _is_echo(detail: dict[str, Any]) -> bool:
    """Return whether a list is too short only because of mistakes in its items."""
    return bool(detail["type"] == "too_short" and detail["input"])


def _mistake(detail: dict[str, Any], model: type, source: str, places: dict[Path, str]) -> str:
    path: Path = detail["loc"]
    known = path
    while known and known not in places:
        known = known[:-1]
    name = ".".join(map(str, path))
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = f"there is no such setting; write one of {', '.join(_fields(model, path[:-1]))}"
    elif detail["type"] != "missing" and isinstance(detail["input"], str | int | float | bool | None):
        message += f", not {_shown(detail['input'])}"
    return f"{places.get(known, source)}: {f'{name}: ' if name else ''}{message}"


def _shown(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # Python writes no more than 4,300 digits, but YAML reads more of them in a hexadecimal number
        return "a number of thousands of digits"


def _fields(annotation: Any, path: Path) -> list[str]:
    """Return the names of the fields of the model at that path."""
    model = next(_models(annotation))
    names = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    if not path:
        return list(names)
    return _fields(model if isinstance(path[0], int) else names[path[0]], path[1:])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in an annotation, e.g. ScenarioEvent for `tuple[ScenarioEvent, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _walk(node: Node, path: Path, source: str, seen: set[int]) -> Iterator[tuple[Path, str]]:
    place = f"{source}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    yield path, place
    if isinstance(node, MappingNode | SequenceNode):
        if id(node) in seen or len(path) > _MAX_LEVELS:
            raise DocumentError([f"{place}: write it out: no aliases, and no more than {_MAX_LEVELS} levels"])
        seen.add(id(node))
        for step, child in _children(node):
            yield from _walk(child, (*path, step), source, seen)


def _children(node: MappingNode | SequenceNode) -> Iterator[tuple[int | str, Node]]:
    if isinstance(node, SequenceNode):
        yield from enumerate(node.value)
    else:
        for key, value in node.value:
            yield str(key.value), value
