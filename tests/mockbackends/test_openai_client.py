"""The official client against a backend on a real port: every operation in every URL form."""

import base64
import math
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel

from mockbackends import Backend, serve

MESSAGES: Any = [{"role": "user", "content": "Hello"}]
SAID = "This is east. You said: Hello"
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
CHAT_TOOL: Any = {"type": "function", "function": {"name": "forecast", "parameters": PARAMETERS}}
TOOL: Any = {"type": "function", "name": "forecast", "parameters": PARAMETERS, "strict": True}
FORMS = ["azure", "azure-v1", "openai-v1"]


class Step(BaseModel):
    explanation: str
    output: float


class Solution(BaseModel):
    """A model whose schema has a nested model in a list, a union with null, and an enumeration."""

    steps: list[Step]
    answer: str | None
    level: Literal["easy", "hard"]
    parent: "Solution | None" = None


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve([Backend("east", key="secret")]) as fleet:
        yield fleet.urls["east"]


def options(form: str, url: str) -> dict[str, Any]:
    addresses = {
        "azure": {"azure_endpoint": url, "api_version": "2024-10-21"},
        "azure-v1": {"base_url": f"{url}/openai/v1"},
        "openai-v1": {"base_url": f"{url}/v1"},
    }
    return addresses[form] | {"api_key": "secret", "max_retries": 0}


@pytest.fixture(params=FORMS)
def client(request: pytest.FixtureRequest, url: str) -> Iterator[openai.OpenAI]:
    kind = openai.AzureOpenAI if request.param == "azure" else openai.OpenAI
    with kind(**options(request.param, url)) as made:
        yield made


@pytest.fixture(params=FORMS)
async def async_client(request: pytest.FixtureRequest, url: str) -> AsyncIterator[openai.AsyncOpenAI]:
    kind = openai.AsyncAzureOpenAI if request.param == "azure" else openai.AsyncOpenAI
    async with kind(**options(request.param, url)) as made:
        yield made


def test_several_choices_of_a_chat(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, n=2, seed=7)

    first, second = completion.choices
    assert first.message.content == SAID
    assert second.message.content != SAID


async def test_a_chat_of_the_async_client(async_client: openai.AsyncOpenAI) -> None:
    completion = await async_client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    stream = await async_client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
    deltas = [choice.delta.content or "" async for chunk in stream for choice in chunk.choices]

    assert completion.choices[0].message.content == SAID
    assert "".join(deltas) == SAID


def test_the_stream_helper_puts_a_chat_together(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(
        model="gpt-4o", messages=MESSAGES, stream_options={"include_usage": True}
    ) as stream:
        kinds = {event.type for event in stream}
        completion = stream.get_final_completion()

    assert {"content.delta", "content.done"} <= kinds
    assert completion.choices[0].message.content == SAID
    assert completion.usage is not None


def test_a_chat_is_parsed_into_a_model(client: openai.OpenAI) -> None:
    completion = client.chat.completions.parse(model="gpt-4o", messages=MESSAGES, response_format=Solution)

    parsed = completion.choices[0].message.parsed
    assert parsed is not None
    assert len(parsed.steps) == 1
    assert parsed.level == "easy"


def test_a_streamed_chat_is_parsed_into_a_model(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="gpt-4o", messages=MESSAGES, response_format=Solution) as stream:
        completion = stream.get_final_completion()

    assert isinstance(completion.choices[0].message.parsed, Solution)


def test_a_parsed_chat_that_is_cut_is_an_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(model="gpt-4o", messages=MESSAGES, response_format=Solution, max_tokens=2)


class Forecast(BaseModel):
    city: str
    days: int


def test_a_chat_calls_a_tool_and_takes_its_result(client: openai.OpenAI) -> None:
    tool: Any = openai.pydantic_function_tool(Forecast)
    message = client.chat.completions.parse(model="gpt-4o", messages=MESSAGES, tools=[tool]).choices[0].message
    (call,) = message.tool_calls or []
    result: Any = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    said: Any = message.model_dump(include={"role", "content", "tool_calls"})

    last = client.chat.completions.create(model="gpt-4o", messages=[*MESSAGES, said, result], tools=[tool])

    assert isinstance(call.function.parsed_arguments, Forecast)
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].message.content == SAID


def test_the_stream_helper_puts_a_tools_call_together(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(
        model="gpt-4o", messages=MESSAGES, tools=[CHAT_TOOL], tool_choice="required"
    ) as stream:
        choice = stream.get_final_completion().choices[0]

    (call,) = choice.message.tool_calls or []
    assert choice.finish_reason == "tool_calls"
    assert (call.function.name, call.function.arguments) == ("forecast", '{"city": "city", "days": 2}')


BOTH: Any = [{"role": "user", "content": "Call forecast and radar."}]
RADAR: Any = {"type": "function", "function": {"name": "radar"}}


def test_several_tools_are_called_at_once(client: openai.OpenAI) -> None:
    tools = [CHAT_TOOL, RADAR]
    with client.chat.completions.stream(model="gpt-4o", messages=BOTH, tools=tools) as stream:
        message = stream.get_final_completion().choices[0].message
    calls = message.tool_calls or []
    said: Any = message.model_dump(include={"role": True, "tool_calls": {"__all__": {"id", "type", "function"}}})
    results: Any = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in calls]
    whole = client.chat.completions.create(model="gpt-4o", messages=BOTH, tools=tools)
    last = client.chat.completions.create(model="gpt-4o", messages=[*BOTH, said, *results], tools=tools)

    assert [call.function.name for call in calls] == ["forecast", "radar"]
    assert len(whole.choices[0].message.tool_calls or []) == 2
    assert last.choices[0].finish_reason == "stop"


def test_a_function_of_the_deprecated_kind_is_called(client: openai.OpenAI) -> None:
    choice = client.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, functions=[CHAT_TOOL["function"]]
    ).choices[0]

    assert choice.finish_reason == "function_call"
    assert choice.message.function_call is not None
    assert choice.message.function_call.name == "forecast"


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_is_filtered_is_an_answer(url: str, stream: bool) -> None:
    prompt: Any = [{"role": "user", "content": "Please trigger the output filter."}]
    with openai.AzureOpenAI(**options("azure", url)) as client:
        if stream:
            with client.chat.completions.stream(model="gpt-4o", messages=prompt) as events:
                choice: Any = [event.chunk.choices for event in events if event.type == "chunk"][-1][0]
        else:
            choice = client.chat.completions.create(model="gpt-4o", messages=prompt).choices[0]

    assert choice.finish_reason == "content_filter"
    assert choice.content_filter_results["violence"] == {"filtered": True, "severity": "medium"}


def test_the_probabilities_of_tokens(client: openai.OpenAI) -> None:
    choice = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, logprobs=True, top_logprobs=2).choices[0]

    assert choice.logprobs is not None
    told = choice.logprobs.content or []
    assert "".join(each.token for each in told) == SAID
    assert [len(each.top_logprobs) for each in told] == [2] * len(told)


def test_a_completion_whole_and_streamed(client: openai.OpenAI) -> None:
    whole = client.completions.create(model="gpt-4o", prompt="Hello")
    stream = client.completions.create(model="gpt-4o", prompt="Hello", stream=True)

    assert whole.choices[0].text == SAID
    assert "".join(choice.text for chunk in stream for choice in chunk.choices) == SAID


@pytest.mark.parametrize("given", ["Hello", ["Hello"], [1, 2], [[1, 2]]])
def test_embeddings_in_the_clients_own_encoding(client: openai.OpenAI, given: Any) -> None:
    embeddings = client.embeddings.create(model="text-embedding-3-small", input=given, dimensions=256)

    (embedding,) = embeddings.data
    assert len(embedding.embedding) == 256
    assert math.hypot(*embedding.embedding) == pytest.approx(1)


def test_embeddings_as_numbers_are_those_as_base64(client: openai.OpenAI) -> None:
    packed = client.embeddings.create(model="m", input="Hello").data[0].embedding
    numbers = client.embeddings.create(model="m", input="Hello", encoding_format="float").data[0].embedding

    assert packed == pytest.approx(numbers, abs=1e-6)


def test_a_response(client: openai.OpenAI) -> None:
    response = client.responses.create(model="gpt-4o", input="Hello", instructions="Be brief.")

    assert response.output_text == SAID
    assert (response.status, response.instructions) == ("completed", "Be brief.")
    assert response.usage is not None
    assert response.usage.total_tokens == 9


def test_a_streamed_response(client: openai.OpenAI) -> None:
    with client.responses.stream(model="gpt-4o", input="Hello") as stream:
        deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
        response = stream.get_final_response()

    assert "".join(deltas) == SAID
    assert response.output_text == SAID


async def test_a_streamed_response_of_the_async_client(async_client: openai.AsyncOpenAI) -> None:
    stream = await async_client.responses.create(model="gpt-4o", input="Hello", stream=True)
    numbers = [event.sequence_number async for event in stream]

    assert numbers == list(range(len(numbers)))


def test_a_response_is_parsed_into_a_model(client: openai.OpenAI) -> None:
    response = client.responses.parse(model="gpt-4o", input="Hello", text_format=Solution)

    assert isinstance(response.output_parsed, Solution)


def test_a_response_calls_a_tool_and_takes_its_result(client: openai.OpenAI) -> None:
    with client.responses.stream(model="gpt-4o", input="Hello", tools=[TOOL]) as stream:
        response = stream.get_final_response()
    call: Any = response.output[0]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    asked = [*MESSAGES, call.model_dump(exclude={"parsed_arguments"}), result]

    last = client.responses.create(model="gpt-4o", input=asked, tools=[TOOL])

    assert (call.name, call.arguments) == ("forecast", '{"city": "city", "days": 2}')
    assert last.output_text == SAID


def test_an_error_in_a_stream_of_events_is_raised() -> None:
    with (
        serve([Backend("east", fault="error-chunk")]) as fleet,
        openai.OpenAI(base_url=f"{fleet.urls['east']}/v1", api_key="k", max_retries=0) as client,
        client.responses.create(model="gpt-4o", input="Hello", stream=True) as events,
        pytest.raises(openai.APIError, match="The server had an error") as caught,
    ):
        list(events)

    assert (caught.value.type, caught.value.code) == ("server_error", None)


def test_a_response_is_kept_until_it_is_deleted(client: openai.OpenAI) -> None:
    made = client.responses.create(model="gpt-4o", input="Hello")
    fetched = client.responses.retrieve(made.id)
    client.responses.delete(made.id)

    assert fetched == made
    with pytest.raises(openai.NotFoundError, match="not found"):
        client.responses.retrieve(made.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.delete(made.id)


def test_a_response_goes_on_from_a_streamed_one(client: openai.OpenAI) -> None:
    with client.responses.stream(model="gpt-4o", input="Hello", tools=[TOOL]) as stream:
        called = stream.get_final_response()
    call: Any = called.output[0]
    result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}

    last = client.responses.create(model="gpt-4o", input=[result], tools=[TOOL], previous_response_id=called.id)

    assert (last.output_text, last.previous_response_id) == (SAID, called.id)


def test_a_response_that_is_not_stored_is_not_kept(client: openai.OpenAI) -> None:
    made = client.responses.create(model="gpt-4o", input="Hello", store=False)

    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-4o", input="Hello", previous_response_id=made.id)
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


async def test_a_response_of_the_async_client_is_kept(async_client: openai.AsyncOpenAI) -> None:
    made = await async_client.responses.create(model="gpt-4o", input="Hello", metadata={"a": "async"})

    assert (await async_client.responses.retrieve(made.id)).output_text == SAID
    await async_client.responses.delete(made.id)


def test_a_response_that_is_cut_is_incomplete(client: openai.OpenAI) -> None:
    response = client.responses.create(model="gpt-4o", input="Hello", max_output_tokens=3)

    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "This is east."


def test_an_image(client: openai.OpenAI) -> None:
    images = client.images.generate(model="dall-e-3", prompt="A cat", response_format="b64_json")

    (image,) = images.data or []
    assert base64.b64decode(image.b64_json or "").startswith(b"\x89PNG")


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # translations, in the client
def test_a_recording_is_transcribed_and_translated(client: openai.OpenAI) -> None:
    recording = ("speech.wav", b"RIFF")
    transcription = client.audio.transcriptions.create(model="whisper", file=recording)
    translation = client.audio.translations.create(model="whisper", file=recording, response_format="verbose_json")
    subtitles = client.audio.transcriptions.create(model="whisper", file=recording, response_format="srt")

    assert transcription.text == "This is east. You sent 4 bytes of audio."
    assert translation.text == transcription.text
    assert subtitles.startswith("1\n00:00:00,000 --> ")


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    listed = [model.id for model in client.models.list()]

    assert "gpt-4o" in listed
    assert client.models.retrieve("gpt-4o").id == "gpt-4o"


def test_a_filtered_prompt_is_a_bad_request(url: str) -> None:
    prompt: Any = [{"role": "user", "content": "Please trigger the content filter."}]
    with openai.AzureOpenAI(**options("azure", url)) as client, pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="gpt-4o", messages=prompt)

    assert (caught.value.code, caught.value.param) == ("content_filter", "prompt")
