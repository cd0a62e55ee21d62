"""set-header, set-body and set-status."""

import pytest


def header(name: str, *values: str, action: str = "") -> str:
    exists = f' exists-action="{action}"' if action else ""
    return f'<set-header name="{name}"{exists}>{"".join(f"<value>{value}</value>" for value in values)}</set-header>'


@pytest.mark.parametrize(
    ("statement", "fields"),
    [
        (header("X-A", "new"), [("X-A", "new")]),
        (header("x-a", "new", action="override"), [("x-a", "new")]),
        (header("X-A", "new", action="skip"), [("X-A", "old")]),
        (header("X-B", "new", action="skip"), [("X-A", "old"), ("X-B", "new")]),
        (header("X-A", "new", action="append"), [("X-A", "old"), ("X-A", "new")]),
        (header("x-a", action="delete"), []),
        (header("X-A", "\n  1\n"), [("X-A", "1")]),
        (header("X-A", "1", "2"), [("X-A", "1"), ("X-A", "2")]),
        (header('@("X-" + "B")', "@(1 + 1)", action='@("append")'), [("X-A", "old"), ("X-B", "2")]),
        (header("Content-Length", "1"), [("X-A", "old")]),
        (header("Transfer-Encoding", action="delete"), [("X-A", "old")]),
    ],
)
async def test_a_header_is_set_as_its_exists_action_says(gateway, statement, fields):
    context = await gateway.run(f"<inbound>{statement}</inbound>", X_A="old")

    assert context.request.headers.fields == fields


async def test_an_unknown_exists_action_of_an_expression_is_an_error(gateway):
    context = await gateway.run(f"<inbound>{header('A', 'b', action='@("maybe")')}</inbound>")

    assert context.response.status_code == 500
    assert "'maybe' is not one of override, skip, append, delete" in context.last_error.message


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (header("X-B", '@("a\\r\\nSet-Cookie: b")'), "New-line characters are not allowed in header values."),
        (header('@("X B")', "a"), "'X B' is not the name of a header."),
        (header('@("")', "a"), "'' is not the name of a header."),
        ('<return-response><set-status code="200" reason="@("a\\nb")" /></return-response>', "New-line characters"),
    ],
)
async def test_a_value_cannot_start_another_header(gateway, statement, message):
    context = await gateway.run(f"<inbound>{statement}</inbound>", X_A="old")

    assert context.response.status_code == 500
    assert message in context.last_error.message
    assert context.request.headers.fields == [("X-A", "old")]


@pytest.mark.parametrize(("section", "has_it"), [("backend", "request"), ("outbound", "response")])
async def test_the_message_at_hand_is_the_request_until_it_was_forwarded(gateway, section, has_it):
    base = "<base />" if section == "backend" else ""
    context = await gateway.run(f"<{section}>{header('A', 'b')}{base}</{section}>")

    assert ("A" in context.request.headers) == (has_it == "request")
    assert ("A" in context.response.headers) == (has_it == "response")


async def test_a_request_body_is_replaced(gateway):
    context = await gateway.run('<inbound><set-body>@("ä" + 1)</set-body></inbound>')

    assert context.request.body.content == "ä1".encode()
    assert not context.request.body.is_original


async def test_a_response_body_can_be_made_from_the_one_that_came(gateway, answer):
    context = await gateway.run(
        """<outbound><set-body>@{
            JObject body = context.Response.Body.As<JObject>();
            body.Add(new JProperty("added", "yes"));
            return body.ToString();
        }</set-body></outbound>""",
        answers=[answer(200, b'{"a": 1}')],
    )

    # JToken.ToString(): indented by two spaces
    assert context.response.body.content.replace(b"\r", b"") == b'{\n  "a": 1,\n  "added": "yes"\n}'


async def test_a_policy_that_does_not_read_the_body_does_not_wait_for_it(gateway, answer):
    context = await gateway.run(f"<outbound>{header('A', 'b')}</outbound>", answers=[answer(200)])

    assert not context.response.body.has_arrived


async def test_the_status_of_the_response_is_set(gateway):
    context = await gateway.run('<outbound><set-status code="@(200 + 1)" reason="Made" /></outbound>')

    assert (context.response.status_code, context.response.status_reason) == (201, "Made")


async def test_without_a_response_there_is_no_status_to_set(gateway):
    context = gateway.context()
    context.response = None
    context = await gateway.run('<inbound><set-status code="201" reason="Made" /></inbound>', context=context)

    assert context.last_error.message == "Object reference not set to an instance of an object."
