"""`context` and everything that hangs on it. Source: api-management-policy-expressions.md, "Context variable"."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.exceptions import InvalidOperationException, NullReferenceException, OutOfMemoryException
from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.runtime.values import Array, Bytes, object_text
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.exceptions import KeyNotFoundException
from apim_lab.dotnet.text.searches import given
from apim_lab.dotnet.values import KeyValuePair, pairs
from apim_lab.errors import BodyTooLarge
from apim_lab.expressions.context import Api, LastError, Operation, ProxyRequestContext
from apim_lab.expressions.header_values import HeaderValues
from apim_lab.expressions.reads import URL_PART, Place
from apim_lab.messages import Body, Request, Response, Url
from apim_lab.newtonsoft.text.parsing import parse_array, parse_json, parse_object


def _inside(value: Any) -> Any:
    """The value for an expression: texts in code units."""
    return code_units(value) if value.__class__ is str else value


def _pairs(key: Type, value: Type) -> Callable[[Mapping[Any, Any]], list[KeyValuePair]]:
    enumerated = pairs(key, value)
    return lambda values: enumerated({name: _inside(item) for name, item in values.items()})


def _with_texts_inside(members: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rows with every property that is a text in code units."""
    return {row: _text(get) if row.startswith("string ") else get for row, get in members.items()}


def _text(get: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    return lambda owner: _inside(get(owner))


def _item(values: Mapping[str, Any], key: str) -> Any:
    try:
        value = values[key]
    except KeyError:
        raise KeyNotFoundException(given(key, "key")) from None
    return code_units(value) if value.__class__ is str else value  # spelled out: most expressions come here


def _try_item(values: Mapping[str, Any], key: str) -> tuple[bool, Any]:
    return given(key, "key") in values, _inside(values.get(key))


def _item_or_default(values: Mapping[str, Any] | None, key: str, default: Any = None) -> Any:
    if values is None:
        raise NullReferenceException
    return _inside(values.get(given(key, "key"), default))


def _joined(values: Mapping[str, Array] | None, name: str, default: str | None) -> str | None:
    """All values of a header or query parameter, joined by a comma."""
    if values is None:
        raise NullReferenceException
    given(name, "key")
    if isinstance(values, HeaderValues):
        found = values.joined(name)
    else:
        found = ",".join(values[name]) if name in values else None
    return default if found is None else code_units(found)


def _variable(type_: TypeArgument) -> Callable[[Mapping[str, Any] | None, str, Any], Any]:
    """`GetValueOrDefault<T>`: throws if the variable is of another type, as the page says."""
    cast = type_.cast

    def variable(variables: Mapping[str, Any] | None, name: str, default: Any) -> Any:
        if variables is None:
            raise NullReferenceException
        return cast(_inside(variables[name])) if given(name, "key") in variables else default

    return variable


_VARIABLES = "this IReadOnlyDictionary<string, object> variables, string name"
_LISTS = "this IReadOnlyDictionary<string, string[]> values, string name"
_PARAMETERS = "this IReadOnlyDictionary<string, string> parameters, string name"
_EXTENSIONS: Mapping[str, Callable[..., Any]] = {
    f"static object GetValueOrDefault({_VARIABLES})": _item_or_default,
    f"static T GetValueOrDefault<T>({_VARIABLES}, T defaultValue = default)": _variable,
    f"static string GetValueOrDefault({_LISTS}, string defaultValue = null)": _joined,
    f"static string GetValueOrDefault({_PARAMETERS}, string defaultValue = null)": _item_or_default,
}

_DICTIONARY = Definition(
    "interface IReadOnlyDictionary<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>",
    "System.Collections.Generic.IReadOnlyDictionary",
    python=dict,
    iterate=_pairs,
    selecting=frozenset({"this", "ContainsKey", "GetValueOrDefault", "TryGetValue"}),
    members={
        "TValue this[TKey key]": _item,
        "int Count": len,
        "bool ContainsKey(TKey key)": lambda values, key: given(key, "key") in values,
        "bool TryGetValue(TKey key, out TValue value)": _try_item,
        **_EXTENSIONS,
    },
)

_NO_BODY = (
    "The message has no body, or an earlier As<T>() without preserveContent: true has consumed it. "
    "(IMessageBody.As<{0}>)"
)


def _decoded(content: bytes) -> str:
    return code_units(content.decode("utf-8-sig", "replace"))


_BODY_AS: Mapping[str, Callable[[bytes], object]] = {
    "string": _decoded,
    "byte[]": Bytes,
    "JToken": lambda content: parse_json(_decoded(content)),
    "JObject": lambda content: parse_object(_decoded(content)),
    "JArray": lambda content: parse_array(_decoded(content)),
}


def _body_as(type_: TypeArgument) -> Callable[[Body, bool], object]:
    """`As<T>(preserveContent)`: throws when there is no body to read (set-body-policy.md), whatever T is."""
    read = _BODY_AS.get(str(type_))
    if read is None:
        raise UnsupportedType(f"The message body cannot be read as type '{type_}'")

    def body_as(body: Body, preserve: bool) -> object:
        if not (content := _content(body)):
            raise InvalidOperationException(_NO_BODY.format(type_))
        afford(len(content))
        return read(body.take(preserve=preserve))

    return body_as


def _content(body: Body) -> bytes:
    try:
        return body.content or b""
    except BodyTooLarge:
        raise OutOfMemoryException from None


def _body(message: Request | Response) -> Body | None:
    """Null where the sender sent none: policies guard with `Body?.As<string>(true)`."""
    body = message.body
    return None if body.is_original and not _content(body) else body


_BODY = Definition(
    "interface IMessageBody",
    "IMessageBody",
    python=Body,
    members={
        "T As<T>(bool preserveContent = false)": _body_as,
    },
)
_REQUEST = Definition(
    "interface IRequest",
    "IRequest",
    python=Request,
    observed={
        "Body": Place.REQUEST_BODY,
        "Headers": Place.HEADER,
        "IpAddress": Place.GATEWAY,
        "MatchedParameters": Place.PARAMETER,
        "Method": Place.METHOD,
        "OriginalUrl": Place.ORIGINAL_URL,
        "Url": Place.URL,
    },
    members=_with_texts_inside(
        {
            "IMessageBody Body": _body,
            "IReadOnlyDictionary<string, string[]> Headers": lambda request: HeaderValues(request.headers),
            "IReadOnlyDictionary<string, string> MatchedParameters": lambda request: request.matched_parameters,
            "IUrl OriginalUrl": lambda request: request.original_url,
            "IUrl Url": lambda request: request.url,
            "string IpAddress": lambda request: request.ip_address,
            "string Method": lambda request: request.method,
        }
    ),
)
_RESPONSE = Definition(
    "interface IResponse",
    "IResponse",
    python=Response,
    observed={
        "Body": Place.RESPONSE_BODY,
        "Headers": Place.HEADER,
        "StatusCode": Place.STATUS,
        "StatusReason": Place.REASON,
    },
    members=_with_texts_inside(
        {
            "IMessageBody Body": _body,
            "IReadOnlyDictionary<string, string[]> Headers": lambda response: HeaderValues(response.headers),
            "int StatusCode": lambda response: response.status_code,
            "string StatusReason": lambda response: response.status_reason,
        }
    ),
)
_URL = Definition(
    "interface IUrl",
    "IUrl",
    python=Url,
    observed={"Query": Place.QUERY, "QueryString": Place.QUERY}
    | dict.fromkeys(("Host", "Path", "Port", "Scheme"), URL_PART),
    members=_with_texts_inside(
        {
            "IReadOnlyDictionary<string, string[]> Query": lambda url: {
                name: Array(map(code_units, values)) for name, values in url.query.items()
            },
            "string Host": lambda url: url.host,
            "string Path": lambda url: url.path,
            "int Port": lambda url: url.port,
            "string QueryString": lambda url: url.query_string,
            "string Scheme": lambda url: url.scheme,
        }
    ),
)
_API = Definition(
    "interface IApi",
    "IApi",
    python=Api,
    members=_with_texts_inside(
        {
            "string Id": lambda api: api.id,
            "string Name": lambda api: api.name,
            "string Path": lambda api: api.path,
        }
    ),
)
_OPERATION = Definition(
    "interface IOperation",
    "IOperation",
    python=Operation,
    members=_with_texts_inside(
        {
            "string Id": lambda operation: operation.id,
            "string Method": lambda operation: operation.method,
            "string Name": lambda operation: operation.name,
            "string UrlTemplate": lambda operation: operation.url_template,
        }
    ),
)
_LAST_ERROR = Definition(
    "interface ILastError",
    "ILastError",
    python=LastError,
    observed={"Message": Place.ERROR}
    | dict.fromkeys(("Path", "PolicyId", "Reason", "Scope", "Section", "Source"), Place.GATEWAY),
    members=_with_texts_inside(
        {
            "string Message": lambda error: error.message,
            "string Path": lambda error: error.path,
            "string PolicyId": lambda error: error.policy_id,
            "string Reason": lambda error: error.reason,
            "string Scope": lambda error: error.scope,
            "string Section": lambda error: error.section,
            "string Source": lambda error: error.source,
        }
    ),
)


_CONTEXT = Definition(
    "interface IProxyRequestContext",
    "IProxyRequestContext",
    python=ProxyRequestContext,
    observed={
        "LastError": Place.ERROR,
        "Request": Place.MESSAGE,
        "Response": Place.MESSAGE,
        "Variables": Place.VARIABLE,
    }
    | dict.fromkeys(("Api", "Elapsed", "Operation", "RequestId", "Timestamp"), Place.GATEWAY),
    members={
        "DateTime Timestamp": lambda context: DateTime.of(context.timestamp),
        "Guid RequestId": lambda context: context.request_id,
        "IApi Api": lambda context: context.api,
        "ILastError LastError": lambda context: context.last_error,
        "IOperation Operation": lambda context: context.operation,
        "IReadOnlyDictionary<string, object> Variables": lambda context: context.variables,
        "IRequest Request": lambda context: context.request,
        "IResponse Response": lambda context: context.response,
        "TimeSpan Elapsed": lambda context: TimeSpan.of_seconds(context.elapsed),
    },
)


def _name_class(class_: type, name: str) -> None:
    """Let `ToString()` write the interface: what the class is called in Azure is not known."""
    object_text.register(class_, lambda _: name)


for _definition in (_API, _BODY, _CONTEXT, _LAST_ERROR, _OPERATION, _REQUEST, _RESPONSE):
    if _definition.python is not None:
        _name_class(_definition.python, _definition.name)

DEFINITIONS = (
    _API,
    _BODY,
    _CONTEXT,
    _DICTIONARY,
    _LAST_ERROR,
    _OPERATION,
    _REQUEST,
    _RESPONSE,
    _URL,
)
