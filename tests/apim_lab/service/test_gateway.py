"""Which API serves a request, and with which run."""

import pytest

from apim_lab.expressions.entities import Api, Operation
from apim_lab.messages import Headers, Request, Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.document import read_document
from apim_lab.service.gateway import Gateway, ServedApi
from apim_lab.service.operations import Operations
from apim_lab.stores.memory import MemoryStore

POLICY = read_document("<policies />", "p.xml")
CHAT = Operation("chat", "Chat", "POST", "/deployments/{id}/chat")


def served(path: str = "openai", operations: Operations | None = None) -> ServedApi:
    return ServedApi(Api(path or "root", path, path), POLICY, operations)


def gateway(*apis: ServedApi, **options) -> Gateway:
    return Gateway(apis, {}, MemoryStore(), **options)


def request(path: str, method: str = "POST") -> Request:
    return Request(method, Url.parse(f"http://host{path}"))


@pytest.mark.parametrize(
    ("path", "api"),
    [("/openai", "openai"), ("/openai/x", "openai"), ("/openaix", None), ("/OpenAI", None), ("/", None)],
)
def test_an_api_serves_the_paths_under_its_prefix(path, api):
    found = gateway(served()).find(path)

    assert (found and found.api.id) == api


def test_an_api_without_a_prefix_serves_every_path():
    assert gateway(served("")).find("/anything") is not None


def raw(path: str) -> Request:
    """A request as a client sent it."""
    return Request("POST", Url("http", "host", 80, path))


@pytest.mark.parametrize("has_server", [False, True])
async def test_dot_segments_are_removed_before_the_api_is_found(has_server):
    run = gateway(served()).serve(raw("/other/%2e%2e/openai/a/../b"), has_server=has_server)

    assert run.context.api.id == "openai"
    assert run.context.path == "/b"
    assert run.context.request.original_url.path == "/openai/b"
    run.close()


@pytest.mark.parametrize("has_server", [False, True])
async def test_a_path_that_a_backend_may_read_differently_is_refused(has_server):
    run = gateway(served()).serve(raw("/openai/..%2fadmin"), has_server=has_server)
    await run.resume()

    assert run.context.response.status_code == 400
    assert b"'..' beside a backslash" in run.context.response.body.content


async def test_a_request_that_belongs_to_no_api_is_answered_with_404():
    run = gateway(served()).serve(raw("/openai/../admin"))
    await run.resume()

    assert run.context.response.status_code == 404


@pytest.mark.parametrize(
    ("path", "is_taken"),
    [
        ("/openai/x", True),
        ("/other/../openai/x", True),
        ("/openai/..%2fadmin", True),
        ("/other", False),
        ("/openai/../other", False),
    ],
)
def test_what_is_taken_is_known_from_the_path(path, is_taken):
    run = gateway(served()).serve(raw(path), has_server=True)

    assert gateway(served()).takes(path) == is_taken == (run is not None)
    if run:
        run.close()


def test_a_request_that_belongs_to_no_api_goes_to_its_own_server():
    assert gateway(served()).serve(raw("/openai/../admin"), has_server=True) is None


async def test_a_request_that_matches_no_operation_is_answered_with_404():
    api = served(operations=Operations([CHAT]))
    run = gateway(api).start(api, request("/openai/deployments/gpt/chat", "GET"))
    await run.resume()

    assert run.context.response.status_code == 404


async def test_the_operation_and_its_parameters_are_known_to_the_policy():
    api = served(operations=Operations([CHAT]))
    run = gateway(api).start(api, request("/openai/deployments/gpt-4o/chat"))

    assert run.context.operation == CHAT
    assert run.context.request.matched_parameters == {"id": "gpt-4o"}
    run.close()


def test_what_is_served_is_told():
    backend = Backend("one", Url.parse("https://one.example/openai"), (("api-key", "secret"),))
    apis = served(operations=Operations([CHAT])), served("")

    assert list(Gateway(apis, {"one": backend}, MemoryStore()).describe()) == [
        "API openai at /openai, policy p.xml",
        "  POST /deployments/{id}/chat (chat)",
        "API root at /, policy p.xml",
        "backend one at https://one.example/openai with its own credentials",
    ]


async def test_a_proxied_request_has_its_own_server_as_backend():
    api = served()
    run = gateway(api).start(api, request("/openai/chat?x=1"), has_server=True)
    await run.resume()

    assert str(run.context.request.url) == "http://host/openai/chat?x=1"
    run.close()


@pytest.mark.parametrize(("option", "is_null"), [("empty", False), ("null", True)])
def test_the_response_before_the_first_forward_is_empty_or_null(option, is_null):
    api = served()
    run = gateway(api, response_before_forward=option).start(api, request("/openai"))

    assert (run.context.response is None) == is_null
    run.close()


def test_a_backends_credentials_take_the_place_of_the_clients():
    headers = Headers([("API-Key", "mine"), ("authorization", "Bearer mine"), ("Accept", "*/*")])
    Backend("b", Url.parse("http://b"), (("api-key", "its"),)).authorize(headers)

    assert headers.fields == [("Accept", "*/*"), ("api-key", "its")]


def test_without_credentials_of_its_own_the_backend_gets_the_clients():
    headers = Headers([("api-key", "mine")])
    Backend("b", Url.parse("http://b")).authorize(headers)

    assert headers.fields == [("api-key", "mine")]
