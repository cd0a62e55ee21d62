"""Tools and JSON output: which tools an answer calls, and texts that fit a JSON schema."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import BadRequestError
from mockbackends.body import BOOLEAN, OBJECT, STRING, record, text
from mockbackends.json_schema import SchemaError, example

# A function that a request offers, in chats and in responses.
FUNCTION = record({"name": text(1), "description": STRING, "parameters": OBJECT, "strict": BOOLEAN}, ["name"])

_WORD = re.compile(r"[\w-]+")  # e.g. the name of a tool


@dataclass(frozen=True)
class Tool:
    """A function that the model may call; `place` is the place of its schema in the request."""

    name: str
    parameters: Any
    place: str


@dataclass(frozen=True)
class ToolCall:
    """A call of a function, with its arguments as JSON."""

    name: str
    arguments: str


def example_json(schema: Any, place: str) -> str:
    """Make JSON that fits a schema; raise BadRequestError with the place of the schema."""
    try:
        return json.dumps(example(schema))
    except SchemaError as error:
        raise BadRequestError(f"Invalid schema for '{place}': {error}.", place, "invalid_json_schema") from error


def json_output(kind: str | None, schema: Any, place: str) -> str | None:
    """Make the JSON for a response format of this type; None if the format is text. Raise BadRequestError."""
    if kind == "json_object":
        return json.dumps({"answer": "This is JSON."})
    return example_json({} if schema is None else schema, place) if kind == "json_schema" else None


@dataclass(frozen=True)
class ToolOffer:
    """The tools that a request offers, and the reasons to call some of them.

    `choice` is `none`, `auto` (also None), `required` or the name of a tool; `field` is its name in the request.
    `question` is the last message of the user. `called` has the names of the tools that were called before. `answered`
    means that the last message is a tool's result, `parallel` that several tools may be called at once.
    """

    tools: Sequence[Tool]
    choice: str | None
    question: str
    called: Collection[str]
    answered: bool
    parallel: bool = False
    field: str = "tool_choice"

    def calls(self) -> tuple[ToolCall, ...]:
        """Make the calls; without a call, the answer is a text. Raise BadRequestError for an unknown tool.

        With `auto`, tools are called unless the last message is a tool's result, so that every conversation ends. The
        tools that the question names are called, in the order of the offer; only the first of them if not `parallel`.
        If the question names no tool, the first tool that was not called before is called.
        """
        if self.choice == "none" or (self.choice in (None, "auto") and (self.answered or not self.tools)):
            return ()
        wanted = self._choose_tools()
        if not wanted:
            raise BadRequestError(f"Invalid '{self.field}': the request has no such tool.", self.field, "invalid_value")
        return tuple(map(_call, wanted if self.parallel else wanted[:1]))

    def _choose_tools(self) -> Sequence[Tool]:
        if self.choice not in (None, "auto", "required"):
            return [tool for tool in self.tools if tool.name == self.choice][:1]
        words = set(_WORD.findall(self.question))
        named = [tool for tool in self.tools if tool.name in words]
        return named or ([tool for tool in self.tools if tool.name not in self.called] or self.tools)[:1]


def _call(tool: Tool) -> ToolCall:
    return ToolCall(tool.name, "{}" if tool.parameters is None else example_json(tool.parameters, tool.place))
