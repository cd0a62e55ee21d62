"""Reads the files that an operator writes; what is wrong with them has a place."""

import json
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from apim_lab.errors import DocumentError, Mistake


def read_text(path: Path) -> str:
    """The file's text. Raises DocumentError where it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(str(path), [Mistake(1, 1, f"cannot read the file: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise DocumentError(str(path), [Mistake(line, column, "expected UTF-8 text")]) from error


def parse_yaml(path: Path, text: str, kind: Literal["safe", "rt"]) -> Any:
    """The YAML document as plain values ("safe") or as containers that know their lines ("rt").

    Raises DocumentError.
    """
    try:
        return YAML(typ=kind).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistake = Mistake(mark.line + 1, mark.column + 1, f"not YAML: {error.problem}")
    except (YAMLError, RecursionError) as error:
        mistake = Mistake(1, 1, f"not YAML: {str(error).strip()}")
    raise DocumentError(str(path), [mistake])


def parse_json(path: Path, text: str) -> Any:
    """The JSON document. Raises DocumentError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        mistake = Mistake(error.lineno, error.colno, f"not JSON: {error.msg}")
    except RecursionError:
        mistake = Mistake(1, 1, "not JSON: nested too deeply")
    raise DocumentError(str(path), [mistake])
