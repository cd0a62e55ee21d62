"""set-backend-service and forward-request."""

import pytest

from apim_lab.errors import BackendConnectionFailure
from apim_lab.messages import Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.document import read_document
from apim_lab.policy.run import Run


@pytest.mark.parametrize(
    ("attributes", "url"),
    [
        ('backend-id="two"', "http://two.example/openai/chat?api-version=1"),
        ('backend-id="@("thr" + "ee")"', "http://three.example/openai/chat?api-version=1"),
        ('base-url="https://contoso.com/api/8.2"', "https://contoso.com/api/8.2/chat?api-version=1"),
        ('base-url="https://contoso.com:8443/"', "https://contoso.com:8443/chat?api-version=1"),
    ],
)
async def test_only_the_base_of_the_url_changes(gateway, attributes, url):
    await gateway.run(f"<inbound><set-backend-service {attributes} /></inbound>")

    assert gateway.driver.sent == [url]


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ('backend-id="four"', "Backend with id 'four' could not be found; configured: one, three, two"),
        ('base-url="@("contoso.com")"', "'contoso.com' is not an absolute http:// or https:// URL"),
    ],
)
async def test_a_backend_that_is_none_is_an_error(gateway, attributes, message):
    context = await gateway.run(f"<inbound><set-backend-service {attributes} /></inbound>")

    assert gateway.driver.sent == []
    assert context.response.status_code == 500
    assert context.last_error.message == message


async def test_without_a_backend_a_request_is_not_forwarded(gateway):
    context = gateway.context()
    context.backend = None
    await gateway.run("", context=context)

    assert gateway.driver.sent == []
    assert context.last_error.message.startswith("no backend is set")


async def test_without_forward_request_the_answer_is_an_empty_200(gateway):
    context = await gateway.run('<backend /><outbound><set-header name="A"><value>1</value></set-header></outbound>')

    assert gateway.driver.sent == []
    assert context.response.status_code == 200
    assert context.response.headers.get("A") == "1"


@pytest.mark.parametrize("section", ["", "<backend><base /></backend>"])
async def test_the_global_scope_forwards(gateway, section):
    context = await gateway.run(section, answers=[404])

    assert len(gateway.driver.sent) == 1
    assert context.response.status_code == 404


@pytest.mark.parametrize(("status", "is_error"), [(399, False), (400, True), (599, True), (600, False)])
async def test_an_error_status_can_be_made_an_error(gateway, status, is_error):
    context = await gateway.run(
        '<backend><forward-request fail-on-error-status-code="true" /></backend>', answers=[status]
    )

    assert (context.last_error is not None) == is_error


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [("", 300), ('timeout="20"', 20), ('timeout-ms="1500"', 1.5), ('timeout="@(1 + 1)"', 2)],
)
async def test_the_timeout_is_asked_for_in_seconds(gateway, attributes, seconds):
    document = read_document(f"<policies><backend><forward-request {attributes} /></backend></policies>", "p.xml")
    run = Run.of(document, gateway.context())
    question = await run.resume()
    run.close()

    assert question.timeout == seconds


CREDENTIALS = {
    "api_key": "mine",
    "Authorization": "Bearer mine",
    "cookie": "session=mine",
    "proxy_authorization": "Basic mine",
    "ocp_apim_subscription_key": "mine",
    "x_api_key": "mine",
}

REDIRECT = '<backend><forward-request follow-redirects="true" /></backend>'


async def test_a_redirect_is_passed_on_unless_it_is_to_be_followed(gateway, answer):
    context = await gateway.run("", answers=[answer(302, Location="/elsewhere")])

    assert context.response.status_code == 302


@pytest.mark.parametrize("location", [{}, {"Location": "http://[::1/"}])
async def test_a_redirect_to_nowhere_is_passed_on(gateway, answer, location):
    context = await gateway.run(REDIRECT, answers=[answer(302, **location)])

    assert len(gateway.driver.sent) == 1
    assert context.response.status_code == 302


async def test_a_redirect_is_followed(gateway, answer):
    context = await gateway.run(REDIRECT, answers=[answer(307, Location="/else where?x=1"), 200])

    assert gateway.driver.sent[1] == "http://one.example/else%20where?x=1"
    assert gateway.driver.requests[1].method == "POST"
    assert context.response.status_code == 200


async def test_a_see_other_is_followed_with_get_and_without_a_body(gateway, answer):
    await gateway.run(REDIRECT, answers=[answer(303, Location="/elsewhere"), 200])

    assert gateway.driver.requests[1].method == "GET"
    assert gateway.driver.requests[1].body.content == b""


async def test_a_see_other_is_followed_with_head_after_a_head(gateway, answer):
    context = gateway.context()
    context.request.method = "HEAD"
    await gateway.run(REDIRECT, answers=[answer(303, Location="/elsewhere"), 200], context=context)

    assert gateway.driver.requests[1].method == "HEAD"


async def test_what_follows_a_redirect_leaves_the_request_as_it_was(gateway, answer):
    context = await gateway.run(REDIRECT, answers=[answer(303, Location="http://evil.example/"), 200], api_key="mine")

    assert context.request.method == "POST"
    assert context.request.headers.get("api-key") == "mine"
    assert context.backend.id == "one"


@pytest.mark.parametrize("location", ["https://evil.example/", "https://one.example:444/"])
async def test_credentials_do_not_follow_to_another_origin(gateway, answer, location):
    gateway.backends["one"] = Backend("one", Url.parse("https://one.example/openai"), (("api-key", "secret"),))
    await gateway.run(REDIRECT, answers=[answer(307, Location=location), 200], **CREDENTIALS, accept="*/*")

    assert gateway.driver.sent[1] == location
    assert gateway.driver.requests[1].headers.fields == [("accept", "*/*")]
    assert gateway.driver.backends[1].credentials == ()


async def test_credentials_follow_within_an_origin(gateway, answer):
    await gateway.run(REDIRECT, answers=[answer(307, Location="/elsewhere"), 200], **CREDENTIALS)

    assert len(gateway.driver.requests[1].headers.fields) == len(CREDENTIALS)


async def test_credentials_do_not_come_back_with_a_redirect_to_the_first_origin(gateway, answer):
    there, back = answer(307, Location="http://evil.example/"), answer(307, Location="http://one.example/")
    await gateway.run(REDIRECT, answers=[there, back, 200], **CREDENTIALS)

    assert gateway.driver.sent[2] == "http://one.example/"
    assert gateway.driver.requests[2].headers.fields == []


async def test_a_redirect_from_https_to_http_is_passed_on(gateway, answer):
    gateway.backends["one"] = Backend("one", Url.parse("https://one.example/openai"))
    context = await gateway.run(REDIRECT, answers=[answer(307, Location="http://one.example/")])

    assert len(gateway.driver.sent) == 1
    assert context.response.status_code == 307


async def test_redirects_in_a_circle_end(gateway, answer):
    context = await gateway.run(REDIRECT, answers=[answer(302, Location="/")])

    assert len(gateway.driver.sent) == 21
    assert context.response.status_code == 302


async def test_a_failure_is_noted_as_an_attempt(gateway):
    context = await gateway.run("", answers=[BackendConnectionFailure("refused")])

    assert context.journey() == "one BackendConnectionFailure"
    assert context.response.status_code == 500
