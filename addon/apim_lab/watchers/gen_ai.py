"""What the path of a call tells about it in the words of OpenTelemetry's conventions for generative AI.

https://opentelemetry.io/docs/specs/semconv/gen-ai/. The body is not read.
"""

import re
from urllib.parse import unquote

from apim_lab.tracing.call import Call

PROVIDER = "azure.ai.openai"

MAX_TOKENS = 2**53
"""More than any answer has; what a broken backend makes up beyond it would not fit into a number of 64 bits."""

_DEPLOYMENT = re.compile(r"/deployments/([^/]+)/")

_OPERATIONS = (
    ("/chat/completions", "chat"),
    ("/responses", "chat"),
    ("/completions", "text_completion"),
    ("/embeddings", "embeddings"),
)


def model_of(call: Call) -> str:
    """`gen_ai.request.model`: the deployment that the path names; "" where it names none."""
    found = _DEPLOYMENT.search(call.path)
    return unquote(found[1]) if found else ""


def operation_of(call: Call) -> str:
    """`gen_ai.operation.name`; "" for a path that the conventions have no name for."""
    path = call.path.rstrip("/")
    return next((name for ending, name in _OPERATIONS if path.endswith(ending)), "")


def tokens_of(call: Call) -> tuple[tuple[str, int], ...]:
    """The tokens that the call has cost, by `gen_ai.token.type`; nothing where the answer did not say."""
    if call.usage is None:
        return ()
    return ("input", min(call.usage.input, MAX_TOKENS)), ("output", min(call.usage.output, MAX_TOKENS))
