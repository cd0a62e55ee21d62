"""`StringWriter`: what is written to it becomes a text. Source: dotnet/coreclr 3.1, StringWriter.cs, TextWriter.cs."""

from collections.abc import Callable, Sequence

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ObjectDisposedException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.text.composite_formats import format_all
from apim_lab.dotnet.text.encodings import UNICODE
from apim_lab.dotnet.text.string_builder import StringBuilder
from apim_lab.dotnet.text.string_builder_members import NEW_LINE
from apim_lab.dotnet.text.string_reader import checked_buffer
from apim_lab.dotnet.values import Convertible


class StringWriter(Convertible):
    """Writes into its own StringBuilder, or into a given one."""

    __slots__ = ("builder", "is_open", "new_line")

    def __init__(self) -> None:
        self.builder = StringBuilder()
        self.is_open = True
        self.new_line = NEW_LINE

    def text(self) -> str:
        return self.builder.text()

    def write(self, text: str) -> None:
        if not self.is_open:
            raise ObjectDisposedException("Cannot write to a closed TextWriter.")
        self.builder.append(text)

    def close(self) -> None:
        self.is_open = False

    def set_new_line(self, value: str | None) -> None:
        self.new_line = NEW_LINE if value is None else value


def _into(builder: StringBuilder | None) -> StringWriter:
    writer = StringWriter()
    writer.builder = given(builder, "sb", "Buffer cannot be null.")
    return writer


# ---- what is written ----------------------------------------------------------------------------------------------


def _of_array(buffer: Sequence[str] | None) -> str:
    return "".join(buffer or ())


def _of_slice(buffer: Sequence[str] | None, index: int, count: int) -> str:
    return "".join(checked_buffer(buffer, index, count)[index : index + count])


def _writing(text: Callable[..., str], *, line: bool) -> Callable[..., None]:
    def write(writer: StringWriter, *values: object) -> None:
        writer.write(text(*values) + writer.new_line * line)

    return write


_NUMBERS = ("decimal", "double", "float", "int", "long", "uint", "ulong")
_VALUES = ("bool", "char", *_NUMBERS, "object", "string", "StringBuilder")
_TEXTS: dict[str, Callable[..., str]] = {
    **{f"{keyword} value": to_string for keyword in _VALUES},
    "char[] buffer": _of_array,
    "char[] buffer, int index, int count": _of_slice,
    "string format, params object[] arg": format_all,
}

DEFINITIONS = (
    Definition(
        "class StringWriter",
        "System.IO.StringWriter",
        python=StringWriter,
        members={
            "new()": StringWriter,
            "new(StringBuilder sb)": _into,
            **{f"void Write({parameters})": _writing(text, line=False) for parameters, text in _TEXTS.items()},
            **{f"void WriteLine({parameters})": _writing(text, line=True) for parameters, text in _TEXTS.items()},
            "void WriteLine()": lambda writer: writer.write(writer.new_line),
            "Encoding Encoding": lambda _: UNICODE,
            "StringBuilder GetStringBuilder()": lambda writer: writer.builder,
            "string NewLine": lambda writer: writer.new_line,
            "string NewLine { set; }": StringWriter.set_new_line,
            "void Close()": StringWriter.close,
            "void Dispose()": StringWriter.close,
            "void Flush()": lambda _: None,
        },
    ),
)
