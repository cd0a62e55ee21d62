"""A call in the words of OpenTelemetry's conventions for generative AI: model and operation from its path, tokens.

https://opentelemetry.io/docs/specs/semconv/gen-ai/. The body of the request is not read.
"""

import re
from urllib.parse import unquote

from apim_lab.tracing.call import Call

PROVIDER = "azure.ai.openai"

MAX_TOKENS = 2**53
"""More than any answer has. A broken backend may report a number that does not fit into 64 bits."""

_DEPLOYMENT = re.compile(r"/deployments/([^/]+)/")

_OPERATIONS = (
    ("/chat/completions", "chat"),
    ("/responses", "chat"),
    ("/completions", "text_completion"),
    ("/embeddings", "embeddings"),
)


def model_of(call: Call) -> str:
    """`gen_ai.request.model`: the deployment that the path names; "" if it names none."""
    found = _DEPLOYMENT.search(call.path)
    return unquote(found[1]) if found else ""


def operation_of(call: Call) -> str:
    """`gen_ai.operation.name`; "" for a path that the conventions have no name for."""
    path = call.path.rstrip("/")
    return next((name for ending, name in _OPERATIONS if path.endswith(ending)), "")


def tokens_of(call: Call) -> tuple[tuple[str, int], ...]:
    """The tokens of the call by `gen_ai.token.type`; none if the answer did not report them."""
    if call.usage is None:
        return ()
    return ("input", min(call.usage.input, MAX_TOKENS)), ("output", min(call.usage.output, MAX_TOKENS))
