"""The client: whole answers, streams, and what is not there."""

import pytest

from apim_lab.lessons.client import ChatCall, Pending, Streamed, UnreachableError
from apim_lab.lessons.stage import Stage


class TestAnAnswer:
    def test_it_tells_its_backend_and_nothing_to_wait_for(self, mock_fleet):
        answer = Pending(ChatCall(mock_fleet.urls["openAiBackend1"], "blue", {})).answer()

        assert (answer.status, answer.backend, answer.retry_after) == (200, "openAiBackend1", 0)
        assert "Hello from blue" in answer.text

    def test_a_429_tells_how_long_to_wait(self, stage: Stage):
        stage.call("blue")

        assert 1 <= stage.call("blue").retry_after <= 10

    def test_two_calls_have_different_marks(self, mock_fleet):
        first, second = (ChatCall(mock_fleet.urls["openAiBackend1"], "blue", {}) for _ in range(2))

        assert first.mark != second.mark


class TestAGatewayThatIsNotThere:
    def test_a_call_says_so(self, nowhere: str):
        with pytest.raises(UnreachableError, match="blue got no answer"):
            Pending(ChatCall(nowhere, "blue", {})).answer()

    def test_a_stream_says_so(self, nowhere: str):
        with pytest.raises(UnreachableError, match="does not answer"):
            Streamed(ChatCall(nowhere, "blue", {}, stream=True))


class TestAStream:
    def test_its_words_come_one_by_one(self, mock_fleet):
        streamed = Streamed(ChatCall(mock_fleet.urls["openAiBackend1"], "blue", {}, stream=True))

        assert [streamed.next_word(), streamed.next_word()] == ["This", " is"]
        assert "Hello from blue" in streamed.rest()
        assert streamed.is_complete
        assert streamed.next_word() == ""

    @pytest.mark.parametrize("fault", ["cut", "unfinished"])
    def test_one_that_breaks_off_is_not_complete(self, mock_fleet, mock_control, fault):
        mock_control.change("openAiBackend1", faults=[{"fault": fault}])
        streamed = Streamed(ChatCall(mock_fleet.urls["openAiBackend1"], "blue", {}, stream=True))

        assert streamed.rest() == "This is"
        assert not streamed.is_complete
