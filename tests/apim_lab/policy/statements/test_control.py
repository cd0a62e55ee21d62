"""choose, retry, return-response and trace."""

import logging

import pytest

from apim_lab.errors import BackendConnectionFailure, ForwardTimeout

FORWARD = "<backend>{}</backend>"
RETRY_429 = '<retry condition="@(context.Response.StatusCode == 429)" {}><forward-request /></retry>'


def retry(
    attributes: str, children: str = "<forward-request />", condition: str = "context.Response.StatusCode == 429"
) -> str:
    return f'<backend><retry condition="@({condition})" {attributes}>{children}</retry></backend>'


def setting(name: str, value: str) -> str:
    return f'<set-variable name="{name}" value="{value}" />'


class TestChoose:
    @pytest.mark.parametrize(
        ("value", "taken"),
        [("a", "first"), ("b", "second"), ("c", "otherwise")],
    )
    async def test_the_first_branch_whose_condition_holds_is_taken(self, gateway, value, taken):
        context = await gateway.run(
            f"""<inbound>{setting("v", value)}<choose>
                <when condition="@((string)context.Variables["v"] == "a")">{setting("taken", "first")}</when>
                <when condition="@((string)context.Variables["v"] != "c")">{setting("taken", "second")}</when>
                <otherwise>{setting("taken", "otherwise")}</otherwise>
            </choose></inbound>"""
        )

        assert context.variables["taken"] == taken

    async def test_without_otherwise_nothing_happens(self, gateway):
        context = await gateway.run(
            f'<inbound><choose><when condition="false">{setting("a", "b")}</when></choose></inbound>'
        )

        assert context.variables == {}


class TestRetry:
    async def test_children_run_once_before_the_condition_is_looked_at(self, gateway):
        await gateway.run(retry('count="3" interval="1"'), answers=[200])

        assert len(gateway.driver.sent) == 1

    async def test_count_is_the_number_of_retries_after_the_first_attempt(self, gateway):
        context = await gateway.run(retry('count="3" interval="10"'), answers=[429])

        assert len(gateway.driver.sent) == 4
        assert gateway.driver.waits == [10, 10, 10]
        assert context.response.status_code == 429
        assert context.last_error is None

    async def test_a_first_fast_retry_does_not_wait(self, gateway):
        await gateway.run(retry('count="3" interval="10" first-fast-retry="true"'), answers=[429])

        assert gateway.driver.waits == [10, 10]

    async def test_retries_end_when_the_condition_no_longer_holds(self, gateway):
        context = await gateway.run(retry('count="50" interval="0"'), answers=[429, 429, 200])

        assert [attempt.outcome for attempt in context.attempts] == ["429", "429", "200"]

    async def test_with_delta_the_wait_grows_by_it(self, gateway):
        await gateway.run(retry('count="4" interval="10" delta="5"'), answers=[429])

        assert gateway.driver.waits == [10, 15, 20, 25]

    async def test_with_a_maximum_the_wait_grows_exponentially_up_to_it(self, gateway, monkeypatch):
        monkeypatch.setattr("random.uniform", lambda low, high: 1.0)
        await gateway.run(retry('count="5" interval="10" delta="10" max-interval="100"'), answers=[429])

        # retry-policy.md's example for these numbers: about 10, 20, 40, 80, 100
        assert gateway.driver.waits == [10, 20, 40, 80, 100]

    async def test_attributes_may_be_expressions(self, gateway):
        await gateway.run(retry('count="@(1 + 1)" interval="@(0.5)" first-fast-retry="@(1 > 2)"'), answers=[429])

        assert gateway.driver.waits == [0.5, 0.5]

    @pytest.mark.parametrize("failure", [BackendConnectionFailure("refused"), ForwardTimeout("late")])
    async def test_a_failure_of_the_backend_can_be_retried_and_shows_as_a_status_of_500_or_more(self, gateway, failure):
        context = await gateway.run(
            retry('count="2" interval="0"', condition="context.Response.StatusCode >= 500"), answers=[failure, 200]
        )

        assert context.response.status_code == 200
        assert context.last_error is None

    async def test_a_failure_that_is_not_retried_goes_to_on_error(self, gateway):
        context = await gateway.run(retry('count="2" interval="0"'), answers=[BackendConnectionFailure("refused")])

        assert len(gateway.driver.sent) == 1
        assert context.last_error.reason == "BackendConnectionFailure"
        assert context.last_error.path == "retry[1]/forward-request[1]"

    async def test_a_failing_condition_is_a_500(self, gateway):
        context = await gateway.run(
            retry('count="2" interval="0"', condition='(int)context.Variables["none"] == 1'), answers=[200]
        )

        assert context.response.status_code == 500
        assert context.last_error.reason == "ExpressionValueEvaluationFailure"

    async def test_the_condition_may_read_the_body(self, gateway, answer):
        condition = 'context.Response.Body.As<JObject>(preserveContent: true)["again"] != null'
        context = await gateway.run(
            retry('count="2" interval="0"', condition=condition), answers=[answer(200, b'{"again": 1}'), answer(200)]
        )

        assert len(gateway.driver.sent) == 2
        assert context.response.body.is_original

    async def test_a_retry_in_inbound_repeats_its_children(self, gateway):
        context = await gateway.run(
            f"""<inbound>{setting("n", "@(0)")}<retry condition="@((int)context.Variables["n"] < 3)" count="9" interval="0">
                {setting("n", '@((int)context.Variables["n"] + 1)')}
            </retry></inbound>"""
        )

        assert context.variables["n"] == 3


class TestReturnResponse:
    async def test_it_answers_without_the_sections_that_follow(self, gateway):
        context = await gateway.run(
            """<inbound><return-response>
                <set-status code="418" reason="I'm a teapot" />
                <set-header name="A"><value>1</value><value>2</value></set-header>
                <set-body>short and stout</set-body>
            </return-response></inbound>
            <outbound><set-header name="B"><value>3</value></set-header></outbound>"""
        )

        assert gateway.driver.sent == []
        assert (context.response.status_code, context.response.status_reason) == (418, "I'm a teapot")
        assert context.response.headers.fields == [("A", "1"), ("A", "2")]
        assert context.response.body.content == b"short and stout"

    async def test_an_empty_one_is_a_200(self, gateway):
        context = await gateway.run("<inbound><return-response /></inbound>")

        assert context.response.status_code == 200
        assert context.response.body.content == b""

    async def test_it_can_return_a_response_kept_in_a_variable(self, gateway):
        context = await gateway.run(
            """<outbound><set-variable name="kept" value="@(context.Response)" />
                <return-response response-variable-name="kept"><set-header name="A"><value>1</value></set-header>
            </return-response></outbound>""",
            answers=[404],
        )

        assert context.response.status_code == 404
        assert context.response.headers.get("A") == "1"

    async def test_an_earlier_attempts_response_does_not_get_the_body_of_the_last_one(self, gateway):
        context = await gateway.run(
            """<backend><forward-request /><set-variable name="kept" value="@(context.Response)" /><forward-request />
            </backend><outbound><return-response response-variable-name="kept" /></outbound>""",
            answers=[503, 200],
        )

        assert context.response.status_code == 503
        assert (context.response.body.content, context.response.body.is_original) == (b"", False)

    async def test_inside_a_retry_it_ends_the_run(self, gateway):
        context = await gateway.run(
            retry(
                'count="3" interval="0"',
                '<forward-request /><return-response><set-status code="203" reason="" /></return-response>',
            ),
            answers=[429],
        )

        assert len(gateway.driver.sent) == 1
        assert context.response.status_code == 203


class TestTrace:
    async def test_a_message_goes_to_the_log_with_its_metadata(self, gateway, caplog):
        caplog.set_level(logging.INFO, "apim.trace")
        await gateway.run(
            """<inbound><trace source="lab" severity="information">
                <message>@("path " + context.Request.Url.Path)</message>
                <metadata name="try" value="1" />
            </trace></inbound>"""
        )

        assert caplog.messages == ["lab: path /openai/chat try=1"]

    async def test_the_severity_is_the_level_of_the_log(self, gateway, caplog):
        caplog.set_level(logging.DEBUG, "apim.trace")
        for severity in ("verbose", "information", "error"):
            await gateway.run(
                f'<inbound><trace source="s" severity="{severity}"><message>m</message></trace></inbound>'
            )

        assert [record.levelname for record in caplog.records] == ["DEBUG", "INFO", "ERROR"]

    async def test_a_text_of_the_client_moves_no_cursor(self, gateway, caplog):
        caplog.set_level(logging.INFO, "apim.trace")
        await gateway.run(
            """<inbound><trace source="s" severity="information">
                <message>@(context.Request.Headers["X-Text"][0])</message>
            </trace></inbound>""",
            X_Text="\x1b[2J\x07",
        )

        assert caplog.messages == [r"s: \x1b[2J\x07"]
