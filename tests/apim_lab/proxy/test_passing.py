"""Which bodies pass as they come, and which an addon needs whole."""

from typing import Any

import pytest
from mitmproxy.addons import (
    anticache,
    asgiapp,
    blocklist,
    disable_h2c,
    dumper,
    intercept,
    modifybody,
    onboarding,
    save,
    savehar,
    stickycookie,
    view,
)
from mitmproxy.test import taddons, tutils

from apim_lab.proxy import passing


class Looker:
    """An addon of a user that may look at everything."""

    def request(self, flow: object) -> None: ...
    def response(self, flow: object) -> None: ...


class HeadReader:
    """An addon of a user that needs no bodies."""

    def requestheaders(self, flow: object) -> None: ...
    def responseheaders(self, flow: object) -> None: ...


def streamed(*addons: object, **options: Any) -> tuple[object, object]:
    """What becomes of a request and of an answer, with these addons and options."""
    request, response = tutils.treq(content=None), tutils.tresp(content=None)
    with taddons.context(*addons) as context:
        if options:
            context.configure(addons[0], **options)
        passing.stream(request, "request")
        passing.stream(response, "response")
    return request.stream, response.stream


def test_bodies_pass_where_nobody_needs_them():
    idle = (anticache.AntiCache(), blocklist.BlockList(), disable_h2c.DisableH2C(), dumper.Dumper(), save.Save())

    assert streamed() == (True, True)
    assert streamed(*idle, intercept.Intercept(), modifybody.ModifyBody(), onboarding.Onboarding()) == (True, True)
    assert streamed(HeadReader()) == (True, True)


@pytest.mark.parametrize(
    ("addon", "options", "expected"),
    [
        (Looker(), {}, (False, False)),
        (asgiapp.WSGIApp(None, "app.local", 80), {}, (False, True)),
        (modifybody.ModifyBody(), {"modify_body": ["/a/b"]}, (False, False)),
        (intercept.Intercept(), {"intercept": "~all"}, (False, False)),
        (anticache.AntiCache(), {"anticache": True}, (False, True)),
        (blocklist.BlockList(), {"block_list": [":~all:403"]}, (False, True)),
        (stickycookie.StickyCookie(), {"stickycookie": "~all"}, (False, True)),
    ],
)
def test_what_an_addon_acts_on_in_a_hook_does_not_pass_before_it(addon, options, expected):
    assert streamed(addon, **options) == expected


def test_an_addon_within_another_counts():
    class Parent:
        addons = (Looker(),)

    assert streamed(Parent()) == (False, False)


@pytest.mark.parametrize(
    ("addon", "options"),
    [
        (view.View(), {}),
        (save.Save(), {"save_stream_file": "FILE"}),
        (savehar.SaveHar(), {"hardump": "FILE"}),
        (dumper.Dumper(), {"flow_detail": 3}),
        (dumper.Dumper(), {"dumper_filter": "~b x"}),
    ],
)
def test_bodies_that_are_only_recorded_pass_and_are_kept(addon, options, tmp_path, monkeypatch):
    monkeypatch.setattr(savehar.SaveHar, "done", lambda _: None)
    options = {name: str(tmp_path / "flows") if value == "FILE" else value for name, value in options.items()}

    assert all(isinstance(stream, passing.Kept) for stream in streamed(addon, **options))


def test_details_without_bodies_keep_none():
    assert streamed(dumper.Dumper(), flow_detail=2) == (True, True)


def test_what_an_addon_has_set_stays():
    response = tutils.tresp(content=None)
    response.stream = own = lambda piece: piece
    with taddons.context(view.View()):
        passing.stream(response, "response")

    assert response.stream is own


def test_a_kept_body_is_there_in_the_end_even_with_empty_pieces():
    """mitmproxy's last call is an empty piece, and HTTP/2 may have others before."""
    response = tutils.tresp(content=None)
    response.stream = passing.Kept()
    pieces = [response.stream(piece) for piece in (b"one", b"", b"two", b"")]
    passing.complete(response)

    assert pieces == [b"one", b"", b"two", b""]
    assert response.raw_content == b"onetwo"


@pytest.mark.parametrize("stream", [True, False, passing.Kept()])
def test_a_body_that_another_gave_stays(stream):
    response = tutils.tresp(content=b"an addon's answer")
    response.stream = stream
    passing.complete(response)

    assert response.raw_content == b"an addon's answer"


def test_of_a_body_that_nobody_keeps_nothing_is_left():
    response = tutils.tresp(content=None)
    response.stream = True
    passing.complete(response)

    assert response.raw_content is None
