"""The operations of a backend: one module for each endpoint reads its requests and makes its answers.

The fields are those of Azure's specification of api-version 2024-10-21; if it leaves something open, those of captures
in public issues. An answer depends on the request and the backend's name alone, so that the same call has the same
answer. Only stored responses are an exception.
"""

from collections.abc import Callable

from mockbackends.operations import audio, chat, completions, embeddings, images, models, responses
from mockbackends.operations.operation import Answer, Event, Incoming, Operation, Request, Stream, Whole

__all__ = ["OPERATIONS", "Answer", "Event", "Incoming", "Operation", "Request", "Stream", "Whole"]


def _stored_operation(name: str, method: str, parse: Callable[[Incoming], Request]) -> Operation:
    return Operation(name, "responses/<name>", parse, (method,), in_deployment=False, metered=False)


# The names are Azure's, in its 429s and its specification; those of responses and models are made up.
OPERATIONS = (
    Operation("ChatCompletions_Create", "chat/completions", chat.ChatRequest.parse),
    Operation("Completions_Create", "completions", completions.CompletionRequest.parse),
    Operation("Embeddings_Create", "embeddings", embeddings.EmbeddingsRequest.parse),
    Operation("Responses_Create", "responses", responses.ResponsesRequest.parse, in_deployment=False),
    _stored_operation("Responses_Get", "GET", responses.StoredRequest.get),
    _stored_operation("Responses_Delete", "DELETE", responses.StoredRequest.delete),
    Operation("Transcriptions_Create", "audio/transcriptions", audio.parse_transcription),
    Operation("Translations_Create", "audio/translations", audio.parse_translation),
    Operation("ImageGenerations_Create", "images/generations", images.ImagesRequest.parse),
    Operation("Models_List", "models", models.ListRequest.parse, ("GET",), in_deployment=False, metered=False),
    Operation("Models_Get", "models/<name>", models.GetRequest.parse, ("GET",), in_deployment=False, metered=False),
)
