"""Files that cannot be used, and where."""

import os
import sys
from pathlib import Path

import pytest

from apim_lab.errors import DocumentError
from apim_lab.service.files import MAX_FILE_SIZE, parse_json, parse_yaml, read_text

PATH = Path("file")


def test_text_is_read_without_its_byte_order_mark(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbftext")

    assert read_text(tmp_path / "a") == "text"


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DocumentError, match="cannot read the file: No such file or directory"):
        read_text(tmp_path / "none")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a")

    with pytest.raises(DocumentError, match=r"a:1:1: cannot read the file: expected a regular file"):
        read_text(tmp_path / "a")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_link_to_a_device_is_no_file(tmp_path):
    (tmp_path / "a").symlink_to("/dev/zero")

    with pytest.raises(DocumentError, match=r"a:1:1: cannot read the file: expected a regular file"):
        read_text(tmp_path / "a")


def test_a_file_has_a_largest_size(tmp_path):
    (tmp_path / "a").write_bytes(b"a" * MAX_FILE_SIZE)
    (tmp_path / "b").write_bytes(b"a" * (MAX_FILE_SIZE + 1))

    assert len(read_text(tmp_path / "a")) == MAX_FILE_SIZE
    with pytest.raises(DocumentError, match="b:1:1: the file has more than 8388608 bytes"):
        read_text(tmp_path / "b")


def test_lines_end_alike_on_all_systems(tmp_path):
    (tmp_path / "a").write_bytes(b"1\r\n2\r3\n")

    assert read_text(tmp_path / "a") == "1\n2\n3\n"


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
