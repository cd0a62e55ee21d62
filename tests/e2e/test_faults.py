"""What a backend or a client can do wrong: the answer that API Management would give, and the next call works."""

import json
import re
import socket
import struct
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

import httpx2
import pytest

from mockbackends import Backend

URL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
BODY = {"messages": [{"role": "user", "content": "Hello"}]}
ACTIVITY = r'\{ "statusCode": 500, "message": "Internal server error", "activityId": "[0-9a-f-]{36}" \}'
FORWARD = '<policies><inbound><set-backend-service backend-id="only" /></inbound><backend>{}</backend></policies>'
ONCE = FORWARD.format('<forward-request timeout="{timeout}" />')
RETRIED = FORWARD.format(
    '<retry condition="@(context.Response.StatusCode &gt;= 500)" count="2" interval="0">'
    '<forward-request timeout="1" /></retry>'
)


@pytest.fixture
def behind(lab, tmp_path):
    """A gateway with one backend named "only" behind a policy."""

    def start(url: str, policy: str = ONCE, timeout: str = "20"):
        document = tmp_path / "policy.xml"
        document.write_text(policy.replace("{timeout}", timeout))
        return lab.gateway("--set", f"apim_policy={document}", urls={"only": url})

    return start


def post(gateway, client=httpx2, **options) -> httpx2.Response:
    return client.post(gateway.url + URL, json=BODY, **({"timeout": 30} | options))


def answer(body: bytes = b"fine", status: bytes = b"200 OK", *fields: bytes) -> bytes:
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


@pytest.mark.parametrize("fault", ["reset", "garbage"])
def test_a_backend_that_breaks_off_is_answered_for_with_500(behind, lab, fault):
    gateway = behind(lab.backends(Backend("only", fault=fault))["only"])
    with httpx2.Client() as client:  # one connection: it must stay usable
        answers = [post(gateway, client) for _ in range(2)]

    for response in answers:
        assert response.status_code == 500
        assert re.fullmatch(ACTIVITY, response.text)
    gateway.wait_for("BackendConnectionFailure")


def test_a_backend_that_is_down_is_answered_for_with_500_until_it_is_up(behind, lab, free_port):
    gateway = behind(f"http://127.0.0.1:{free_port}")
    with httpx2.Client() as client:
        down = post(gateway, client)
        lab.backends(Backend("only", port=free_port))
        up = post(gateway, client)

    assert down.status_code == 500
    assert re.fullmatch(ACTIVITY, down.text)
    assert up.status_code == 200


def test_a_backend_that_does_not_answer_in_time_is_answered_for_with_500(behind, lab):
    gateway = behind(lab.backends(Backend("only", fault="stall"))["only"], timeout="1")
    response = post(gateway)

    assert response.status_code == 500
    assert re.fullmatch(ACTIVITY, response.text)
    gateway.wait_for("Timeout: no answer within 1 s")


def test_the_time_for_an_answer_is_not_over_while_the_backend_is_streaming(behind, scripted):
    def slow(backend, connection, request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for _ in range(4):
            time.sleep(0.4)
            connection.sendall(b"data: x\n\n")

    response = post(behind(scripted(slow).url, timeout="1"))

    assert response.text == "data: x\n\n" * 4


@pytest.mark.parametrize("fault", ["reset", "garbage", "stall"])
def test_a_policy_can_retry_what_gave_no_answer(behind, lab, fault):
    gateway = behind(lab.backends(Backend("only", fault=fault))["only"], RETRIED)
    response = post(gateway)

    assert response.status_code == 500
    assert len(lab.wait_for_calls(3)) == 3


def test_a_retry_after_a_refused_connection_can_succeed(behind, scripted, free_port, tmp_path, lab):
    policy = FORWARD.format(
        '<retry condition="@(context.Response.StatusCode == 500)" count="1" interval="0"><choose>'
        '<when condition="@(context.Response.StatusCode == 500)"><set-backend-service base-url="{up}" /></when>'
        "</choose><forward-request /></retry>"
    )
    up = lab.backends(Backend("up"))["up"]
    gateway = behind(f"http://127.0.0.1:{free_port}", policy.replace("{up}", f"{up}/openai"))

    assert post(gateway).status_code == 200


def test_headers_that_smuggle_are_not_passed_on(behind, scripted):
    def smuggle(backend, connection, request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    response = post(behind(scripted(smuggle).url))

    assert response.status_code == 500
    assert re.fullmatch(ACTIVITY, response.text)


def test_a_body_that_breaks_off_before_a_byte_was_passed_on_becomes_a_500(behind, scripted):
    def break_off(backend, connection, request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    response = post(behind(scripted(break_off).url))

    assert response.status_code == 500
    assert re.fullmatch(ACTIVITY, response.text)


def test_a_body_that_ends_with_its_connection_is_incomplete_if_that_is_reset(behind, scripted):
    def script(backend, connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nthe first half")
        backend.proceed.wait(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with a reset

    backend = scripted(script)
    gateway = behind(backend.url)
    threading.Timer(0.2, backend.proceed.set).start()  # or the reset overtakes what was sent
    response = post(gateway)

    assert response.status_code == 500
    assert re.fullmatch(ACTIVITY, response.text)


def test_a_stream_that_breaks_off_ends_there_for_the_client_too(behind, lab):
    gateway = behind(lab.backends(Backend("only", fault="cut"))["only"])
    pieces: list[bytes] = []
    with (
        httpx2.stream("POST", gateway.url + URL, json=BODY | {"stream": True}) as response,
        pytest.raises(httpx2.RemoteProtocolError),
    ):
        pieces.extend(response.iter_raw())

    assert b"".join(pieces).startswith(b"data: {")
    assert b"[DONE]" not in b"".join(pieces)
    assert post(gateway).status_code == 500  # `cut` takes the end of a whole answer away, too


def test_a_kept_alive_connection_that_the_backend_closed_is_replaced(behind, scripted):
    """The first answer keeps the connection; the second request on it gets an end instead of an answer."""

    def close_on_second(backend, connection, request) -> bool:
        if len(backend.requests) == 2:
            return False
        connection.sendall(answer())
        return True

    backend = scripted(close_on_second)
    gateway = behind(backend.url)
    with httpx2.Client() as client:
        texts = [post(gateway, client).text for _ in range(2)]

    assert texts == ["fine", "fine"]
    assert len(backend.requests) == 3


def test_a_first_request_on_a_connection_is_not_sent_twice(behind, scripted):
    backend = scripted(lambda backend, connection, request: False)
    response = post(behind(backend.url))

    assert response.status_code == 500
    assert len(backend.requests) == 1


def test_a_discarded_answer_that_never_ends_does_not_hold_up_the_retry(behind, scripted):
    def endless_once(backend, connection, request) -> bool:
        if len(backend.requests) == 1:
            connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n")
            return backend.proceed.wait(60)
        connection.sendall(answer())
        return True

    assert post(behind(scripted(endless_once).url, RETRIED)).text == "fine"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (b"Content-Length: 4\r\n", b"busy"),
        (b"Transfer-Encoding: chunked\r\n", b"4\r\nbusy\r\n0\r\n\r\n"),
        (b"Content-Length: 4\r\nConnection: close\r\n", b"busy"),
        (b"", b"busy"),
    ],
    ids=["length", "chunked", "closing", "until it closes"],
)
def test_a_discarded_answer_may_come_in_pieces(behind, scripted, fields, body):
    """The retry may go out at once on the same connection; the end of the discarded answer must not be its own end."""

    def busy_once(backend, connection, request) -> bool:
        if len(backend.requests) % 2 == 0:
            connection.sendall(answer())
            return True
        connection.sendall(b"HTTP/1.1 503 Busy\r\n" + fields + b"\r\n")
        time.sleep(0.05)  # the body is in a packet of its own
        connection.sendall(body)
        return b"close" not in fields and fields != b""

    gateway = behind(scripted(busy_once).url, RETRIED)

    assert [post(gateway, timeout=5).text for _ in range(3)] == ["fine"] * 3


def test_a_connection_that_closes_while_a_retry_waits_is_replaced(behind, scripted):
    """The discarded answer keeps the connection; the retry on it gets an end instead of an answer."""

    def close_after_one(backend, connection, request) -> bool:
        if len(backend.requests) == 2:
            return False
        connection.sendall(answer() if len(backend.requests) == 3 else answer(b"busy", b"503 Busy"))
        return True

    backend = scripted(close_after_one)

    assert post(behind(backend.url, RETRIED), timeout=5).text == "fine"
    assert len(backend.requests) == 3


@pytest.mark.parametrize("failure", ["stalls", "breaks off"])
def test_an_attempt_that_fails_after_a_discarded_answer_is_one_more_failure(behind, scripted, failure):
    def busy_then_nothing(backend, connection, request) -> bool:
        if len(backend.requests) == 1:
            connection.sendall(answer(b"busy", b"503 Busy", b"Connection: close"))
            return False
        return failure == "stalls" and backend.proceed.wait(60)

    response = post(behind(scripted(busy_then_nothing).url, RETRIED), timeout=10)

    assert response.status_code == 500
    assert re.fullmatch(ACTIVITY, response.text)


def test_what_is_left_of_a_broken_answer_is_not_taken_for_the_next_one(behind, scripted):
    """While the retry waits, the broken end of the discarded answer is told twice."""

    def broken_once(backend, connection, request) -> bool:
        if len(backend.requests) == 1:
            connection.sendall(b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n")
        else:
            connection.sendall(answer())
        return True

    backend = scripted(broken_once)
    policy = RETRIED.replace('interval="0"', 'interval="1"')

    assert post(behind(backend.url, policy)).text == "fine"
    assert len(backend.requests) == 2


def test_a_body_that_breaks_off_is_a_failure_for_all_that_read_it(behind, scripted):
    backend = scripted(
        lambda backend, connection, request: connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nbus")
    )
    text = "context.Response.Body.As&lt;string&gt;(preserveContent: true)"
    policy = FORWARD.format(
        f'<retry condition="@({text}.Contains(&quot;x&quot;))" count="2" interval="0"><forward-request />'
        f'<set-variable name="text" value="@({text})" /></retry>'
    )

    assert re.fullmatch(ACTIVITY, post(behind(backend.url, policy)).text)


def test_a_retry_after_a_redirect_has_its_body_again(behind, scripted):
    def elsewhere(backend, connection, request) -> bool:
        if request.startswith(b"POST"):
            connection.sendall(answer(b"", b"303 See Other", b"Location: /elsewhere"))
        else:
            connection.sendall(answer() if len(backend.requests) > 2 else answer(b"", b"503 Busy"))
        return True

    backend = scripted(elsewhere)
    policy = RETRIED.replace("<forward-request", '<forward-request follow-redirects="true"')

    assert post(behind(backend.url, policy)).text == "fine"
    sent = [json.loads(request.partition(b"\r\n\r\n")[2] or b"null") for request in backend.requests]
    assert sent == [BODY, None, BODY, None]


@pytest.mark.parametrize(
    ("policy", "sent", "status"),
    [
        (
            '<policies><inbound><set-backend-service backend-id="only" /></inbound>'
            '<outbound><set-status code="204" reason="No Content" /></outbound></policies>',
            answer(b"not to be seen"),
            204,
        ),
        (ONCE, b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304),
    ],
    ids=["by the policy", "by the backend"],
)
def test_an_answer_without_content_ends_with_its_headers(behind, scripted, policy, sent, status):
    gateway = behind(scripted(lambda backend, connection, request: connection.sendall(sent) or True).url, policy)
    with httpx2.Client() as client:
        answers = [post(gateway, client) for _ in range(2)]

    assert [(response.status_code, response.content) for response in answers] == [(status, b"")] * 2
    assert "Transfer-Encoding" not in answers[0].headers


def test_trailers_are_discarded(behind, scripted):
    ended = b"4\r\nfine\r\n0\r\nChecksum: 1\r\n\r\n"
    backend = scripted(
        lambda backend, connection, request: (
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + ended) or True
        )
    )

    assert post(behind(backend.url)).text == "fine"


def test_a_switch_of_protocols_that_nobody_asked_for_is_no_answer(behind, scripted):
    switch = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"
    gateway = behind(scripted(lambda backend, connection, request: connection.sendall(switch) or True).url, RETRIED)

    assert post(gateway).status_code == 500


def test_a_large_request_that_is_not_read_to_its_end_holds_up_nothing(lab, scripted, tmp_path):
    """The first backend answers early and reads no more; the retry goes to the second, and so does the next call."""
    answered = []

    def answer_early() -> None:
        with suppress(OSError):
            while True:
                answered.append(listener.accept()[0])
                answered[-1].recv(100)
                answered[-1].sendall(answer(b"busy", b"503 Busy"))

    second = scripted(lambda backend, connection, request: connection.sendall(answer()) or True)
    policy = tmp_path / "policy.xml"
    patient = RETRIED.replace('timeout="1"', 'timeout="20"')
    policy.write_text(patient.replace("</retry>", '<set-backend-service backend-id="second" /></retry>'))
    with socket.create_server(("127.0.0.1", 0)) as listener, httpx2.Client(timeout=10) as client:
        threading.Thread(target=answer_early, daemon=True).start()
        urls = {"only": f"http://127.0.0.1:{listener.getsockname()[1]}", "second": second.url}
        gateway = lab.gateway("--set", f"apim_policy={policy}", urls=urls)
        large = client.post(gateway.url + URL, content=b"x" * 20_000_000)
        small = post(gateway, client, timeout=10)
        listener.shutdown(socket.SHUT_RDWR)
        for connection in answered:
            connection.close()

    assert (large.text, small.text) == ("fine", "fine")
    assert len(second.requests[0]) > 20_000_000


def test_a_switch_of_protocols_that_was_asked_for_loses_nothing(behind, scripted):
    """The backend is slow to read what comes after it."""

    def read_slowly(backend, connection, request) -> None:
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
        time.sleep(0.5)
        backend.received = sum(map(len, iter(lambda: connection.recv(1_000_000), b"")))
        backend.proceed.set()

    backend = scripted(read_slowly)
    target = urlsplit(behind(backend.url).url)
    with socket.create_connection((target.hostname, target.port), timeout=10) as client:
        client.sendall(
            f"GET {URL} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n".encode()
        )
        client.recv(10_000)
        client.sendall(b"x" * 8_000_000)

    assert backend.proceed.wait(30)
    assert backend.received == 8_000_000


def test_a_client_that_hangs_up_in_mid_stream_ends_the_backends_work(behind, scripted):
    def stream(backend, connection, request) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n")
        backend.ended = connection.recv(1) == b""
        backend.proceed.set()

    backend = scripted(stream)
    gateway = behind(backend.url)
    with httpx2.stream("POST", gateway.url + URL, json=BODY) as response:
        next(response.iter_raw())

    assert backend.proceed.wait(30)
    assert backend.ended
    assert "crashed" not in gateway.log
    with httpx2.stream("POST", gateway.url + URL, json=BODY) as response:
        assert next(response.iter_raw()) == b"data: x\n\n"


def test_a_client_that_hangs_up_while_a_retry_waits_ends_the_run(behind, scripted):
    throttled = scripted(lambda backend, connection, request: connection.sendall(answer(b"", b"503 Busy")) or True)
    policy = RETRIED.replace('interval="0"', 'interval="300"')
    gateway = behind(throttled.url, policy)
    with suppress(httpx2.TimeoutException):
        post(gateway, timeout=2)
    gateway.wait_for("client left")

    assert len(throttled.requests) == 1


@pytest.mark.parametrize("rest", [b"", b"not all of it"], ids=["stalls", "breaks off"])
def test_an_answer_of_the_policys_own_does_not_wait_for_the_one_it_replaces(behind, scripted, rest):
    def begin(backend, connection, request) -> None:
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n" + rest)
        if not rest:
            backend.proceed.wait(60)

    policy = (
        '<policies><inbound><set-backend-service backend-id="only" /></inbound><outbound><return-response>'
        '<set-status code="418" reason="I am a teapot" /><set-body>short</set-body></return-response></outbound></policies>'
    )
    response = post(behind(scripted(begin).url, policy))

    assert (response.status_code, response.reason_phrase, response.text) == (418, "I am a teapot", "short")


def test_a_head_request_gets_no_body_and_the_connection_stays(behind, lab):
    gateway = behind(lab.backends(Backend("only"))["only"])
    with httpx2.Client() as client:
        head = client.head(f"{gateway.url}/nothing/here")
        after = post(gateway, client)

    assert (head.status_code, head.content, head.headers["Content-Length"]) == (404, b"", "54")
    assert after.status_code == 200


@pytest.mark.parametrize("size", [0, 20_000_000])
def test_a_body_of_any_size_reaches_the_backend(behind, scripted, size):
    backend = scripted(lambda backend, connection, request: connection.sendall(answer()) or True)
    gateway = behind(backend.url)
    response = httpx2.post(gateway.url + URL, content=b"x" * size, timeout=60)

    assert response.text == "fine"
    assert len(backend.requests[0].partition(b"\r\n\r\n")[2]) == size


def raw(gateway, request: bytes) -> bytes:
    """Everything that comes back, until the gateway closes or nothing comes for a second."""
    target = urlsplit(gateway.url)
    with socket.create_connection((target.hostname, target.port), timeout=10) as connection:
        connection.sendall(request)
        connection.settimeout(1)
        received = b""
        with suppress(TimeoutError):
            while piece := connection.recv(65536):
                received += piece
        return received


def test_a_body_with_broken_framing_ends_the_connection_and_makes_no_call(behind, lab):
    gateway = behind(lab.backends(Backend("only"))["only"])
    request = f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n"

    assert raw(gateway, request.encode()) == b""
    assert lab.calls == []
    assert post(gateway).status_code == 200


def test_a_body_that_is_not_json_is_the_backends_business(behind, lab):
    gateway = behind(lab.backends(Backend("only"))["only"])
    response = httpx2.post(gateway.url + URL, content=b"not json")

    assert response.status_code == 400
    assert lab.outcomes() == [("only", 400)]


def test_a_path_of_no_api_gets_a_404(behind, lab):
    gateway = behind(lab.backends(Backend("only"))["only"])
    response = httpx2.get(f"{gateway.url}/nothing/here")

    assert response.status_code == 404
    assert response.text == '{ "statusCode": 404, "message": "Resource not found" }'
    assert response.headers["Content-Type"] == "application/json"
    assert lab.calls == []


def test_a_backend_that_answers_500_by_itself_is_passed_on(behind, lab):
    gateway = behind(lab.backends(Backend("only", fault="error"))["only"])
    response = post(gateway)

    assert response.status_code == 500
    assert "error" in json.loads(response.text)
