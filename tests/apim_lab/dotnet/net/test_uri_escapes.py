"""Expected values: RFC 3986, and .NET on Windows for what the recorded tables (uri_members.jsonl) do not have."""

import pytest

from apim_lab.dotnet.net.uri_escapes import canonical, readable, unescape_data


@pytest.mark.parametrize(
    ("part", "expected"),
    [("/%7Ea", "/~a"), ("/%2f", "/%2f"), ("/%c3%a9", "/%C3%A9"), ("/é", "/%C3%A9"), ("/%e9x", "/%e9x"), ("/%", "/%25")],
)
def test_letters_need_no_escape_and_others_keep_theirs(part, expected):
    assert canonical(part) == expected


@pytest.mark.parametrize(("part", "expected"), [("%20%C3%A9", " é"), ("%26%2F%00", "%26%2F%00"), ("%(", "%25(")])
def test_people_read_letters_and_spaces(part, expected):
    assert readable(part) == expected


def test_what_is_no_utf8_stays_escaped():
    assert unescape_data("%c3%41%F0%9F%98%80") == "%C3A\ud83d\ude00"
