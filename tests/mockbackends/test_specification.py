"""The backends against Azure's own OpenAPI documents: `schemathesis` makes up calls and checks the answers.

What it may find is listed here, each with its reason; docs/conformance.md repeats it. The documents lie
beside the repository; without them there is nothing to test.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth  # calls without the key; test_app.py has them

from mockbackends.app import create_app
from mockbackends.backend import Backend
from mockbackends.settings import Deployment

SPECS = Path(__file__).parents[2].parent / "shared/specs"
NEWER, OLDER = "azure-2024-10-21.inference.json", "azure-2023-08-01-preview.inference.json"
EXAMPLES = 15  # of each operation, once of bodies that fit and once of others
DEPLOYMENT = "gpt-4o"
INT32 = 2**31 - 1

pytestmark = pytest.mark.skipif(not SPECS.exists(), reason="Azure's documents are not beside the repository")

AUDIO = "paths > /deployments/{deployment-id}/audio"
AUDIO_ANSWER = "post > responses > 200 > content > application/json > schema"
AUDIO_FORMS = {"anyOf": [{"$ref": f"#/components/schemas/audio{form}"} for form in ("Response", "VerboseResponse")]}
EMBEDDINGS = "paths > /deployments/{deployment-id}/embeddings > post"
INPUT = f"{EMBEDDINGS} > requestBody > content > application/json > schema > properties > input"
SCHEMAS = "components > schemas"
COMMON = f"{SCHEMAS} > chatCompletionsRequestCommon > properties"
CHAT = f"{SCHEMAS} > createChatCompletionRequest > allOf > 1 > properties"
COMPLETIONS = f"{SCHEMAS} > createCompletionRequest"
IMAGES = f"{SCHEMAS} > imageGenerationsRequest > properties"
OLDER_COMPLETIONS = "paths > /deployments/{deployment-id}/completions > post > requestBody > content"

# Where the mocks keep to the wire or to newer models: the place in the document, what it says instead, and why.
AMENDMENTS: list[tuple[str, Any, str]] = [
    (f"{SCHEMAS} > errorBase > properties > code > nullable", True, "OpenAI's errors have all four fields, or null"),
    (f"{SCHEMAS} > error > properties > code > nullable", True, "as above, in the older document"),
    (f"{SCHEMAS} > error > properties > param > nullable", True, "as above"),
    (f"{SCHEMAS} > error > properties > type > nullable", True, "null in the captures of the content filter's 400"),
    (f"{SCHEMAS} > dalleError > properties > param > nullable", True, "as above"),
    (f"{SCHEMAS} > dalleError > properties > type > nullable", True, "as above"),
    (f"{CHAT} > max_tokens > minimum", 1, "an answer has at least one token"),
    (f"{COMMON} > max_tokens > minimum", 1, "as above"),
    (f"{COMMON} > max_completion_tokens > minimum", 1, "as above"),
    (f"{CHAT} > max_tokens > maximum", INT32, "Azure's TypeSpec has an int32"),
    (f"{COMMON} > max_tokens > maximum", INT32, "as above"),
    (f"{COMMON} > max_completion_tokens > maximum", INT32, "as above"),
    (f"{COMPLETIONS} > properties > max_tokens > maximum", INT32, "as above"),
    (f"{SCHEMAS} > FunctionObject > properties > name > minLength", 1, "its description says so"),
    (f"{SCHEMAS} > chatCompletionFunctions > properties > name > minLength", 1, "its description says so"),
    (f"{COMPLETIONS} > required", [], "the prompt has a default, and the older document does not require it"),
    (f"{COMPLETIONS} > properties > prompt > oneOf > 1 > minItems", 1, "the older document says so"),
    (f"{INPUT} > oneOf > 0 > nullable", False, "there is no embedding of nothing"),
    (f"{IMAGES} > n > maximum", 10, "models newer than dall-e-3 make up to ten"),
    (f"{AUDIO}/transcriptions > {AUDIO_ANSWER}", AUDIO_FORMS, "every verbose answer has the short one's fields"),
    (f"{AUDIO}/translations > {AUDIO_ANSWER}", AUDIO_FORMS, "as above"),
]
# Requests that fit the document and are refused all the same: the parameter that the 400 names, and why.
REFUSED = {
    r"top_logprobs": "it needs logprobs, as its description says",
    r"tool_choice|function_call": "it names one of the tools",
    r"best_of": "it is at least n, and 1 in a stream, as its description says",
    r"(tools\[\d+\]\.function|functions\[\d+\])\.parameters": "not every object is a schema for which there is a value",
    r"response_format\.json_schema\.schema": "not every object is a schema for which there is a value",
    r"response_format\.json_schema\.name": "its description says which characters it has",
    r"dimensions": "its bounds are those of the models",
    r"encoding_format|temperature": "its description says which values it has",
}
REFUSED_BY_THE_OLDER = {
    r"n|top_p|(presence|frequency)_penalty|logprobs|stop|max_tokens|prompt(\[\d+\])?": (
        "the older document has the bounds in words, the newer one in the schema"
    ),
    r"messages.*|logit_bias\..*": "the newer document says what it has to be",
}
ERROR = {"$ref": "#/components/schemas/errorResponse"}


def load(name: str) -> dict[str, Any]:
    """Return a document with the amendments for its places, and with what every document leaves out.

    That is: the errors of embeddings and audio, the streams, null for what is absent, which api-versions and
    deployments there are. What Azure had before there were tools (`extensions/`) is not served.
    """
    document: dict[str, Any] = json.loads((SPECS / name).read_text())
    document["paths"] = {path: item for path, item in document["paths"].items() if "extensions" not in path}
    for place, value, _reason in AMENDMENTS:
        amend(document, place.split(" > "), value)
    for item in document["paths"].values():
        operation = item["post"]
        operation["responses"].setdefault("default", {"content": {"application/json": {"schema": ERROR}}})
        operation["responses"]["200"]["content"]["text/event-stream"] = {}
        for parameter in operation["parameters"]:
            known = {"api-version": "2024-10-21", "deployment-id": DEPLOYMENT}[parameter["name"]]
            parameter["schema"] = {"type": "string", "enum": [known]}
        if "application/json" in operation["requestBody"]["content"]:
            allow_null(document, operation["requestBody"]["content"], set())
    return document


def amend(found: Any, place: list[str], value: Any) -> None:
    *way, last = place
    for part in way:
        found = found[int(part)] if isinstance(found, list) else found.get(part)
        if found is None:
            return
    found[last] = value


def allow_null(document: dict[str, Any], schema: Any, seen: set[str]) -> None:
    """Allow null for every optional field of a request: many clients send it."""
    for each in schema if isinstance(schema, list) else ():
        allow_null(document, each, seen)
    if not isinstance(schema, dict):
        return
    name = schema.get("$ref", "").rpartition("/")[2] if isinstance(schema.get("$ref"), str) else ""
    if name and name not in seen:
        seen.add(name)
        allow_null(document, document["components"]["schemas"][name], seen)
    for each in list(schema.values()):
        allow_null(document, each, seen)
    properties = schema.get("properties") or {}
    for key in set(properties) - set(schema.get("required", ())):
        properties[key] = nullable(properties[key])


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"allOf": [schema], "nullable": True}
    return schema | {"nullable": True} | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


def operations() -> list[Any]:
    if not SPECS.exists():
        return []
    loaded = [(name, path) for name in (NEWER, OLDER) for path in load(name)["paths"]]
    return [pytest.param(*each, id=f"{each[0][6:16]} {each[1].rpartition('}/')[2]}") for each in loaded]


def is_allowed(failure: Failure, name: str, case: Any, response: Any) -> bool:
    if type(failure).__name__ == "AcceptedNegativeData":  # every field of a form is text, whatever it was made from
        return case.media_type == "multipart/form-data" and "violates `type`" in str(failure)
    if type(failure).__name__ != "RejectedPositiveData":
        return False
    refused = REFUSED | (REFUSED_BY_THE_OLDER if name == OLDER else {})
    named = str(response.json()["error"]["param"])  # a field of any name may have line ends in it
    return any(re.fullmatch(parameter, named, re.DOTALL) for parameter in refused)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("name", "path"), operations())
def test_an_operation_keeps_to_the_document_of_azure(name: str, path: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(load(name))
    schema.app = create_app(Backend("east", key="secret", deployments=(Deployment(name=DEPLOYMENT),)))

    @given(schema[path]["POST"].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        response = case.call(base_url="http://east/openai", headers={"api-key": "secret"})
        try:
            case.validate_response(response, excluded_checks=[ignored_auth])
        except FailureGroup as group:
            left = [failure for failure in group.exceptions if not is_allowed(failure, name, case, response)]
            if left:
                raise left[0] from None

    check()
