"""rate-limit-by-key."""

from datetime import timedelta

import pytest

POLICY = (
    '<inbound><rate-limit-by-key calls="3" renewal-period="15" '
    'counter-key="@(context.Request.Headers.GetValueOrDefault("api-key", "default-value"))" {} /></inbound>{}'
)


async def statuses(gateway, calls: int, policy: str = POLICY.format("", ""), answers=None, **headers: str) -> list[int]:
    return [
        (await gateway.run(policy, answers=list(answers or [200]), **headers)).response.status_code
        for _ in range(calls)
    ]


async def test_the_fourth_call_in_a_period_is_refused(gateway, clock):
    assert await statuses(gateway, 4) == [200, 200, 200, 429]


async def test_the_answer_is_api_managements(gateway, clock):
    await statuses(gateway, 3)
    clock.tick(timedelta(seconds=1.5))
    response = (await gateway.run(POLICY.format("", ""))).response

    assert (
        response.body.content == b'{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 14 seconds." }'
    )
    assert response.headers.fields == [("Content-Type", "application/json"), ("Retry-After", "14")]
    assert response.status_reason == "Too Many Requests"


async def test_the_captured_answer_is_84_bytes_long(gateway, clock):
    """Partner Center's documentation: Retry-After 57, Content-Length 84."""
    policy = '<inbound><rate-limit-by-key calls="1" renewal-period="60" counter-key="k" /></inbound>'
    await statuses(gateway, 1, policy)
    clock.tick(3)
    response = (await gateway.run(policy)).response

    assert response.headers.get("Retry-After") == "57"
    assert len(response.body.content) == 84


@pytest.mark.parametrize(("seconds", "status"), [(14, 429), (14.999, 429), (15, 200)])
async def test_the_window_slides(gateway, clock, seconds, status):
    await statuses(gateway, 3)
    clock.tick(timedelta(seconds=seconds))

    assert await statuses(gateway, 1) == [status]


async def test_each_key_has_a_counter(gateway, clock):
    assert await statuses(gateway, 4, api_key="a") == [200, 200, 200, 429]
    assert await statuses(gateway, 1, api_key="b") == [200]


async def test_a_key_has_one_counter_wherever_the_policy_stands(gateway, clock):
    twice = POLICY.format("", "").replace(
        "<inbound>", '<inbound><rate-limit-by-key calls="3" renewal-period="15" counter-key="default-value" />'
    )

    assert await statuses(gateway, 2, twice) == [200, 429]


async def test_a_refused_call_runs_on_error_and_not_outbound(gateway, clock):
    policy = POLICY.format(
        "",
        '<outbound><set-header name="Out"><value>1</value></set-header></outbound>'
        '<on-error><set-header name="Err"><value>@(context.LastError.Reason)</value></set-header></on-error>',
    )
    await statuses(gateway, 3, policy)
    context = await gateway.run(policy)

    assert gateway.driver.sent == []
    assert "Out" not in context.response.headers
    assert context.response.headers.get("Err") == "RateLimitExceeded"


async def test_headers_and_variables_tell_what_is_left(gateway, clock):
    policy = POLICY.format(
        'remaining-calls-header-name="Left" remaining-calls-variable-name="left" total-calls-header-name="Total" '
        'retry-after-header-name="Wait" retry-after-variable-name="wait"',
        "",
    )
    passed = [await gateway.run(policy) for _ in range(3)]
    refused = await gateway.run(policy)

    assert [context.response.headers.get("Left") for context in passed] == ["2", "1", "0"]
    assert [context.variables["left"] for context in passed] == [2, 1, 0]
    assert {context.response.headers.get("Total") for context in [*passed, refused]} == {"3"}
    assert refused.response.headers.get("Left") is None
    assert refused.response.headers.get("Wait") == "15"
    assert refused.response.headers.get("Retry-After") is None
    assert refused.variables["wait"] == 15


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('increment-condition="true"', [200, 200, 200, 429]),
        ('increment-condition="false"', [200, 200, 200, 200]),
        ('increment-count="2"', [200, 429, 429, 429]),
        ('increment-count="0"', [200, 200, 200, 200]),
    ],
)
async def test_increments_written_out_count_at_once(gateway, clock, attributes, expected):
    assert await statuses(gateway, 4, POLICY.format(attributes, "")) == expected


async def test_a_computed_condition_counts_at_the_end_so_the_limit_shows_one_call_later(gateway, clock):
    policy = POLICY.format('increment-condition="@(context.Response.StatusCode == 200)"', "")

    assert await statuses(gateway, 1, policy, [404]) == [404]
    assert await statuses(gateway, 4, policy) == [200, 200, 200, 429]


async def test_tokens_can_be_counted_from_the_answer(gateway, clock, answer):
    count = 'context.Response.Body.As<JObject>(true).SelectToken("usage.total_tokens").Value<int>()'
    policy = POLICY.format(f'increment-count="@({count})"', "")
    tokens = [answer(200, b'{"usage": {"total_tokens": 5}}')]

    assert await statuses(gateway, 2, policy, tokens) == [200, 429]


async def test_a_limit_may_be_computed(gateway, clock):
    policy = '<inbound><rate-limit-by-key calls="@(2 - 1)" renewal-period="@(30)" counter-key="k" /></inbound>'

    assert await statuses(gateway, 2, policy) == [200, 429]


async def test_a_computed_period_beyond_300_seconds_is_an_error(gateway, clock):
    policy = '<inbound><rate-limit-by-key calls="1" renewal-period="@(301)" counter-key="k" /></inbound>'

    assert await statuses(gateway, 1, policy) == [500]
