"""Output that has to fit a JSON schema: a text in a response format, and the arguments of a tool's call."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import BadRequestError
from mockbackends.json_schema import SchemaError, example


@dataclass(frozen=True)
class Tool:
    """A function that the model may call; `place` is where in the request its schema is."""

    name: str
    parameters: Any
    place: str


@dataclass(frozen=True)
class ToolCall:
    """A call of a function: its arguments are JSON."""

    name: str
    arguments: str


def formatted(schema: Any, place: str) -> str:
    """JSON that fits a schema; raise BadRequestError, with the place of the schema."""
    try:
        return json.dumps(example(schema))
    except SchemaError as error:
        raise BadRequestError(f"Invalid schema for '{place}': {error}.", place, "invalid_json_schema") from error


def choose(
    tools: Sequence[Tool], choice: str | None, question: str, called: Collection[str], *, answered: bool
) -> ToolCall | None:
    """Decide whether a tool is called, and make the call; None is an answer in words.

    `choice` is `none`, `auto` (None, too), `required` or the name of a tool; any other raises BadRequestError.
    With `auto` a tool is called unless the last message is the result of one (`answered`), so that every
    conversation ends. Of several tools it is the one that the question names, else the first one that has
    not been `called`.
    """
    if choice == "none" or (choice in (None, "auto") and (answered or not tools)):
        return None
    if choice in (None, "auto", "required"):
        candidates = [tool for tool in tools if tool.name in question] or [
            tool for tool in tools if tool.name not in called
        ]
        wanted = [*candidates, *tools]
    else:
        wanted = [tool for tool in tools if tool.name == choice]
    if not wanted:
        raise BadRequestError(
            "Invalid 'tool_choice': there is no such tool in 'tools'.", "tool_choice", "invalid_value"
        )
    tool = wanted[0]
    return ToolCall(tool.name, "{}" if tool.parameters is None else formatted(tool.parameters, tool.place))
