"""Reads the files that an operator writes; each mistake in one has its line and column."""

import json
import stat
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from apim_lab.errors import DocumentError, Mistake
from apim_lab.places import START, Lines, Values

MAX_FILE_SIZE = 1 << 23
"""Bytes: 8 MB. It is read in a thread, but so much YAML takes minutes."""


def read_text(path: Path) -> str:
    """The file's text. Raises DocumentError if it cannot be read, is no regular file, is too large or is not UTF-8."""
    try:
        return _read_bytes(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise DocumentError(str(path), [Mistake(*START, f"cannot read the file: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        place = Lines(error.object.decode("latin-1")).place(error.start)
        raise DocumentError(str(path), [Mistake(*place, "expected UTF-8 text")]) from error


def _read_bytes(path: Path) -> bytes:
    """Raises OSError, and DocumentError for a pipe or a device, which may have no end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise DocumentError(str(path), [Mistake(*START, "cannot read the file: expected a regular file")])
    with path.open("rb") as file:
        content = file.read(MAX_FILE_SIZE + 1)
    if len(content) > MAX_FILE_SIZE:
        raise DocumentError(str(path), [Mistake(*START, f"the file has more than {MAX_FILE_SIZE} bytes")])
    return content


def parse_yaml(path: Path, text: str) -> Any:
    """The YAML document. Raises DocumentError."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistake = Mistake(mark.line + 1, mark.column + 1, f"not YAML: {error.problem}")
    except (YAMLError, RecursionError) as error:
        mistake = Mistake(*START, f"not YAML: {str(error).strip()}")
    raise DocumentError(str(path), [mistake])


def parse_json(path: Path, text: str) -> Any:
    """The JSON document. Raises DocumentError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        mistake = Mistake(error.lineno, error.colno, f"not JSON: {error.msg}")
    except RecursionError:
        mistake = Mistake(*START, "not JSON: nested too deeply")
    raise DocumentError(str(path), [mistake])


def validate[Model: BaseModel](model: type[Model], path: Path, text: str, data: object) -> Model:
    """Make the data, which was parsed from the text, into the model.

    Raises DocumentError with the place of every value that is not as expected.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        values = Values(text)
        mistakes = [Mistake(*values.place(item["loc"]), explain(item)) for item in error.errors()]
        raise DocumentError(str(path), mistakes) from error


def explain(item: Any) -> str:
    """pydantic's message in the words of the file."""
    where = ".".join(str(step) for step in item["loc"]) or "the file"
    if item["type"] == "extra_forbidden":
        return f"{where}: unknown setting"
    if item["type"] in {"model_type", "dict_type"}:
        return f"{where}: expected settings, one a line, like name: value"
    if item["type"] == "too_short":
        return f"{where}: expected at least one"
    if item["type"] == "missing":
        return f"{where}: this setting is required"
    message = item["msg"].removeprefix("Value error, ")
    return f"{where}: {message[0].lower()}{message[1:]}"
