"""`IRequest`, `IResponse` and `IUrl`. Source: api-management-policy-expressions.md, "Context variable"."""

from apim_lab.csharp.runtime.code_units import code_units
from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.expressions.context_members.bodies import body_of
from apim_lab.expressions.context_members.header_values import HeaderValues
from apim_lab.expressions.context_members.texts import inside, with_texts_inside
from apim_lab.expressions.reads import URL_PART, Place
from apim_lab.messages import Request, Response, Url

_REQUEST = Definition(
    "interface IRequest",
    "IRequest",
    python=Request,
    observed={
        "Body": Place.REQUEST_BODY,
        "Certificate": Place.GATEWAY,
        "Headers": Place.HEADER,
        "IpAddress": Place.GATEWAY,
        "MatchedParameters": Place.PARAMETER,
        "Method": Place.METHOD,
        "OriginalUrl": Place.ORIGINAL_URL,
        "PrivateEndpointConnection": Place.GATEWAY,
        "Url": Place.URL,
    },
    members=with_texts_inside(
        {
            "IMessageBody Body": body_of,
            "IPrivateEndpointConnection PrivateEndpointConnection": lambda _: None,
            "IReadOnlyDictionary<string, string[]> Headers": lambda request: HeaderValues(request.headers),
            "IReadOnlyDictionary<string, string> MatchedParameters": lambda request: request.matched_parameters,
            "IUrl OriginalUrl": lambda request: request.original_url,
            "IUrl Url": lambda request: request.url,
            "string IpAddress": lambda request: request.ip_address,
            "string Method": lambda request: request.method,
            "X509Certificate2 Certificate": lambda _: None,  # no client shows one to the gateway
        }
    ),
)
_PRIVATE_ENDPOINT = Definition(
    "interface IPrivateEndpointConnection",
    "IPrivateEndpointConnection",
    members={
        "string GroupId": lambda connection: connection.group_id,
        "string MemberName": lambda connection: connection.member_name,
        "string Name": lambda connection: connection.name,
    },
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
    members=with_texts_inside(
        {
            "IMessageBody Body": body_of,
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
    members=with_texts_inside(
        {
            "IReadOnlyDictionary<string, string[]> Query": lambda url: {
                inside(name): Array(map(code_units, values)) for name, values in url.query.items()
            },
            "string Host": lambda url: url.host,
            "string Path": lambda url: url.path,
            "int Port": lambda url: url.port,
            "string QueryString": lambda url: url.query_string,
            "string Scheme": lambda url: url.scheme,
        }
    ),
)
DEFINITIONS = (_REQUEST, _PRIVATE_ENDPOINT, _RESPONSE, _URL)
