"""The client of the live page."""

import pytest

from apim_lab.lessons.page import PageClient, PageError


def test_the_state_is_the_first_event_with_everything(fake_page):
    fake_page.events = [{"lessons": [], "calls": []}, {"calls": [1]}]

    assert PageClient(fake_page.url).state() == {"lessons": [], "calls": []}


@pytest.mark.parametrize("events", [[], [{}], [{"calls": []}]])
def test_what_has_no_state_is_no_live_page(fake_page, events):
    fake_page.events = events
    with pytest.raises(PageError, match="is no live page") as caught:
        PageClient(fake_page.url).state()

    assert caught.value.status == 200


def test_events_come_in_order_and_silence_is_one_too(fake_page):
    fake_page.events = [{"now": 1}, {}, {"now": 2}]

    assert list(PageClient(fake_page.url + "/").events()) == [{"now": 1}, {}, {"now": 2}]


def test_what_is_asked_of_it(fake_page):
    page = PageClient(fake_page.url)
    fake_page.answers["/lessons/3"] = {"lesson": 3, "id": "abc"}
    page.advance(1.5)
    begun = page.begin(3)
    page.leave("abc")

    assert begun == "abc"
    assert fake_page.asked == [
        ("POST", "/clock/advance", {"seconds": 1.5}),
        ("POST", "/lessons/3", {}),
        ("DELETE", "/lessons?id=abc", {}),
    ]


def test_a_trace(fake_page):
    fake_page.answers["/traces/abc"] = {"entries": []}

    assert PageClient(fake_page.url).trace("abc") == {"entries": []}


def test_a_refusal_has_its_status_and_the_pages_words(fake_page):
    fake_page.refusals["/lessons/3"] = [(409, "lesson 2 is running")]

    with pytest.raises(PageError, match=r"^lesson 2 is running$") as caught:
        PageClient(fake_page.url).begin(3)

    assert caught.value.status == 409


def test_a_page_that_is_not_there(nowhere):
    with pytest.raises(PageError, match=f"there is no live page at {nowhere}: ") as caught:
        PageClient(nowhere).state()

    assert caught.value.status == 0
