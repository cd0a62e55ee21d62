"""`JContainer`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JContainer.cs."""

from collections.abc import Iterator

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.newtonsoft.members.settings import MERGE_SETTINGS
from apim_lab.newtonsoft.merge import merge
from apim_lab.newtonsoft.navigation import descendants
from apim_lab.newtonsoft.sequences import tokens
from apim_lab.newtonsoft.tokens import JContainer, JToken, add_content, insert_content


def _descendants_and_self(token: JToken) -> Iterator[JToken]:
    yield token
    yield from descendants(token)


def _replace_all(owner: JContainer, content: object) -> None:
    owner.clear()
    add_content(owner, content)


_CONTAINER = Definition(
    "class JContainer : JToken, IList<JToken>",
    "Newtonsoft.Json.Linq.JContainer",
    python=JContainer,
    members={
        "int Count": len,
        "IEnumerable<JToken> Descendants()": lambda owner: tokens(lambda: descendants(owner)),
        "IEnumerable<JToken> DescendantsAndSelf()": lambda owner: tokens(lambda: _descendants_and_self(owner)),
        "void Add(object content)": add_content,
        "void AddFirst(object content)": lambda owner, content: insert_content(owner, 0, content),
        "void Merge(object content)": merge,
        f"void Merge(object content, {MERGE_SETTINGS} settings)": lambda owner, content, _: merge(owner, content),
        "void RemoveAll()": lambda owner: owner.clear(),
        "void ReplaceAll(object content)": _replace_all,
    },
)

DEFINITIONS = (_CONTAINER,)
