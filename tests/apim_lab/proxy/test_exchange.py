"""What the addon and the stream of a flow tell each other."""

from mitmproxy.test import tflow

from apim_lab.proxy.exchange import Exchange, carry, exchange_of


def test_a_flow_has_one():
    flow = tflow.tflow()

    assert exchange_of(flow) is exchange_of(flow)


def test_a_flow_has_the_exchange_of_the_stream_that_carries_it():
    flow, exchange = tflow.tflow(), Exchange()
    carry(flow, exchange)

    assert exchange_of(flow) is exchange


def test_a_hang_up_is_remembered_and_told():
    told = []
    exchange = Exchange(on_hang_up=lambda: told.append(True))
    exchange.hang_up()

    assert exchange.is_gone
    assert told == [True]
