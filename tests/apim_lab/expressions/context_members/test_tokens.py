"""Tokens and credentials that expressions read: `AsJwt`, which verifies nothing, and `AsBasic`."""

import base64
import json

import pytest

from apim_lab.expressions.context_members.json_web_tokens import read_jwt
from tests import oracle

test_agrees = oracle.table(__file__, "tokens.jsonl")


def token(payload: str, header: str = "{}") -> str:
    parts = (base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (header, payload))
    return ".".join([*parts, "c2ln"])


@pytest.mark.parametrize(
    ("claim", "texts"),
    [
        ('"text"', ["text"]),
        ('"2026-01-15T10:30:05Z"', ["2026-01-15T10:30:05Z"]),
        ('""', [""]),
        ("null", [""]),
        ("true", ["true"]),
        ("12", ["12"]),
        ("1.50", ["1.50"]),
        ("1e2", ["1e2"]),
        ("[]", []),
        ('["a", 1, true, null]', ["a", "1", "true", ""]),
        ('{"a": [1, "b", {"c": null}]}', ['{"a":[1,"b",{"c":null}]}']),
        ('"\\ud83d\\ude00"', ["\ud83d\ude00"]),
    ],
)
def test_a_claim_is_an_array_of_texts(claim, texts):
    read = read_jwt(token(f'{{"x": {claim}}}'))

    assert read is not None
    assert list(read.claims["x"]) == texts


def test_of_two_claims_with_one_name_the_last_counts():
    assert list(read_jwt(token('{"a": 1, "a": 2}')).claims["a"]) == ["2"]


@pytest.mark.parametrize(
    "payload",
    [
        '{"exp": "soon"}',
        '{"exp": {}}',
        '{"nbf": 1e400}',
        '{"iat": -1}',
        '{"iat": NaN}',
        '{"x": ',
        "[" * 100_000,
        "{'a': 1}",
    ],
)
def test_what_is_no_token_is_none(payload):
    assert read_jwt(token(payload)) is None


def test_a_time_may_be_a_text(evaluate):
    text = token(json.dumps({"exp": "1768473005"}))

    assert (
        evaluate('@(((string)context.Variables["t"]).AsJwt().ExpirationTime?.ToString("u"))', t=text)
        == "2026-01-15 10:30:05Z"
    )


def test_nothing_is_verified(evaluate):
    expired = token('{"sub": "s", "exp": 1}', '{"alg": "none"}')

    assert evaluate('@(((string)context.Variables["t"]).AsJwt().Subject)', t=expired) == "s"
