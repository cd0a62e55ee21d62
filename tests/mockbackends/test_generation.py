import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockbackends.generation import estimate, generate, identifier, logprob, reply, tokens


@given(st.text())
def test_the_tokens_make_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@pytest.mark.parametrize(
    ("stop", "limit", "text", "reason"),
    [
        ((), None, "one two three", "stop"),
        (("two",), None, "one ", "stop"),
        (("three", " two"), None, "one", "stop"),
        (("four",), None, "one two three", "stop"),
        ((), 2, "one two", "length"),
        ((), 3, "one two three", "stop"),
        ((), 0, "", "length"),
        (("three",), 1, "one", "length"),
    ],
)
def test_a_text_ends_at_a_stop_sequence_or_the_limit(
    stop: tuple[str, ...], limit: int | None, text: str, reason: str
) -> None:
    generated = generate("one two three", stop, limit)

    assert (generated.text, generated.finish_reason) == (text, reason)


@pytest.mark.parametrize(
    ("stop", "limit", "azure", "text", "reason"),
    [
        ((), None, True, "one two ", "content_filter"),
        ((), None, False, "one two Trigger the output filter, three", "stop"),
        (("two",), None, True, "one ", "stop"),
        (("three",), None, True, "one two ", "content_filter"),
        ((), 2, True, "one two", "length"),
        ((), 3, True, "one two ", "content_filter"),
    ],
)
def test_the_content_filter_ends_a_text_before_its_phrase(
    stop: tuple[str, ...], limit: int | None, azure: bool, text: str, reason: str
) -> None:
    generated = generate("one two Trigger the output filter, three", stop, limit, azure=azure)

    assert (generated.text, generated.finish_reason) == (text, reason)


def test_all_choices_together_have_no_more_tokens_than_the_model() -> None:
    generated = generate("word " * 1000, choices=128)

    assert (len(generated.tokens), generated.finish_reason) == (128, "length")


@pytest.mark.parametrize(("texts", "count"), [([], 0), (["a"], 1), (["abcd"], 1), (["abc", "de"], 2)])
def test_four_characters_are_estimated_as_a_token(texts: list[str], count: int) -> None:
    assert estimate(texts) == count


@given(st.text(st.characters(exclude_categories=[])), st.integers(0, 20))
def test_a_logprob_is_that_of_a_probability(token: str, rank: int) -> None:
    assert -rank - 0.5 <= logprob(token, rank) <= -rank


def test_a_reply_repeats_a_part_of_a_long_question() -> None:
    assert len(reply("east", "x" * 1_000_000)) < 10_000


def test_an_id_follows_from_its_parts() -> None:
    assert identifier("a-", 1, "x") == identifier("a-", 1, "x")
    assert identifier("a-", 1, "x") != identifier("a-", 2, "x")
