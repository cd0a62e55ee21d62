"""What must not be shown, and what an expression asks for."""

import hashlib
from base64 import b64encode

import pytest

from apim_lab.messages import Headers, Url
from apim_lab.tracing.masking import (
    Masker,
    Unmasked,
    caller_of,
    credential,
    is_secret,
    secrets_of,
    short_hash,
)

KEY = "c0ffee00c0ffee00c0ffee00"
MASK = f"#{hashlib.sha256(KEY.encode()).hexdigest()[:6]}"


# ---- hashes ------------------------------------------------------------------------------------------------------


def test_a_short_hash_is_the_beginning_of_the_sha256():
    assert short_hash(KEY) == hashlib.sha256(KEY.encode()).hexdigest()[:6]


@pytest.mark.parametrize("secret", ["", "é", "\udcff", "\udcff\ud800"])
def test_every_text_has_a_short_hash(secret):
    assert len(short_hash(secret)) == 6


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ([("api-key", "a"), ("Authorization", "Bearer b")], "a"),
        ([("Authorization", "Bearer b"), ("Ocp-Apim-Subscription-Key", "c")], "b"),
        ([("ocp-apim-subscription-key", "c")], "c"),
        ([("api-key", ""), ("Authorization", "b")], "b"),
    ],
)
def test_a_caller_is_known_by_the_first_key(headers, secret):
    assert caller_of(Headers(headers)) == short_hash(secret)


def test_a_caller_without_a_key_is_nobody():
    assert caller_of(Headers([("X-Key", "a")])) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Bearer a.b.c", "a.b.c"), ("Basic  YQ==", "YQ=="), ("abc", "abc"), ("a=1; b=2", "a=1; b=2"), ("", "")],
)
def test_the_scheme_is_no_part_of_a_credential(value, expected):
    assert credential(value) == expected


# ---- which are secret --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["api-key", "Authorization", "authorisation", "Cookie", "Set-Cookie", "access_token", "X-Auth", "client_secret", "sig",
     "code", "x-ms-client-principal", "passwd", "pwd", "x-session-id", "backendKey", "Ocp-Apim-Subscription-Key"],
)  # fmt: skip
def test_a_name_tells_that_a_value_is_secret(name):
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["api-version", "x-ratelimit-remaining-tokens", "max_tokens", "Author", ":authority", "backend-counter", "statuscode",
     "Content-Type", "design", ""],
)  # fmt: skip
def test_a_name_tells_that_a_value_is_none(name):
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("fields", "query", "expected"),
    [
        ([("api-key", "a")], "", {"a"}),
        ([("Authorization", "Bearer a")], "", {"Bearer a", "a"}),
        ([("Cookie", "a=longsecret; b=1")], "", {"a=longsecret; b=1", "longsecret"}),
        ([("Set-Cookie", "a=longsecret; Path=/longlonglong")], "", {"a=longsecret; Path=/longlonglong", "longsecret"}),
        (
            [("Authorization", f"Basic {b64encode(b'me:longsecret').decode()}")],
            "",
            {"Basic bWU6bG9uZ3NlY3JldA==", "bWU6bG9uZ3NlY3JldA==", "longsecret"},
        ),
        ([("Cookie", "plain; a=long=secret")], "", {"plain; a=long=secret", "long=secret"}),
        ([("Cookie", "x" * 60_000)], "", {"x" * 60_000}),  # would take minutes, were it searched again from each place
        ([("Authorization", "Basic a")], "", {"Basic a", "a"}),
        ([("Accept", "a")], "?api-version=1&subscription-key=a%20b&sig=", {"a b", ""}),
    ],
)
def test_the_secrets_of_a_message(fields, query, expected):
    found = set(secrets_of(fields, Url("http", "host", 80, "/", query)))

    assert {it for it in found if it not in {fields[0][1]}} | (expected & {fields[0][1]}) == expected


def test_an_answer_has_no_url():
    assert list(secrets_of([("Set-Cookie", "a")])) == ["a", "a"]


# ---- texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        (KEY, f"the key {KEY} is known", f"the key {MASK} is known"),
        (KEY, f"x{KEY}x{KEY}", f"x{MASK}x{MASK}"),
        (KEY, "nothing", "nothing"),
        ("any", "any company has many", f"#{short_hash('any')} company has many"),
        ("key", 'the api-key, "key"', f'the api-key, "#{short_hash("key")}"'),
        ("1", "counter 1", "counter 1"),
        ("", "", ""),
        (" ", "a b", "a b"),
        ("a'b c%dlong", "in a URL: a%27b%20c%25dlong", f"in a URL: #{short_hash("a'b c%dlong")}"),
        ("a'b c%dlong", "in a form: a%27b+c%25dlong", f"in a form: #{short_hash("a'b c%dlong")}"),
        ('"quoted"é', 'in JSON: \\"quoted\\"\\u00e9', f"in JSON: #{short_hash('"quoted"é')}"),
        (".*longlong", "all.longlong", "all.longlong"),
    ],
)  # fmt: skip
def test_a_secret_is_replaced_in_a_text(secret, text, expected):
    assert Masker([secret]).text(text) == expected


def test_the_longest_secret_goes_first():
    assert Masker([KEY, f"{KEY}{KEY}"]).text(KEY * 2) == f"#{short_hash(KEY * 2)}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to http://host/path?a=1&api-key=zz&b=2 now", f"to http://host/path?a=1&api-key=#{short_hash('zz')}&b=2 now"),
        ("http://host/#access_token=z%20z", f"http://host/#access_token=#{short_hash('z z')}"),
        ("http://host/?api%2Dk%65y=zz", f"http://host/?api%2Dk%65y=#{short_hash('zz')}"),
        ("a == b && key == c", "a == b && key == c"),
    ],
)
def test_a_query_in_a_text_is_masked_by_its_names(text, expected):
    assert Masker([]).text(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host/any?api-version=1", "http://host/any?api-version=1"),
        ("http://host/?key=it's%20%22it%22", f"http://host/?key=#{short_hash('it' + chr(39) + 's "it"')}"),
        ("http://host/?key=&b", "http://host/?key=&b"),
        (f"http://host/{KEY}?a={KEY}", f"http://host/{MASK}?a={MASK}"),
        ("http://host/?%6Bey=zz", f"http://host/?%6Bey=#{short_hash('zz')}"),
    ],
)
def test_a_url_is_masked(url, expected):
    assert Masker([KEY]).url(url) == expected


def test_a_source_has_a_short_secret_by_chance():
    masker = Masker(["any", KEY])

    assert masker.source(f'@(any == "{KEY}")') == f'@(any == "{MASK}")'


def test_fields_are_masked_by_their_names_and_their_values():
    masker = Masker([KEY])

    assert masker.fields([("X-Token", "a"), ("X-Copy", KEY), (KEY, "b"), ("api-key", "")]) == [
        ("X-Token", f"#{short_hash('a')}"),
        ("X-Copy", MASK),
        (MASK, "b"),
        ("api-key", ""),
    ]


def test_a_bearer_token_and_its_header_are_told_as_the_same():
    masker = Masker([f"Bearer {KEY}", KEY])

    assert masker.text(f"Bearer {KEY}") == masker.text(KEY) == masker.field("Authorization", f"Bearer {KEY}") == MASK


def test_unmasked_shows_everything():
    masker = Unmasked()
    url = f"http://host/?key={KEY}"

    assert (masker.text(url), masker.url(url), masker.source(url)) == (url, url, url)
    assert masker.fields([("api-key", KEY)]) == [("api-key", KEY)]
