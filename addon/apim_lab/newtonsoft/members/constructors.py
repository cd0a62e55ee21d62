"""`JConstructor`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JConstructor.cs."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.newtonsoft.members.making import copied
from apim_lab.newtonsoft.tokens import JConstructor, add_content


def _named(name: str | None) -> JConstructor:
    return JConstructor(given(name, "name"))


def _with_content(name: str | None, content: object) -> JConstructor:
    created = _named(name)
    add_content(created, content)
    return created


def _rename(owner: JConstructor, name: str | None) -> None:
    owner.name = name


_CONSTRUCTOR = Definition(
    "class JConstructor : JContainer",
    "Newtonsoft.Json.Linq.JConstructor",
    python=JConstructor,
    members={
        "new()": JConstructor,
        "new(JConstructor other)": copied,
        "new(string name)": _named,
        "new(string name, params object[] content)": _with_content,
        "new(string name, object content)": _with_content,
        "string Name": lambda owner: owner.name,
        "string Name { set; }": _rename,
    },
)

DEFINITIONS = (_CONSTRUCTOR,)
