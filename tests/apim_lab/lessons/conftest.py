"""What lessons talk to: a fleet in this process, and a page that shows what a test says."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apim_lab.lessons.page import PageClient
from apim_lab.lessons.stage import Stage, Step
from mockbackends import Backend
from mockbackends.client import ControlClient
from mockbackends.fleet import Fleet


@pytest.fixture
def mock_backends() -> list[Backend]:
    return [Backend("openAiBackend1", rpm=6), Backend("openAiBackend2"), Backend("openAiBackend3")]


class FakePage:
    """A live page. `events` are shown, one after the other; `asked` is what came; `refusals` says what is refused."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []
        self.answers: dict[str, object] = {}
        self.refusals: dict[str, list[tuple[int, str]]] = {}
        self.asked: list[tuple[str, str, object]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def handler(page) -> type[BaseHTTPRequestHandler]:  # noqa: N805  # the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/events":
                    self.send_response(200)
                    self.end_headers()
                    with suppress(OSError):
                        for event in page.events:
                            self.wfile.write(
                                f"event: tick\ndata: {json.dumps(event)}\n\n".encode() if event else b": still here\n\n"
                            )
                else:
                    self.answer()

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                page.asked.append((self.command, self.path, body))
                self.answer()

            do_DELETE = do_POST  # noqa: N815

            def answer(self) -> None:
                refusals = page.refusals.get(self.path)
                status, answer = 200, page.answers.get(self.path, {})
                if refusals:
                    status, message = refusals.pop(0)
                    answer = {"error": {"message": message}}
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def fake_page() -> Iterator[FakePage]:
    page = FakePage()
    yield page
    page.close()


@pytest.fixture
def nowhere() -> str:
    """A URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def steps() -> list[Step]:
    """What the stage has told."""
    return []


@pytest.fixture
def stage(mock_fleet: Fleet, mock_control: ControlClient, fake_page: FakePage, steps: list[Step]) -> Stage:
    """A stage whose gateway is a backend itself, which passes for one."""
    return Stage(mock_fleet.urls["openAiBackend1"], PageClient(fake_page.url), mock_control, steps.append)


@pytest.fixture
def texts(steps: list[Step]) -> Callable[[], list[object]]:
    return lambda: [step["text"] for step in steps]
