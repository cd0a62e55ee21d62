"""What the addon and the stream of a flow tell each other: an Exchange for each flow, and hooks that ask the addon.

The hooks come beside mitmproxy's `response` and `error`, which so still come once per request: what else listens to
them (the flow list, `-w`) sees one request with one answer.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.proxy import commands

from apim_lab.errors import RequestError


@dataclass
class Exchange:
    """What the addon and the stream of one flow tell each other.

    The stream says: `is_direct`, the request names no server, it is for the proxy itself; `asked`, its Host; `is_sent`,
    the request goes on to its server as it comes; `failure`, why the backend gave no answer, `timed_out`, whether that
    was the timeout; `is_gone`, the client hung up. The addon says: `refusal`, why it does not take the request;
    `passes`, no policy governs the request, so it may be sent before it is complete; `is_governed`, it decides about
    this flow; `timeout`, seconds until the headers of the answer; `again`, send `flow.request` once more; `discards`,
    the rest of the answer is read only to keep its connection; `wants_body`, run the hook `backend_answer` when the
    answer is complete; `on_hang_up`, call this when the client hangs up.
    """

    is_direct: bool = False
    asked: str = ""
    is_sent: bool = False
    refusal: RequestError | None = None
    failure: str = ""
    timed_out: bool = False
    is_gone: bool = False
    passes: bool = False
    is_governed: bool = False
    timeout: float = math.inf
    again: bool = False
    discards: bool = False
    wants_body: bool = False
    on_hang_up: Callable[[], None] | None = None

    def hang_up(self) -> None:
        self.is_gone = True
        if self.on_hang_up:
            self.on_hang_up()


_exchanges: WeakKeyDictionary[http.HTTPFlow, Exchange] = WeakKeyDictionary()


def exchange_of(flow: http.HTTPFlow) -> Exchange:
    """The flow's Exchange; a new one for a flow that no stream of ours carries (one loaded from a file)."""
    if flow not in _exchanges:
        _exchanges[flow] = Exchange()
    return _exchanges[flow]


def carry(flow: http.HTTPFlow, exchange: Exchange) -> None:
    """Let the flow have the exchange of the stream that carries it."""
    _exchanges[flow] = exchange


@dataclass
class BackendAnswerHook(commands.StartHook):
    """The answer that the addon `wants_body` of is complete: `flow.response`."""

    flow: http.HTTPFlow


@dataclass
class BackendDrainedHook(commands.StartHook):
    """The answer that is discarded is complete. While the stream waits for the hook, mitmproxy's connection ends its
    exchange, which otherwise would be the end of a request sent again on it."""

    flow: http.HTTPFlow


@dataclass
class BackendFailureHook(commands.StartHook):
    """The backend gave no answer. The addon sets `exchange.again` or `flow.response`."""

    flow: http.HTTPFlow
