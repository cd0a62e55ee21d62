"""Files that cannot be used, and where."""

from pathlib import Path

import pytest

from apim_lab.errors import DocumentError
from apim_lab.service.files import parse_json, parse_yaml, read_text

PATH = Path("file")


def test_text_is_read_without_its_byte_order_mark(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbftext")

    assert read_text(tmp_path / "a") == "text"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DocumentError, match="cannot read the file: No such file or directory"):
        read_text(tmp_path / "none")


def test_bytes_that_are_not_utf_8_have_a_place(tmp_path):
    (tmp_path / "a").write_bytes(b"ok\nab\xff")

    with pytest.raises(DocumentError, match=":2:3: expected UTF-8 text"):
        read_text(tmp_path / "a")


@pytest.mark.parametrize(
    ("parse", "text", "mistake"),
    [
        (lambda text: parse_yaml(PATH, text), "a: [", "file:1:5: not YAML: "),
        (lambda text: parse_yaml(PATH, text), "a: \x01", "file:1:1: not YAML: "),
        (lambda text: parse_yaml(PATH, text), "[" * 5000, "file:1:1: not YAML: "),
        (lambda text: parse_json(PATH, text), '{\n "a" 1}', "file:2:6: not JSON: "),
        (lambda text: parse_json(PATH, text), "[" * 100_000, "file:1:1: not JSON: nested too deeply"),
    ],
)
def test_what_does_not_parse_has_a_place(parse, text, mistake):
    with pytest.raises(DocumentError) as error:
        parse(text)

    assert str(error.value).startswith(mistake)
