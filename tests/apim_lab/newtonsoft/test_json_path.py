import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.newtonsoft.paths.json_path import select_token, select_tokens
from apim_lab.newtonsoft.text.parsing import parse_json, parse_object


@pytest.fixture(autouse=True)
def fresh() -> None:
    memory.start()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("usage.total_tokens", 12),
        ("$.usage.total_tokens", 12),
        ("['usage']['total_tokens']", 12),
        ("usage.nope.nope", None),
        ("usage.total_tokens.x", None),
        ("nothing", "null"),
    ],
)
def test_names_lead_to_a_member(path, expected):
    found = select_token(parse_json('{"usage": {"total_tokens": 12}, "nothing": null}'), path)

    assert ("null" if found.plain() is None else found.plain()) == expected if found else found is expected


def test_one_name_that_is_not_there_makes_no_tokens():
    read = parse_object('{"a": 1}')

    assert select_token(read, "b") is None
    assert read.raw == {"a": 1}


def test_a_path_that_looks_at_everything_for_every_token_ends():
    body = parse_json("[" + '{"a": [1, 2, {"b": 3}]},' * 2_000 + "1]")

    with pytest.raises(OutOfMemoryException):
        list(select_tokens(body, "$..[?($..a == 1)]"))
