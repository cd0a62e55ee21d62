"""Work that grows with what a client sends is done aside: other calls are answered meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.e2e.conftest import Gateway

PATH = "/openai/deployments/gpt-4o/chat/completions"
POLICY = """<policies><inbound>
    <choose>
        <when condition="@(context.Request.Headers.ContainsKey(&quot;reads&quot;))">
            <set-variable name="n" value="@(context.Request.Body.As&lt;JObject&gt;(true).ToString().Length)" />
        </when>
        <when condition="@(context.Request.Headers.ContainsKey(&quot;rounds&quot;))">
            <set-variable name="n" value="@{
                var n = 0;
                var rounds = int.Parse(context.Request.Headers.GetValueOrDefault(&quot;rounds&quot;));
                while (n &lt; rounds) { n++; }
                return n;
            }" />
        </when>
    </choose>
    <return-response>
        <set-status code="200" reason="OK" />
        <set-header name="n" exists-action="override">
            <value>@(context.Variables.GetValueOrDefault&lt;int&gt;("n", 0).ToString())</value>
        </set-header>
    </return-response>
</inbound></policies>"""
DATES = b'{"a":[' + b",".join([b'"2020-01-01T00:00:00Z"'] * 30_000) + b"]}"


@pytest.fixture(scope="module")
def gateway(with_policy) -> Gateway:
    return with_policy(POLICY)


def post(gateway: Gateway, body: bytes = b"{}", **headers: str) -> httpx2.Response:
    return httpx2.post(gateway.url + PATH, content=body, headers=headers, timeout=60)


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        # Each date has 22 characters, on a line of its own that is indented by 4 and ends in \r\n; all but one a comma
        (DATES, {"reads": "all"}, len('{\r\n  "a": [\r\n') + 30_000 * 29 - 1 + len("  ]\r\n}")),
        (b"{}", {"rounds": "200000"}, 200_000),
    ],
    ids=["a large body", "a long loop"],
)
def test_small_calls_are_answered_while_a_large_one_is_under_way(gateway, body, headers, expected):
    post(gateway)
    with ThreadPoolExecutor() as pool:
        large = pool.submit(post, gateway, body, **headers)
        answered = threading.Event()
        large.add_done_callback(lambda _: answered.set())
        small = 0
        while not answered.is_set():
            small += post(gateway).status_code == 200

    assert small > 3
    assert large.result().headers["n"] == str(expected)


def test_what_a_request_may_use_has_an_end(gateway):
    answer = post(gateway, rounds="1000001")

    assert answer.status_code == 500
    gateway.wait_for("more than 1000000 loop iterations (apim_loop_iterations)")
