import socket

from lab import ports

HOST = "127.0.0.1"


def test_a_port_that_something_listens_on_is_taken() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]

        assert ports.taken(HOST, [port]) == [port]
        assert ports.answers(HOST, port)


def test_a_port_is_free_again_when_nothing_listens() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]

    assert ports.taken(HOST, [port]) == []
    assert not ports.answers(HOST, port)
