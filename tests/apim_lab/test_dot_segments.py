"""Dot segments of paths."""

import pytest

from apim_lab.dot_segments import remove_dot_segments


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/b/c/./../../g", "/a/g"),  # the example of RFC 3986, section 5.2.4
        # those of section 5.4, whose base is http://a/b/c/d;p?q, after the merge of section 5.2.3
        ("/b/c/./g", "/b/c/g"),
        ("/b/c/.", "/b/c/"),
        ("/b/c/./", "/b/c/"),
        ("/b/c/..", "/b/"),
        ("/b/c/../", "/b/"),
        ("/b/c/../g", "/b/g"),
        ("/b/c/../..", "/"),
        ("/b/c/../../g", "/g"),
        ("/b/c/../../../g", "/g"),
        ("/b/c/../../../../g", "/g"),
        ("/./g", "/g"),
        ("/../g", "/g"),
        ("/b/c/g.", "/b/c/g."),
        ("/b/c/.g", "/b/c/.g"),
        ("/b/c/g..", "/b/c/g.."),
        ("/b/c/..g", "/b/c/..g"),
        ("/b/c/g;x=1/./y", "/b/c/g;x=1/y"),
        ("/b/c/g;x=1/../y", "/b/c/y"),
        # section 6.2.2.2: an encoded dot is a dot
        ("/a/%2e%2E/b", "/b"),
        ("/a/.%2e/b", "/b"),
        ("/a/%2e/b", "/a/b"),
    ],
)
def test_they_are_removed(path, expected):
    assert remove_dot_segments(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/openai/deployments/gpt-3.5-turbo/chat/completions",
        "/a//b",
        "/models/meta%2Fllama",
        "/files/a..b",
        "/files/%2e.x",
        "/a/...",
        "/a;..b/c",
        "/C:\\x",
    ],
)
def test_every_other_path_stays_as_it_is(path):
    assert remove_dot_segments(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "/a/..%2fadmin",
        "/a/..%2Fadmin",
        "/a%2f..%2fadmin",
        "/a/%2e%2e%2fadmin",
        "/a/..%5cadmin",
        "/a\\..\\admin",
        "/a/..\\admin",
        "/a\\..",
        "/a%5C%2E%2E",
        "/a/..;/admin",
        "/a/..;x=1/admin",
        "/a/..%3b/admin",
    ],
)
def test_a_path_that_servers_read_differently_is_refused(path):
    with pytest.raises(ValueError, match=r"'\.\.' beside a backslash"):
        remove_dot_segments(path)
