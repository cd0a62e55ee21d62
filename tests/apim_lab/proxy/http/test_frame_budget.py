"""What a client of HTTP/2 may send beside its calls."""

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import DenialOfServiceError

from apim_lab.proxy.http.frame_budget import BudgetedConnection, FrameBudget

FIELDS = [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/")]


class TestFrameBudget:
    def test_the_frame_after_the_last_is_refused(self, clock):
        budget = FrameBudget(2)
        budget.spend(1)
        budget.spend(1)

        with pytest.raises(DenialOfServiceError, match="apim_http2_frames=2"):
            budget.spend(1)

    def test_it_fills_again_in_five_seconds(self, clock):
        budget = FrameBudget(100)
        budget.spend(100)
        clock.tick(1)
        budget.spend(20)

        with pytest.raises(DenialOfServiceError):
            budget.spend(1)

    def test_what_is_earned_never_exceeds_the_whole_budget(self, clock):
        budget = FrameBudget(10)
        budget.earn(1000)
        budget.spend(10)

        with pytest.raises(DenialOfServiceError):
            budget.spend(1)


class Peers:
    """A client and the gateway's side of its connection, with nothing between."""

    def __init__(self, size: int) -> None:
        self.client = H2Connection()
        self.server = BudgetedConnection(H2Configuration(client_side=False), FrameBudget(size))
        self.client.initiate_connection()
        self.server.initiate_connection()
        self.exchange()
        self.exchange()
        self.server.budget.left = size  # what it takes to begin is not what is tested

    def exchange(self) -> None:
        self.server.receive_data(self.client.data_to_send())
        self.client.receive_data(self.server.data_to_send())

    def begin(self, *, end_stream: bool = False) -> int:
        stream: int = self.client.get_next_available_stream_id()
        self.client.send_headers(stream, FIELDS, end_stream=end_stream)
        return stream


def send_ping(peers: Peers) -> None:
    peers.client.ping(b"12345678")


def send_settings(peers: Peers) -> None:
    peers.client.update_settings({})


def send_priority(peers: Peers) -> None:
    peers.client.prioritize(1, weight=16)


def send_window_update(peers: Peers) -> None:
    peers.client.increment_flow_control_window(1)


def send_empty_data(peers: Peers) -> None:
    peers.client.send_data(1, b"")


def send_one_byte(peers: Peers) -> None:
    peers.client.send_data(1, b"x")


class TestBudgetedConnection:
    @pytest.mark.parametrize(
        "send", [send_ping, send_settings, send_priority, send_window_update, send_empty_data, send_one_byte]
    )
    def test_a_flood_of_frames_that_bring_nothing_ends_the_connection(self, clock, send):
        peers = Peers(size=20)
        peers.begin()
        for _ in range(21):
            send(peers)

        with pytest.raises(DenialOfServiceError):
            peers.server.receive_data(peers.client.data_to_send())
        assert b"\0\0\0\x0b" in peers.server.data_to_send()  # RFC 9113, section 7: 0x0b is ENHANCE_YOUR_CALM
        assert ErrorCodes.ENHANCE_YOUR_CALM == 0x0B

    def test_so_does_a_flood_of_resets(self, clock):
        peers = Peers(size=20)
        for _ in range(5):
            peers.client.reset_stream(peers.begin(end_stream=True), ErrorCodes.CANCEL)

        with pytest.raises(DenialOfServiceError):
            peers.server.receive_data(peers.client.data_to_send())

    def test_so_does_a_flood_of_streams_that_the_gateway_has_to_reset(self, clock):
        """For example because a WINDOW_UPDATE makes a window too large (CVE-2025-8671)."""
        peers = Peers(size=20)
        too_large = b"\0\0\4\x08\0%b\x7f\xff\xff\xff"
        for number in range(5):
            stream = peers.begin(end_stream=True)
            flood = peers.client.data_to_send() + too_large % stream.to_bytes(4)
            if number < 4:
                peers.server.receive_data(flood)

        with pytest.raises(DenialOfServiceError):
            peers.server.receive_data(flood)

    def test_requests_and_their_data_cost_nothing(self, clock):
        peers = Peers(size=10)
        for _ in range(50):
            stream = peers.begin()
            peers.client.send_data(stream, b"x" * 64)
            peers.client.send_data(stream, b"x", end_stream=True)
        peers.exchange()

        assert peers.server.budget.left == 10

    def test_data_that_is_sent_pays_for_the_window_updates_that_it_brings(self, clock):
        peers = Peers(size=4)
        stream = peers.begin(end_stream=True)
        peers.exchange()
        peers.server.send_headers(stream, [(":status", "200")])
        for _ in range(50):
            peers.server.send_data(stream, b"x")
            peers.exchange()
            peers.client.increment_flow_control_window(1)
            peers.client.increment_flow_control_window(1, stream)
            peers.exchange()

        assert peers.server.budget.left == 2
