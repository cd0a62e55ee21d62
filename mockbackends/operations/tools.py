"""Output that has to fit a JSON schema: a text in a response format, and the arguments of a tool's call."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mockbackends.azure_errors import BadRequestError
from mockbackends.json_schema import SchemaError, example

_WORD = re.compile(r"[\w-]+")  # what the name of a tool is made of


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


def example_json(schema: Any, place: str) -> str:
    """JSON that fits a schema; raise BadRequestError, with the place of the schema."""
    try:
        return json.dumps(example(schema))
    except SchemaError as error:
        raise BadRequestError(f"Invalid schema for '{place}': {error}.", place, "invalid_json_schema") from error


@dataclass(frozen=True)
class ToolOffer:
    """The tools that a request offers, and what decides which of them are called.

    `choice` is `none`, `auto` (None, too), `required` or the name of a tool; `field` is what the request calls it.
    `question` is the last message of the user, `called` the names of the tools that were called before. `answered`:
    the last message is a tool's result. `parallel`: several may be called at once.
    """

    tools: Sequence[Tool]
    choice: str | None
    question: str
    called: Collection[str]
    answered: bool
    parallel: bool = False
    field: str = "tool_choice"

    def calls(self) -> tuple[ToolCall, ...]:
        """Make the calls; without any, the answer is in words. Raise BadRequestError for a tool that is not there.

        With `auto` tools are called unless the last message is the result of one, so that every conversation ends.
        They are those that the question names, in the order of the offer; one that is not `parallel` calls the first
        of them. Where the question names none, it is the first one that was not called before.
        """
        if self.choice == "none" or (self.choice in (None, "auto") and (self.answered or not self.tools)):
            return ()
        wanted = self._wanted()
        if not wanted:
            raise BadRequestError(f"Invalid '{self.field}': the request has no such tool.", self.field, "invalid_value")
        return tuple(map(_call, wanted if self.parallel else wanted[:1]))

    def _wanted(self) -> Sequence[Tool]:
        if self.choice not in (None, "auto", "required"):
            return [tool for tool in self.tools if tool.name == self.choice][:1]
        words = set(_WORD.findall(self.question))
        named = [tool for tool in self.tools if tool.name in words]
        return named or ([tool for tool in self.tools if tool.name not in self.called] or self.tools)[:1]


def _call(tool: Tool) -> ToolCall:
    return ToolCall(tool.name, "{}" if tool.parameters is None else example_json(tool.parameters, tool.place))
