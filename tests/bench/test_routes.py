"""Requests are whole HTTP messages, in the form that each program takes."""

import json

from bench.routes import Route


def split(request: bytes) -> tuple[list[str], dict[str, object]]:
    head, _, body = request.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), json.loads(body)


def test_a_request_is_for_its_deployment_and_tells_its_length():
    request = Route().request("plain")

    lines, body = split(request)
    assert lines[0] == "POST /openai/deployments/plain/chat/completions?api-version=2024-10-21 HTTP/1.1"
    assert f"Content-Length: {len(request.partition(b'\r\n\r\n')[2])}" in lines
    assert body == {"model": "plain", "messages": [{"role": "user", "content": "Hello"}], "stream": False}


def test_a_program_may_take_the_deployment_in_a_field():
    lines, _ = split(Route("/v1/chat/completions", {"host-of": "http://x/{deployment}"}).request("streamed"))

    assert lines[0] == "POST /v1/chat/completions HTTP/1.1"
    assert "host-of: http://x/streamed" in lines


def test_a_message_has_the_size_asked_for():
    _, body = split(Route().request("plain", size=1000, stream=True))

    assert body["messages"] == [{"role": "user", "content": "x" * 1000}]
    assert body["stream"] is True
