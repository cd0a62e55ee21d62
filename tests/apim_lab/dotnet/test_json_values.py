import pytest

from apim_lab.csharp.values import Array, Char, Int64
from apim_lab.dotnet.exceptions import ArgumentException, JsonReaderException
from apim_lab.dotnet.json_values import (
    JArray,
    JObject,
    JProperty,
    JValue,
    index_token,
    parse_array,
    parse_json,
    parse_object,
    select_token,
    set_token,
    to_token,
    token_type,
    write_json,
)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("{}", "Object"),
        ("[]", "Array"),
        ("1", "Integer"),
        ("1.5", "Float"),
        ("1e3", "Float"),
        ('"a"', "String"),
        ("true", "Boolean"),
        ("null", "Null"),
    ],
)
def test_token_types(text, type_):
    assert token_type(parse_json(text)) == type_


def test_integers_are_int64():
    assert type(parse_json("5").plain()) is Int64


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Error reading JToken from JsonReader. Path '', line 0, position 0."),
        ("nope", "Unexpected character encountered while parsing value: n. Path '', line 1, position 1."),
        ("{} x", "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 4."),
        ('{"a":', "Unexpected end of content. Path '', line 1, position 6."),
        ("[" * 66 + "]" * 66, "The reader's MaxDepth of 64 has been exceeded."),
        ("[" * 100_000, "The reader's MaxDepth of 64 has been exceeded."),
    ],
)
def test_what_is_no_json(text, message):
    with pytest.raises(JsonReaderException) as caught:
        parse_json(text)

    assert caught.value.message == message


def test_an_object_and_an_array_are_asked_for_by_name():
    with pytest.raises(JsonReaderException, match="not an object: StartArray"):
        parse_object("[]")
    with pytest.raises(JsonReaderException, match="not an array: StartObject"):
        parse_array("{}")
    with pytest.raises(JsonReaderException, match="not an object: String"):
        parse_object('"a"')


def test_writing_keeps_order_and_unicode():
    text = '{"b":"ä","a":[1,2.0,null,true]}'

    assert write_json(parse_json(text), indented=False) == text


def test_a_token_that_has_a_parent_is_copied():
    first, second = parse_object('{"x": {"y": 1}}'), JObject()
    second.set("x", first.members["x"])
    set_token(second.members["x"], "y", JValue(2))

    assert write_json(first, indented=False) == '{"x":{"y":1}}'
    assert write_json(second, indented=False) == '{"x":{"y":2}}'


def test_a_member_is_added_once():
    owner = parse_object('{"a": 1}')

    with pytest.raises(ArgumentException, match="Can not add property a to"):
        owner.add("a", JValue(2))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("usage.total_tokens", "12"),
        ("$.usage.total_tokens", "12"),
        ("choices[1].text", "b"),
        ("choices[0]['text']", "a"),
        ("['a b']", "x"),
        ("choices[5]", None),
        ("nope.nope", None),
        ("usage[0]", None),
        ("usage.total_tokens.x", None),
    ],
)
def test_select_token(path, expected):
    token = parse_json('{"usage": {"total_tokens": 12}, "choices": [{"text": "a"}, {"text": "b"}], "a b": "x"}')
    found = select_token(token, path)

    assert (None if found is None else str(found.plain())) == expected


def test_a_path_that_is_none():
    with pytest.raises(JsonReaderException, match="Unexpected character while parsing path"):
        select_token(parse_json("{}"), "a[?(@.b)]")


def test_indexing():
    owner, array = parse_json('{"a": 1}'), parse_json("[1, 2]")

    assert index_token(owner, "a").plain() == 1
    assert index_token(owner, "b") is None
    assert index_token(array, 1).plain() == 2
    with pytest.raises(ArgumentException):
        index_token(array, 2)
    with pytest.raises(ArgumentException):
        index_token(owner, 0)


def test_values_become_tokens():
    assert [token_type(to_token(v)) for v in (1, "a", Char("c"), 1.5, True, None)] == [
        "Integer",
        "String",
        "String",
        "Float",
        "Boolean",
        "Null",
    ]
    assert write_json(to_token(Array(["a", "b"])), indented=False) == '["a","b"]'
    with pytest.raises(ArgumentException):
        to_token(object())


def test_copies_are_equal_and_independent():
    token = parse_json('{"a": [1, {"b": null}]}')
    copy = token.clone()

    assert copy.same(token)
    copy.members["a"].append(JValue(1))
    assert not copy.same(token)


def test_a_property_is_written_with_its_name():
    assert write_json(JProperty("a", JArray())) == '"a": []'
