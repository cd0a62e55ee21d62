import pytest

from mockbackends.backend import Backend


@pytest.mark.parametrize(
    ("text", "backend"),
    [
        ("east=5001", Backend("east", 5001)),
        ("east=0,rpm=6", Backend("east", 0, rpm=6)),
        (
            "east=1,rpm=6,window=1,latency-ms=2.5,token-ms=3,key=k=1,fault=cut",
            Backend("east", 1, rpm=6, window=1, latency_ms=2.5, token_ms=3, key="k=1", fault="cut"),
        ),
    ],
)
def test_a_backend_is_read_from_its_option(text: str, backend: Backend) -> None:
    assert Backend.parse(text) == backend


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "does not start with NAME=PORT"),
        ("east", "does not start with NAME=PORT"),
        ("=5001", "does not start with NAME=PORT"),
        ("a/b=6072", "'a/b' is not a name"),
        ("東京=6072", "'東京' is not a name"),
        ("east\n=6072", "is not a name"),
        ("east=", "'' is not a port"),
        ("east=x", "'x' is not a port"),
        ("east=65536", "'65536' is not a port"),
        ("east=-1", "'-1' is not a port"),
        ("east=1,rpm=0", "'0' is not a number of requests"),
        ("east=1,rpm=1.5", "'1.5' is not a number of requests"),
        ("east=1,window=0", "'0' is not a number of seconds"),
        ("east=1,window=nan", "'nan' is not a number of seconds"),
        ("east=1,latency-ms=inf", "'inf' is not a number of milliseconds"),
        ("east=1,token-ms=-1", "'-1' is not a number of milliseconds"),
        ("east=1,key=", "at least one character"),
        ("east=1,fault=fire", "choose one of unavailable, error, throttle, timeout, slow, stall, "),
        ("east=1,rmp=6", "write one of rpm, window, latency-ms, token-ms, key, fault"),
        ("east=1,rpm", "'rpm' is not a setting"),
    ],
)
def test_an_option_that_is_no_backend_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="^.*" + message):
        Backend.parse(text)
