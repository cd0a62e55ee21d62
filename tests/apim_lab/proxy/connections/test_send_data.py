"""Commands, and what is joined of them."""

from mitmproxy.connection import Server
from mitmproxy.proxy import commands

from apim_lab.proxy.connections.send_data import join_sends


def server() -> Server:
    return Server(address=("127.0.0.1", 5001))


def test_pieces_for_one_connection_are_sent_as_one():
    here, there = server(), server()
    pieces = [(here, b"head"), (here, b"body"), (there, b"request"), (here, b"next")]
    sent = list(join_sends(commands.SendData(connection, data) for connection, data in pieces))
    assert [(command.connection, command.data) for command in sent] == [
        (here, b"headbody"),
        (there, b"request"),
        (here, b"next"),
    ]


def test_what_else_is_commanded_keeps_its_place():
    connection = server()
    first, last = commands.SendData(connection, b"1"), commands.SendData(connection, b"2")
    close = commands.CloseConnection(connection)
    sent = list(join_sends(iter([first, close, last])))
    assert sent[1] is close
    assert [sent[0].data, sent[2].data] == [b"1", b"2"]


def test_a_command_that_waits_for_nothing_is_not_held_back():
    seen = []

    def layer():
        yield commands.Log("one")
        seen.append("after one")

    assert next(join_sends(layer())).message == "one"
    assert not seen
