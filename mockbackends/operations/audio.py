"""Audio transcriptions and translations: answers a file with its size, in the format of the request."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from mockbackends.azure_errors import BadRequestError
from mockbackends.body import invalid_type, invalid_value, missing
from mockbackends.operations.operation import Answer, Incoming, Whole, dump

_RECORDING_SECONDS = 2.0  # the made-up length of every recording


@dataclass(frozen=True)
class AudioRequest:
    """The name of the file, its size in bytes, and the format of the answer."""

    model: str
    task: str
    filename: str
    size: int
    response_format: str = "json"
    language: str = "english"
    stream = False
    prompt_tokens = 0  # the limits of audio are in requests
    max_tokens = 0

    def answer(self, backend: str, created: int, *, azure: bool) -> Answer:
        """Return the text, or JSON or subtitles with the text."""
        text = f"This is {backend}. You sent {self.size} bytes of audio."
        return _FORMATS[self.response_format](self, text)


def parse_transcription(incoming: Incoming) -> AudioRequest:
    """Read a transcription's form; raise BadRequestError."""
    return _parse(incoming, "transcribe")


def parse_translation(incoming: Incoming) -> AudioRequest:
    """Read a translation's form; raise BadRequestError."""
    return _parse(incoming, "translate")


def _parse(incoming: Incoming, task: str) -> AudioRequest:
    form, files = _form(incoming)
    if "file" not in files:
        raise invalid_type("file", "a file") if "file" in form else missing("file")
    model = incoming.model(form)
    response_format = form.get("response_format", "json")
    if response_format not in _FORMATS:
        raise invalid_value("response_format", "one of " + ", ".join(f"'{name}'" for name in _FORMATS))
    _check_temperature(form.get("temperature", "0"))
    incoming.check_prompt(form.get("prompt", ""))
    language = form.get("language") or "english"
    return AudioRequest(model, task, *files["file"], response_format, language)


def _form(incoming: Incoming) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
    """Return the fields of the form, and the name and size of each file."""
    mimetype, options = parse_options_header(incoming.content_type)
    if mimetype != "multipart/form-data" or "boundary" not in options:
        raise BadRequestError("The body of the request has to be multipart/form-data, with its boundary.")
    parser = FormDataParser(silent=False, max_form_memory_size=None, max_form_parts=1000)
    try:
        _, form, files = parser.parse(BytesIO(incoming.data), mimetype, len(incoming.data), options)
    except (ValueError, HTTPException):
        raise BadRequestError("We could not parse the multipart form of your request.") from None
    sizes: dict[str, tuple[str, int]] = {}
    for name, file in files.items(multi=True):
        with file.stream as stream:
            sizes.setdefault(name, (file.filename or "", len(stream.read())))
    return dict(form.items()), sizes


def _check_temperature(given: str) -> None:
    try:
        temperature = float(given)
    except ValueError:
        raise invalid_type("temperature", "a number") from None
    if not 0 <= temperature <= 1:
        raise invalid_value("temperature", "0 to 1")


def _json(_request: AudioRequest, text: str) -> Whole:
    return Whole(dump({"text": text}))


def _verbose_json(request: AudioRequest, text: str) -> Whole:
    segment: dict[str, Any] = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": _RECORDING_SECONDS,
        "text": text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": -0.25,
        "compression_ratio": 1.0,
        "no_speech_prob": 0.0,
    }
    language = "english" if request.task == "translate" else request.language
    body = {
        "task": request.task,
        "language": language,
        "duration": _RECORDING_SECONDS,
        "text": text,
        "segments": [segment],
    }
    return Whole(dump(body))


def _plain(template: str) -> Callable[[AudioRequest, str], Whole]:
    def make(_request: AudioRequest, text: str) -> Whole:
        return Whole(template.format(text).encode(), "text/plain; charset=utf-8")

    return make


_FORMATS: dict[str, Callable[[AudioRequest, str], Whole]] = {
    "json": _json,
    "text": _plain("{}\n"),
    "srt": _plain("1\n00:00:00,000 --> 00:00:02,000\n{}\n\n"),
    "verbose_json": _verbose_json,
    "vtt": _plain("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n{}\n\n"),
}
