"""Writes the log as JSON, an object a line: each call, and whatever else the process logs."""

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

from apim_lab.tracing.attempts import Json
from apim_lab.tracing.call import MAX_PATH_LENGTH, Call
from apim_lab.watchers.stdout import say
from apim_lab.watchers.way import way


class JsonFormatter(logging.Formatter):
    """A record of the log as one line of JSON: its time, level, logger and message; the address of the client that it
    is about, if mitmproxy has named one; and an exception as a text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told: Json = {
            "time": iso(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if client := getattr(record, "client", None):
            told["client"] = address(*client)
        if record.exc_info and record.exc_info[0]:
            told["exception"] = self.formatException(record.exc_info)
        return as_line(told)


class JsonLog(logging.Handler):
    """A watcher of calls and a handler of logs in one, so that their lines do not mix.

    After `logging.getLogger().addHandler(JsonLog())` it also writes every record of the process from `level` on.
    Without a `file` it writes to stdout.
    """

    def __init__(self, file: TextIO | None = None, level: int = logging.INFO) -> None:
        super().__init__(level)
        self.setFormatter(JsonFormatter())
        self._file = file

    def ended(self, call: Call) -> None:
        """Write the call."""
        told = {"time": iso(datetime.now(UTC).timestamp()), "level": level_of(call), "message": message_of(call)}
        line = as_line(told | call.as_dict())
        self.acquire()
        try:
            say(line, self._file)
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record. If that fails, the code that logged it must go on."""
        try:
            say(self.format(record), self._file)
        except Exception:  # noqa: BLE001  # what handlers are to do, see logging.Handler.handleError
            self.handleError(record)


def address(host: str, port: int, *_: object) -> str:
    """What a socket calls its peer, as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def level_of(call: Call) -> str:
    """The level of the call's line: "info", "warning" or "error"."""
    if call.outcome == "failed":
        return "error"
    return "info" if call.outcome == "answered" and (call.status or 0) < 500 else "warning"


def message_of(call: Call) -> str:
    """The call in a few words: "POST /openai/… 200: openAiBackend1 200"."""
    return f"{call.method} {call.path[:MAX_PATH_LENGTH]} {call.status or 'without an answer'}: {way(call)}"


def iso(seconds: float) -> str:
    """Seconds since the epoch in ISO 8601: 2026-01-01T10:00:00.000Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_line(told: Json) -> str:
    """JSON in ASCII, so that nothing in it moves a cursor; half of a surrogate pair, which is no text, becomes "?"."""
    line = json.dumps(told, default=str)
    if "\\ud" not in line:
        return line
    text = json.dumps(told, default=str, ensure_ascii=False).encode("utf-8", "replace")
    return json.dumps(json.loads(text))
