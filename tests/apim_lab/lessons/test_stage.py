"""The stage: what a story can do, and what is told of it."""

import hashlib

import pytest

from apim_lab.lessons import stage as module
from apim_lab.lessons.client import ChatCall, Pending
from apim_lab.lessons.stage import Stage, StoryError


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVENT_TIMEOUT", 0)


def waiting(number: int, attempts: int, seconds: float | None = 10, key: str = "blue") -> dict[str, object]:
    wait = {"since": 0, "seconds": seconds} if seconds else None
    short = hashlib.sha256(key.encode()).hexdigest()[:6]
    return {"number": number, "key": short, "attempts": [{}] * attempts, "waiting": wait}


@pytest.fixture
def begun(stage: Stage) -> Stage:
    """A stage that blue has called on."""
    stage.call("blue")
    return stage


class TestTelling:
    def test_each_kind_of_step(self, stage: Stage, steps):
        stage.say("Look.")
        stage.do("Something.")
        stage.check("It holds", ok=True)

        assert steps == [
            {"kind": "say", "text": "Look.", "ok": None},
            {"kind": "do", "text": "Something.", "ok": None},
            {"kind": "check", "text": "It holds", "ok": True},
        ]
        assert stage.failures == 0

    def test_a_check_that_fails_is_counted_and_the_story_goes_on(self, stage: Stage, steps):
        stage.check("It holds", ok=False)

        assert steps[-1]["ok"] is False
        assert stage.failures == 1


class TestCalls:
    def test_a_call_tells_where_it_went(self, stage: Stage, texts):
        stage.calls("blue", 2)

        assert texts()[0] == "blue: openAiBackend1 200"
        assert str(texts()[1]).startswith("blue: openAiBackend1 429, Retry-After ")

    def test_a_connection_that_breaks_is_in_its_way(self, stage: Stage):
        stage.change("It breaks.", "openAiBackend1", faults=[{"fault": "cut"}])

        assert stage.way(stage.call("blue")) == [("openAiBackend1", 200)]

    def test_calls_that_are_begun_can_be_asked_for_later(self, stage: Stage):
        answers = [pending.answer() for pending in stage.begin("blue", "green")]

        assert [answer.key for answer in answers] == ["blue", "green"]
        assert sorted(answer.status for answer in answers) == [200, 429]

    def test_a_stream_tells_where_it_comes_from(self, stage: Stage, texts):
        streamed = stage.stream("blue")

        assert texts() == ["blue asks for a stream: openAiBackend1 200"]
        assert len(stage.attempts(streamed)) == 1
        assert streamed.rest()

    def test_an_answer_of_the_gateway_is_told_as_one(self, stage: Stage):
        answer = stage.call("blue")
        elsewhere = module.ChatAnswer("blue", "another mark", 429, {"retry-after": "7"})
        other_status = module.ChatAnswer("blue", answer.mark, 500, {})

        assert stage.describe(elsewhere) == "429 from the gateway itself, Retry-After 7"
        assert stage.describe(other_status) == "openAiBackend1 200 → 500 from the gateway"


class TestTheLab:
    def test_the_clock_is_the_pages(self, stage: Stage, fake_page, texts):
        stage.advance(10)

        assert fake_page.asked == [("POST", "/clock/advance", {"seconds": 10})]
        assert texts() == ["The clock jumps 10 s ahead."]

    def test_the_clock_jumps_to_a_moment(self, stage: Stage, fake_page, texts):
        fake_page.events = [{"lessons": [], "now": 1000.0}]
        stage.count_from_here()
        fake_page.events = [{"lessons": [], "now": 1020.0}]
        stage.advance_to(50)
        stage.advance_to(10)

        assert [body for _, _, body in fake_page.asked] == [{"seconds": 30.0}, {"seconds": 0}]
        assert texts() == ["The clock jumps to 50 s.", "The clock jumps to 10 s."]

    def test_a_change_of_the_fleet_is_told(self, stage: Stage, texts):
        stage.change("It throttles.", "openAiBackend1", faults=[{"fault": "throttle", "retry_after": 9}])

        assert texts() == ["It throttles."]
        assert stage.call("blue").retry_after == 9


class TestWhatHappened:
    def test_an_attempt_inside_the_told_wait_is_early(self, stage: Stage):
        stage.calls("blue", 3)

        assert stage.early_attempts() == 1

    def test_calls_of_others_are_not_judged(self, stage: Stage, mock_fleet):
        stage.calls("blue", 2)
        Pending(ChatCall(mock_fleet.urls["openAiBackend1"], "somebody", {})).answer()

        all_calls = stage.fleet.verdict()
        assert (stage.early_attempts(), stage.leaked_calls()) == (0, 1)
        assert (all_calls["early"], all_calls["leaked"]) == (1, 2)

    def test_a_cached_value_is_the_pages(self, stage: Stage, fake_page):
        fake_page.events = [{"lessons": [], "values": [{"key": "a", "value": "true"}]}]

        assert stage.cached_value("a") == "true"
        assert stage.cached_value("b") == ""

    def test_the_errors_of_a_call_are_in_its_trace(self, stage: Stage, fake_page):
        fake_page.answers["/traces/an-id"] = {"entries": [{"error": ""}, {"error": "Specified cast is not valid."}]}
        answer = module.ChatAnswer("blue", "", 500, {}, '{ "statusCode": 500, "activityId": "an-id" }')

        assert stage.errors(answer) == ["Specified cast is not valid."]

    def test_an_answer_without_an_activity_has_no_errors(self, stage: Stage):
        assert stage.errors(module.ChatAnswer("blue", "", 200, {})) == []


class TestWaiting:
    def test_it_ends_when_enough_calls_wait_after_so_many_attempts(self, begun: Stage, fake_page):
        fake_page.events = [
            {"calls": [waiting(1, 1), waiting(2, 2)]},
            {"limits": []},
            {"calls": [waiting(1, 2)]},
            {"not": "read any more"},
        ]

        begun.until_waiting(2, attempts=2)

    def test_calls_of_others_do_not_count(self, begun: Stage, fake_page):
        fake_page.events = [{"calls": [waiting(1, 1, key="somebody"), waiting(2, 1)]}]

        with pytest.raises(StoryError, match="no call waits"):
            begun.until_waiting(2)

    def test_a_call_that_goes_on_waits_no_more(self, begun: Stage, fake_page):
        fake_page.events = [{"calls": [waiting(1, 1)]}, {"calls": [waiting(1, 1, None), waiting(2, 1)]}]

        with pytest.raises(StoryError, match="no call waits"):
            begun.until_waiting(2)

    @pytest.mark.usefixtures("impatient")
    def test_it_is_given_up(self, stage: Stage, fake_page):
        fake_page.events = [{}] * 3

        with pytest.raises(StoryError, match="no call waits"):
            stage.until_waiting()

    @pytest.mark.usefixtures("impatient")
    def test_a_condition_that_never_holds_is_given_up(self, stage: Stage):
        with pytest.raises(StoryError, match="rain has not come"):
            stage.until(lambda: False, "rain")
