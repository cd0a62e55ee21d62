"""A budget for the frames of HTTP/2 that cost a client next to nothing and the gateway time.

Such are PING, SETTINGS, PRIORITY, WINDOW_UPDATE, DATA of a few bytes, and above all resets (CVE-2023-44487). A client
starts with the whole budget. Each such frame takes from it; answers, and the data sent, give back; so does time. A
client that uses it up gets ENHANCE_YOUR_CALM and loses its connection (RFC 9113, section 10.5).

Written for h2 4.
"""

import time

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import Event, StreamReset
from h2.exceptions import DenialOfServiceError
from hyperframe.frame import DataFrame, Frame, HeadersFrame

from apim_lab.proxy.http.flow_control import PacedConnection

RESET_COST = 5
"""What a stream that is reset costs, and what an answer gives back: a client may give up every other call."""

PER_DATA_FRAME = 2
"""What a DATA frame to the client gives back: it may answer with a WINDOW_UPDATE for the stream and the connection."""

SMALL_DATA = 64
"""Bytes of a DATA frame that cost nothing: no line that a client sends as it comes is much shorter."""

SECONDS_TO_REFILL = 5
"""Seconds in which a budget that is used up fills again: 1,000 frames at once are 200 a second in the long run."""

REASON = "too many frames that bring nothing, or too many calls that are given up"


class FrameBudget:
    """How many frames a client may still send; `size` is the whole budget."""

    def __init__(self, size: int) -> None:
        self.size = self.left = size
        self.filled_at = time.monotonic()

    @property
    def is_used_up(self) -> bool:
        return self.left < 0

    def earn(self, frames: int) -> None:
        self.left = min(self.size, self.left + frames)

    def spend(self, frames: int) -> None:
        """Raise DenialOfServiceError, which h2 sends as GOAWAY, if the budget is used up."""
        self.left -= frames
        if self.is_used_up:
            self.refill()

    def refill(self) -> None:
        now = time.monotonic()
        self.earn(int((now - self.filled_at) * self.size / SECONDS_TO_REFILL))
        self.filled_at = now
        if self.is_used_up:
            raise DenialOfServiceError(f"{REASON} (apim_http2_frames={self.size})")


def cost_of(frame: Frame, events: list[Event]) -> int:
    """What a frame takes from the budget; `events` are what h2 makes of it."""
    if any(isinstance(event, StreamReset) for event in events):
        return RESET_COST  # by the client, or by h2 because of a frame that it may not send
    if isinstance(frame, DataFrame) and (len(frame.data) >= SMALL_DATA or "END_STREAM" in frame.flags):
        return 0
    return 0 if isinstance(frame, HeadersFrame) and events else 1


class _EarningConnection(H2Connection):
    """Stands below mitmproxy's buffers, which send data when the client has room for it."""

    budget: FrameBudget

    def send_data(
        self, stream_id: int, data: bytes | memoryview, end_stream: bool = False, pad_length: None = None
    ) -> None:
        super().send_data(stream_id, data, end_stream, pad_length)
        self.budget.earn(PER_DATA_FRAME)


class BudgetedConnection(PacedConnection, _EarningConnection):  # type: ignore[misc]  # mitmproxy takes bytes only
    """An H2Connection whose peer has a budget."""

    def __init__(self, config: H2Configuration, budget: FrameBudget) -> None:
        super().__init__(config)
        self.budget = budget

    def _receive_frame(self, frame: Frame) -> list[Event]:
        events = super()._receive_frame(frame)
        if cost := cost_of(frame, events):
            self.budget.spend(cost)
        return events
