"""`IMessageBody`: the body of a request or answer. Source: api-management-policy-expressions.md, set-body-policy.md."""

from collections.abc import Callable, Mapping

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.exceptions import InvalidOperationException, OutOfMemoryException
from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.xml.parsing import parse_document, parse_element
from apim_lab.errors import BodyTooLarge
from apim_lab.expressions.context_members.forms import read_form
from apim_lab.messages import Body, Request, Response
from apim_lab.newtonsoft.text.parsing import parse_array, parse_json, parse_object

_NO_BODY = (
    "The message has no body, or an earlier As<T>() without preserveContent: true has consumed it. "
    "(IMessageBody.As<{0}>)"
)


def _decoded(content: bytes) -> str:
    return code_units(content.decode("utf-8-sig", "replace"))


_READERS: Mapping[str, Callable[[bytes], object]] = {
    "string": _decoded,
    "byte[]": Bytes,
    "JToken": lambda content: parse_json(_decoded(content)),
    "JObject": lambda content: parse_object(_decoded(content)),
    "JArray": lambda content: parse_array(_decoded(content)),
    "XDocument": lambda content: parse_document(_decoded(content)),
    "XElement": lambda content: parse_element(_decoded(content)),
    "XNode": lambda content: parse_element(_decoded(content)),
}
"""What reads a body as a type."""


def _body_as(type_: TypeArgument) -> Callable[[Body, bool], object]:
    """`As<T>(preserveContent)`: throws when there is no body to read (set-body-policy.md), whatever T is."""
    read = _READERS.get(str(type_))
    if read is None:
        raise UnsupportedType(f"The message body cannot be read as type '{type_}'")

    def body_as(body: Body, preserve: bool) -> object:
        if not (content := _content(body)):
            raise InvalidOperationException(_NO_BODY.format(type_))
        afford(len(content))
        return read(body.take(preserve=preserve))

    return body_as


def _form_of(body: Body, preserve: bool) -> Dictionary:
    """`AsFormUrlEncodedContent(preserveContent)`."""
    if not (content := _content(body)):
        raise InvalidOperationException(_NO_BODY.format("FormUrlEncodedContent"))
    afford(len(content))
    return read_form(_decoded(body.take(preserve=preserve)))


def _content(body: Body) -> bytes:
    try:
        return body.content or b""
    except BodyTooLarge:
        raise OutOfMemoryException from None


def body_of(message: Request | Response) -> Body | None:
    """Null where the sender sent none: policies guard with `Body?.As<string>(true)`."""
    body = message.body
    return None if body.is_original and not _content(body) else body


DEFINITION = Definition(
    "interface IMessageBody",
    "IMessageBody",
    python=Body,
    members={
        "IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)": _form_of,
        "T As<T>(bool preserveContent = false)": _body_as,
    },
)
