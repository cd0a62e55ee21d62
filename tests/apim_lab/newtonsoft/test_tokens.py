import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.csharp.runtime.values import Int64
from apim_lab.dotnet.exceptions import ArgumentException, JsonReaderException
from apim_lab.expressions import allow_list  # noqa: F401 - names the types
from apim_lab.newtonsoft.navigation import parent_of, path_of
from apim_lab.newtonsoft.text.json_reader import Token
from apim_lab.newtonsoft.text.parsing import parse_array, parse_json, parse_object
from apim_lab.newtonsoft.text.text_reader import TextReader
from apim_lab.newtonsoft.token_types import INTEGER, OBJECT
from apim_lab.newtonsoft.tokens import JArray, JObject, JProperty, JValue, add_content, iterate, write_json


@pytest.fixture(autouse=True)
def fresh() -> None:
    memory.start()


def test_a_text_becomes_tokens_level_by_level():
    read = parse_object('{"a": {"b": [1]}}')

    inner = read.members["a"]

    assert isinstance(inner, JObject)
    assert inner.raw == {"b": [1]}
    assert len(inner) == 1


def test_a_copy_of_what_was_read_and_its_original_are_independent():
    read = parse_object('{"a": [1, {"b": null}]}')
    copy = read.clone()

    add_content(copy.members["a"], 2)

    assert write_json(read, indented=False) == '{"a":[1,{"b":null}]}'
    assert write_json(copy, indented=False) == '{"a":[1,{"b":null},2]}'
    assert not copy.equals(read)


def test_integers_have_the_class_of_long():
    assert type(parse_json("5").plain()) is Int64


def test_a_property_is_one_object_as_long_as_it_stands_there():
    owner = parse_object('{"a": 1}')
    found = owner.property("a")

    owner.set("a", JValue(2))

    assert owner.property("a") is found
    assert parent_of(owner.members["a"]) is found
    assert found is not None
    assert found.value.plain() == 2


def test_a_property_that_was_taken_out_keeps_its_value():
    owner = parse_object('{"a": 1, "b": 2}')
    value = owner.members["a"]
    taken = owner.property("a")

    assert owner.remove_named("a")
    assert isinstance(taken, JProperty)
    assert taken.value is value
    assert parent_of(value) is taken
    assert taken.parent is None


def test_a_path_leads_from_the_root():
    read = parse_object('{"a b": {"c": [1, {"d\'e": 2}]}}')
    inner = read.members["a b"].members["c"].items[1]

    assert path_of(inner.members["d'e"]) == "['a b'].c[1]['d\\'e']"
    assert path_of(inner) == "['a b'].c[1]"
    assert path_of(read) == ""


def test_what_is_changed_is_not_enumerated_any_further():
    array = parse_array("[1, 2]")
    found = iterate(array, array.items)
    next(found)
    add_content(array, 3)

    with pytest.raises(Exception, match="Collection was modified"):
        next(found)


def test_a_member_is_added_once():
    owner = parse_object('{"a": 1}')

    with pytest.raises(ArgumentException, match="Can not add property a to"):
        owner.append(JProperty("a"))


@pytest.mark.parametrize(
    "text",
    [
        "[" + "1," * 2_200_000 + "1]",
        "[" + "[]," * 1_100_000 + "[]]",
        "[" + '{"a":1},' * 600_000 + "1]",
        "[" + "'a'," * 300_000 + "1]",
        "{" + ",".join(f"a{i}:1" for i in range(300_000)) + "}",
    ],
    ids=["numbers", "arrays", "objects", "single quotes", "names without quotes"],
)
def test_a_text_is_read_within_the_memory_of_an_evaluation(text):
    with pytest.raises(OutOfMemoryException):
        parse_json(text)


def test_a_long_text_with_little_structure_is_read():
    image = "x" * 20_000_000

    assert parse_object(f'{{"url": "{image}"}}').members["url"].plain() == image


def test_tokens_are_counted_when_they_are_made():
    array = parse_array("[" + "1," * 600_000 + "1]")

    with pytest.raises(OutOfMemoryException):
        array.at(0)


def test_copies_of_a_large_text_are_not_written_without_end():
    large = parse_json('["' + "x" * 10_000_000 + '"]')
    several = JArray()
    for _ in range(20):
        several.append(large.clone())

    with pytest.raises(OutOfMemoryException):
        write_json(several)


def test_an_array_read_by_the_text_reader_is_the_same_as_by_the_json_module():
    strict = '{"a": [1, 2.5, "x\\u00e9\\ud83d\\ude00", true, null, {}], "a2": -0, "a": [12345678901234567890]}'

    assert write_json(parse_json(strict)) == write_json(parse_json(f"{strict} // a comment"))


def test_the_text_reader_tells_tokens():
    reader = TextReader("{a: 1}")
    tokens = []
    while reader.read():
        tokens.append((reader.token, reader.value))

    assert tokens == [
        (Token.START_OBJECT, None),
        (Token.PROPERTY_NAME, "a"),
        (Token.INTEGER, 1),
        (Token.END_OBJECT, None),
    ]


def test_kinds():
    assert JObject().type is OBJECT
    assert JValue(1).type is INTEGER


def test_an_error_tells_where_it_is():
    with pytest.raises(JsonReaderException) as caught:
        parse_json('{"a": [1,\n  x')

    assert caught.value.message == (
        "Unexpected character encountered while parsing value: x. Path 'a[0]', line 2, position 2."
    )


@pytest.mark.parametrize("start", ["", "-", "1.", "."])
def test_a_very_long_text_that_is_no_number_is_read_in_linear_time(start):
    with pytest.raises(JsonReaderException, match="is not a valid number"):
        parse_json(f"[{start}{'1' * 300_000}e]")


def _together(work: Callable[[], object]) -> list[object]:
    """What two threads find that begin at the same time."""
    both = threading.Barrier(2)

    def begin(_: int) -> object:
        both.wait()
        return work()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(begin, range(2)))


@pytest.mark.parametrize("text", ['{"a": {"b": [1, 2]}}', '[{"a": 1}, 2, 3]'])
def test_two_threads_get_the_same_children(text: str) -> None:
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(50):
            tree = parse_json(text)
            first, second = _together(lambda tree=tree: (len(tree), list(tree.children()), write_json(tree)))

            assert first == second
    finally:
        sys.setswitchinterval(switching)
