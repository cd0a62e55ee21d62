import uuid
from datetime import UTC, datetime

import pytest

from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.errors import BodyTooLarge
from apim_lab.expressions import compile_expression
from apim_lab.expressions.entities import Caller, Group, Product, ProductState, User, UserIdentity
from apim_lab.messages import Body
from apim_lab.policy.backends import Backend
from tests import oracle


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("context.Request.Method", "POST"),
        ("context.Request.IpAddress", "10.0.0.7"),
        ("context.Request.Url.Host", "gateway.example"),
        ("context.Request.Url.Path", "/openai/deployments/gpt/chat"),
        ("context.Request.Url.Port", 443),
        ("context.Request.Url.Scheme", "https"),
        ("context.Request.Url.QueryString", "?api-version=2024-10-21&tag=a&tag=b"),
        ('context.Request.Url.Query["tag"][1]', "b"),
        ('context.Request.Url.Query.GetValueOrDefault("tag")', "a,b"),
        ('context.Request.Url.Query.GetValueOrDefault("nope", "d")', "d"),
        ('context.Request.Url.Query.ContainsKey("nope")', False),
        (
            "context.Request.OriginalUrl.ToString()",
            "https://gateway.example/openai/deployments/gpt/chat?api-version=2024-10-21&tag=a&tag=b",
        ),
        ('context.Request.Headers.GetValueOrDefault("API-KEY")', "secret"),
        ('context.Request.Headers.GetValueOrDefault("x-list", "d")', "1,2"),
        ('context.Request.Headers.GetValueOrDefault("nope")', None),
        ('context.Request.Headers["X-LIST"][1]', "2"),
        ('context.Request.Headers.ContainsKey("Api-Key")', True),
        ("context.Request.Headers.Count", 2),
        ('context.Request.MatchedParameters["deployment-id"]', "gpt"),
        ('context.Request.MatchedParameters.GetValueOrDefault("nope", "d")', "d"),
        ("context.Response.StatusCode", 429),
        ("context.Response.StatusReason", "Too Many Requests"),
        ('int.Parse(context.Response.Headers.GetValueOrDefault("Retry-After", "10"))', 7),
        ("context.LastError.Source", "forward-request"),
        ("context.LastError.Reason + context.LastError.Section + context.LastError.Scope", "Timeoutbackendapi"),
        ("context.LastError.Message + context.LastError.Path", "too slowretry/forward-request[1]"),
        ("context.Api.Id + context.Api.Name + context.Api.Path", "api-idapi-nameopenai"),
        ("context.Operation.Id + context.Operation.Name + context.Operation.Method", "op-idChatPOST"),
        ("context.Operation.UrlTemplate", "/deployments/{deployment-id}/chat"),
        ("context.RequestId", uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")),
        ("context.Timestamp", DateTime.of(datetime(2026, 1, 15, 10, 30, 5, tzinfo=UTC))),
        ("context.Elapsed.TotalSeconds < 60", True),
        ('context.Request.Body.As<JObject>(true)["model"].ToString()', "gpt-4"),
        ("context.Request.Body.As<string>(true).Length", 52),
        ("context.Request.Body.As<byte[]>(true).Length", 52),
        ("context.Request.Body.As<byte[]>(true)[0] + 1", 124),
        ('context.Response.Body.As<JToken>(preserveContent: true)["ok"].ToString()', "True"),
    ],
)
def test_context_members(evaluate, source, expected):
    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('context.Variables["i"]', 5),
        ('context.Variables.ContainsKey("i")', True),
        ('context.Variables.ContainsKey("nope")', False),
        ('context.Variables.GetValueOrDefault<int>("i")', 5),
        ('context.Variables.GetValueOrDefault<int>("nope")', 0),
        ('context.Variables.GetValueOrDefault<int>("nope", 7)', 7),
        ('context.Variables.GetValueOrDefault<string>("nope")', None),
        ('context.Variables.GetValueOrDefault<bool>("nope", true)', True),
        ('context.Variables.GetValueOrDefault("s", "d")', "a"),
        ('context.Variables.GetValueOrDefault("nope", "d")', "d"),
        ('context.Variables.GetValueOrDefault("nope", 1) + 1', 2),
        ('context.Variables.GetValueOrDefault("i")', 5),
        ('context.Variables.GetValueOrDefault("nope") == null', True),
        ('context.Variables.TryGetValue("s", out var v) ? (string)v : "none"', "a"),
        ('context.Variables.GetValueOrDefault<IResponse>("nope") == null', True),
    ],
)
def test_variables(evaluate, source, expected):
    assert evaluate(f"@({source})", i=5, s="a") == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('context.Variables["nope"]', "The given key 'nope' was not present in the dictionary."),
        ('context.Request.Headers["nope"]', "The given key 'nope' was not present in the dictionary."),
        ("context.Variables[null]", "Value cannot be null. (Parameter 'key')"),
        ("context.Request.Headers[null]", "Value cannot be null. (Parameter 'key')"),
        ('context.Variables.GetValueOrDefault(null, "x")', "Value cannot be null. (Parameter 'key')"),
        ('context.Request.MatchedParameters.GetValueOrDefault(null, "x")', "Value cannot be null. (Parameter 'key')"),
        ('context.Variables.GetValueOrDefault<int>("s")', "Specified cast is not valid."),
        (
            'context.Variables.GetValueOrDefault<string>("i")',
            "Unable to cast object of type 'System.Int32' to type 'System.String'.",
        ),
        ('context.Variables.GetValueOrDefault("s", 1)', "Specified cast is not valid."),
    ],
)
def test_variables_that_throw(thrown, source, message):
    assert thrown(f"@({source})", i=5, s="a") == message


test_context_agrees = oracle.table(__file__, "context.jsonl")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("context.Product.State", ProductState.Published),
        ("context.Product.SubscriptionsLimit", 3),
        ('context.Product.Groups.Any(group => group.Name == "Developers")', True),
        ('context.Product.Apis.Any(api => api.Id == "api-id")', True),
        ('context.User.Groups.Select(group => group.Id).Any(id => id == "developers")', True),
        ('context.User.Identities.Any(identity => identity.Provider == "Aad" && identity.Id == "7")', True),
        ("context.Api.SubscriptionKeyParameterNames.Header", "Ocp-Apim-Subscription-Key"),
        ("context.Api.SubscriptionKeyParameterNames.Query", "subscription-key"),
        ("context.Deployment.Region", "laptop"),
        ("context.Deployment.ServiceName", "apim-lab"),
        ("context.Deployment.Gateway.Id", "managed"),
        ("context.Deployment.SustainabilityInfo.CurrentCarbonIntensity >= CarbonIntensityCategory.High", False),
        ("context.GraphQL == null", True),
        ("context.Backend.Type", "Single"),
        ("context.Request.PrivateEndpointConnection == null", True),
        ("context.Request.Certificate == null || !context.Request.Certificate.Verify()", True),
        ("context.Request.Certificate?.VerifyNoRevocation() ?? false", False),
        ("context.Request.Certificate?.Thumbprint", None),
        ('context.Deployment.Certificates.ContainsKey("mine")', False),
        (
            "context.Deployment.Certificates.Any(c => c.Value.Thumbprint == context.Request.Certificate.Thumbprint)",
            False,
        ),
        ("context.Request.PrivateEndpointConnection?.Name", None),
        ("context.Tracing", False),
    ],
)
def test_what_the_configuration_knows(evaluate, context, source, expected):
    group = Group("developers", "Developers")
    context.backend = Backend("east", context.request.url)
    context.caller = Caller(
        Product("p", "P", apis=(context.api,), groups=(group,), subscriptions_limit=3),
        user=User("1", groups=(group,), identities=(UserIdentity("7", "Aad"),)),
    )

    assert evaluate(f"@({source})") == expected


@pytest.mark.parametrize("source", ["Verify()", "VerifyNoRevocation()", "Thumbprint"])
def test_the_certificate_is_null(thrown, source):
    assert thrown(f"@(context.Request.Certificate.{source})") == "Object reference not set to an instance of an object."


def test_a_response_that_is_null_has_no_status(evaluate, thrown, context):
    context.response = None

    assert thrown("@(context.Response.StatusCode == 429)") == "Object reference not set to an instance of an object."
    assert evaluate("@(context.Response?.StatusCode == 429)") is False
    assert evaluate("@(context.Response == null || context.Response.StatusCode == 429)") is True


def test_reading_a_body_consumes_it(context):
    read = compile_expression("@(context.Response.Body.As<string>())")
    read.evaluate(context)

    with pytest.raises(Exception, match="preserveContent: true has consumed it"):
        read.evaluate(context)


def test_a_preserved_body_can_be_read_again(context):
    read = compile_expression("@(context.Response.Body.As<string>(preserveContent: true))")

    assert read.evaluate(context) == read.evaluate(context)


@pytest.mark.parametrize("type_", ["string", "JObject", "JArray", "JToken", "byte[]"])
def test_a_body_that_is_empty_cannot_be_read(thrown, context, type_):
    context.response.body.replace(b"")

    assert "The message has no body" in thrown(f"@(context.Response.Body.As<{type_}>(true))")


def test_a_message_that_came_without_a_body_has_none(evaluate, context):
    context.request.body = Body(b"", is_original=True)

    assert evaluate("@(context.Request.Body == null)") is True
    assert evaluate('@(context.Request.Body?.As<string>(true) ?? "none")') == "none"


def test_bytes_that_are_no_utf_8_are_replaced(evaluate, context):
    context.response.body.replace(b"a\xff")

    assert evaluate("@(context.Response.Body.As<string>())") == "a\ufffd"


OUT_OF_MEMORY = "Exception of type 'System.OutOfMemoryException' was thrown."


def too_large() -> bytes:
    raise BodyTooLarge("The body is larger than 5 bytes.")


@pytest.mark.parametrize(
    "source",
    [
        "context.Request.Body.As<string>(true)",
        "context.Request.Body?.As<JObject>(true)",
        "context.Request.Body == null",
    ],
)
def test_a_body_that_is_too_large_when_decoded_cannot_be_read(thrown, context, source):
    context.request.body = Body(decode=too_large, is_original=True)

    assert thrown(f"@({source})") == OUT_OF_MEMORY


@pytest.mark.parametrize("type_", ["string", "byte[]"])
def test_what_is_read_of_bodies_counts_to_the_128_mb_of_an_evaluation(evaluate, thrown, context, type_):
    context.request.body = Body(b"0" * 70_000_000)
    length = f"context.Request.Body.As<{type_}>(true).Length"

    assert evaluate(f"@({length})") == 70_000_000
    assert thrown(f"@({length} + {length})") == OUT_OF_MEMORY


def test_an_array_where_an_object_is_wanted_throws(thrown, context):
    context.response.body.replace(b"[]")

    assert "not an object: StartArray" in thrown("@(context.Response.Body.As<JObject>())")
