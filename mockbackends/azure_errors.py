"""The error answers of Azure OpenAI: one function per refusal, with the body and headers as captured on the wire.

Sources: reports with the body in public issues (BotSharp#386 for 401, chat.md#2 for 404, bifrost#2441 for an unknown
previous response). There is no capture of the other 400s, the 408, the 500 and
the 503; most of them follow OpenAI's form, with all four fields. The 429s are in `mockbackends.dialects`.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """An error answer: its status line, the object under `error`, and its own headers.

    If the error is sent in a stream, `body` is the stream and takes the place of the object.
    """

    status: str
    error: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class BadRequestError(ValueError):
    """The body of a request is refused: the message for the client, the wrong parameter, and OpenAI's code."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class ContentFilteredError(BadRequestError):
    """The content filter refuses the prompt."""

    def __init__(self) -> None:
        super().__init__(
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
            "Please modify your prompt and retry. To learn more about our content filtering policies please read "
            "our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
            "prompt",
            "content_filter",
        )


class TooLargeError(BadRequestError):
    """The body has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request body is larger than {limit} bytes.")


class PreviousResponseNotFoundError(BadRequestError):
    """The previous response is not stored."""

    def __init__(self, id_: str) -> None:
        super().__init__(
            f"Previous response with id '{id_}' not found.", "previous_response_id", "previous_response_not_found"
        )


class ResponseNotFoundError(BadRequestError):
    """The response in the path is not stored: a 404, unlike its siblings."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"Response with id '{id_}' not found.")


class DeploymentNotFoundError(BadRequestError):
    """The deployment in the path or the body does not exist: a 404, unlike its siblings."""

    def __init__(self) -> None:
        super().__init__(
            "The API deployment for this resource does not exist. If you created the deployment within the last "
            "5 minutes, please wait a moment and try again.",
            None,
            "DeploymentNotFound",
        )


def access_denied() -> Refusal:
    """The key is wrong or missing."""
    message = (
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid "
        "key for an active subscription and use a correct regional API endpoint for your resource."
    )
    return Refusal("401 PermissionDenied", {"code": "401", "message": message})


def resource_not_found() -> Refusal:
    """The path does not exist, or `api-version` is missing or malformed."""
    return Refusal("404 Resource Not Found", {"code": "404", "message": "Resource not found"})


def bad_request(fault: BadRequestError) -> Refusal:
    """The body is malformed, the content filter refuses it, or its deployment or response does not exist."""
    if isinstance(fault, ContentFilteredError):
        return content_filtered(fault)
    if isinstance(fault, DeploymentNotFoundError):
        return deployment_not_found()
    status = "404 Not Found" if isinstance(fault, ResponseNotFoundError) else "400 Bad Request"
    return Refusal(status, _openai_error(str(fault), "invalid_request_error", fault.param, fault.code))


def content_filtered(fault: ContentFilteredError) -> Refusal:
    """The prompt has the filter's phrase. Two fields have the names on the wire, not those of the specification.

    Captures have `innererror` and `content_filter_result` (compl-ai#20, openai-dotnet#55), the specification
    `inner_error` and `content_filter_results`.
    """
    safe = {"filtered": False, "severity": "safe"}
    verdicts = {
        "hate": safe,
        "jailbreak": {"filtered": False, "detected": False},
        "self_harm": safe,
        "sexual": safe,
        "violence": {"filtered": True, "severity": "medium"},
    }
    inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": verdicts}
    error = {"message": str(fault), "type": None, "param": fault.param, "code": fault.code, "status": 400}
    return Refusal("400 Bad Request", error | {"innererror": inner})


def server_error() -> Refusal:
    """The fault named `error`."""
    message = "The server had an error while processing your request. Sorry about that!"
    return Refusal("500 Internal Server Error", _openai_error(message, "server_error", None, None))


def deployment_not_found() -> Refusal:
    """The backend has no deployment of that name."""
    fault = DeploymentNotFoundError()
    return Refusal("404 Not Found", {"code": fault.code, "message": str(fault)})


def unavailable() -> Refusal:
    """The fault named `unavailable`."""
    message = "The service is temporarily unable to process your request. Please try again later."
    return Refusal("503 Service Unavailable", {"code": "503", "message": message})


def timeout() -> Refusal:
    """The fault named `timeout`, after its time."""
    return Refusal("408 Request Timeout", {"code": "Timeout", "message": "The operation was timeout."})


def http_error(status: int, message: str) -> Refusal:
    """Any other error of HTTP."""
    return Refusal(str(status), {"code": str(status), "message": message})


def _openai_error(message: str, kind: str, param: str | None, code: str | None) -> dict[str, Any]:
    return {"message": message, "type": kind, "param": param, "code": code}
