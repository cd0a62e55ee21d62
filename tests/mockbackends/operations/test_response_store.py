import pytest

from mockbackends.operations.response_store import MAX_BYTES, MAX_RESPONSES, ResponseStore, StoredResponse

SMALL = StoredResponse(b"{}", b"[]")


def test_a_response_is_found_until_it_is_deleted() -> None:
    kept = ResponseStore()
    kept.keep("a", SMALL)

    assert kept.find("a") is SMALL
    assert (kept.delete("a"), kept.delete("a")) == (True, False)
    assert kept.find("a") is None


@pytest.mark.parametrize(
    ("number", "response"), [(MAX_RESPONSES, SMALL), (4, StoredResponse(b"x" * (MAX_BYTES // 4), b""))]
)
def test_the_oldest_response_is_forgotten_first(number: int, response: StoredResponse) -> None:
    kept = ResponseStore()
    for index in range(number):
        kept.keep(str(index), response)
    assert kept.find("0")

    kept.keep("0", response)  # again: now it is the newest
    kept.keep("last", response)

    assert (kept.find("0"), kept.find("1"), kept.find("last")) == (response, None, response)


def test_a_response_that_is_too_large_is_not_kept_and_leaves_the_others_alone() -> None:
    kept = ResponseStore()
    kept.keep("small", SMALL)

    kept.keep("a", StoredResponse(b"x" * MAX_BYTES, b"x"))

    assert (kept.find("a"), kept.find("small")) == (None, SMALL)


def test_a_response_that_has_become_too_large_is_forgotten() -> None:
    kept = ResponseStore()
    kept.keep("a", SMALL)

    kept.keep("a", StoredResponse(b"x" * MAX_BYTES, b"x"))

    assert kept.find("a") is None


def test_what_is_deleted_leaves_room() -> None:
    kept = ResponseStore()
    half = StoredResponse(b"x" * (MAX_BYTES // 2), b"")
    for id_ in ("a", "b"):
        kept.keep(id_, half)
    kept.delete("b")

    kept.keep("c", half)

    assert kept.find("a") is half
