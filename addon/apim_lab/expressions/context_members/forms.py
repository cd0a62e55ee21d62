"""Forms: `AsFormUrlEncodedContent()` of a body, and the text of one.

Source: api-management-policy-expressions.md, "Context variable".
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.code_units import characters, code_units
from apim_lab.csharp.runtime.memory import allocate
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import STRING, Type
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.collections.dictionary_interface import as_dictionary
from apim_lab.dotnet.collections.lists import List

_LIBRARY = Library([])
"""What a dictionary asks for the defaults of its types: these have none but null."""
_TEXT = TypeArgument(_LIBRARY, STRING)
_TEXTS = TypeArgument(_LIBRARY, Type("IList", (STRING,), "System.Collections.Generic.IList"))


def read_form(text: str) -> Dictionary:
    """The fields of `a=1&b=2&a=3` as an `IDictionary<string, IList<string>>`."""
    allocate(len(text))
    found = Dictionary(_TEXT, _TEXTS)
    for name, value in parse_qsl(characters(text, "replace"), keep_blank_values=True):
        key = code_units(name)
        if key not in found:
            found.add(key, List(_TEXT))
        found[key].add(code_units(value))
    return found


def write_form(form: Any) -> str | None:
    """`a=1&a=3&b=2`; null for no form, and for one without fields."""
    if form is None:
        return None
    written = "&".join(_fields(as_dictionary(form)))
    allocate(len(written))
    return written or None


def _fields(form: Any) -> Iterator[str]:
    for name, values in form.items():
        for value in values:
            yield f"{_escaped(name)}={_escaped(value or '')}"


def _escaped(text: str) -> str:
    return quote(characters(text, "replace"), safe="")


def _query(form: Any) -> str | None:
    written = write_form(form)
    return f"?{written}" if written else None


_FORM = "this IDictionary<string, IList<string>> form"

DEFINITION = Definition(
    "static class FormExtensions",
    "FormExtensions",
    members={
        f"static string ToFormUrlEncodedContent({_FORM})": write_form,
        f"static string ToQueryString({_FORM})": _query,
    },
)
