"""Headers, bodies and URLs."""

import pytest

from apim_lab.messages import Body, Headers, Request, Url


class TestHeaders:
    def test_names_compare_without_case_and_keep_theirs(self):
        headers = Headers([("X-A", "1"), ("x-a", "2"), ("B", "3")])

        assert headers.get_all("x-A") == ["1", "2"]
        assert headers.get("X-a") == "1,2"
        assert "b" in headers
        assert headers.get("c") is None

    def test_setting_replaces_the_field_where_it_stands(self):
        headers = Headers([("A", "1"), ("B", "2"), ("a", "3")])
        headers.set("a", "4", "5")
        headers.set("C", "6")

        assert headers.fields == [("a", "4"), ("a", "5"), ("B", "2"), ("C", "6")]

    def test_a_copy_is_independent(self):
        headers = Headers([("A", "1")])
        headers.copy().remove("A")

        assert headers.fields == [("A", "1")]


class TestBody:
    def test_reading_consumes_unless_it_is_preserved(self):
        body = Body(b"text", is_original=True)

        assert body.take(preserve=True) == b"text"
        assert body.is_original
        assert body.take(preserve=False) == b"text"
        assert body.content == b""
        assert not body.is_original

    def test_none_means_that_it_has_not_arrived(self):
        assert not Body(None).has_arrived
        assert Body(b"").has_arrived

    def test_it_is_decoded_when_it_is_read(self):
        read = []
        body = Body(is_original=True)
        body.arrive(lambda: read.append(True) or b"text", 4)

        assert body.has_arrived
        assert read == []
        assert (body.content, body.content) == (b"text", b"text")
        assert read == [True]


class TestUrl:
    @pytest.mark.parametrize(
        ("text", "port", "authority", "target"),
        [
            ("https://host/a?b=c", 443, "host", "/a?b=c"),
            ("http://host:8080", 8080, "host:8080", "/"),
            ("https://host:443/", 443, "host", "/"),
            ("http://[::1]:80/a", 80, "[::1]", "/a"),
            ("http://host/a/../b?c=/../d", 80, "host", "/b?c=/../d"),
        ],
    )
    def test_a_url_is_parsed(self, text, port, authority, target):
        url = Url.parse(text)

        assert (url.port, url.authority, url.target) == (port, authority, target)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "host/path",
            "ftp://host",
            "http://",
            "http:///path",
            "http://host:port",
            "http://host:0",
            "http://h/..%2fa",
        ],
    )
    def test_what_is_no_url_is_refused(self, text):
        with pytest.raises(ValueError, match=r"not an absolute|Port could not be cast|port 0|beside a backslash"):
            Url.parse(text)

    def test_query_parameters_keep_all_their_values(self):
        assert Url.parse("http://h/?a=1&b=&a=%20x").query == {"a": ["1", " x"], "b": [""]}

    def test_joining_puts_a_path_behind_the_base(self):
        base = Url.parse("http://host/openai/")

        assert str(base.join("/chat", "?x=1")) == "http://host/openai/chat?x=1"


def test_a_request_remembers_its_original_url():
    request = Request("GET", Url.parse("http://gateway/a"))
    request.url = Url.parse("http://backend/b")

    assert str(request.original_url) == "http://gateway/a"
