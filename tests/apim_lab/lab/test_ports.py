import socket
import threading

import pytest

from apim_lab.lab import ports

HOST = "127.0.0.1"


def test_a_port_that_something_listens_on_is_taken() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]

        assert ports.taken_ports(HOST, [port]) == [port]


@pytest.mark.parametrize(
    ("answer", "is_ready"), [("200 OK", True), ("404 Not Found", True), ("502 Bad Gateway", False)]
)
def test_a_port_answers_when_its_server_does(answer: str, is_ready: bool) -> None:
    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())

    with socket.create_server((HOST, 0)) as listening:
        server = threading.Thread(target=serve)
        server.start()

        assert ports.answers(HOST, listening.getsockname()[1]) == is_ready
        server.join()


def test_a_port_is_free_again_when_nothing_listens() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]

    assert ports.taken_ports(HOST, [port]) == []
    assert not ports.answers(HOST, port)
