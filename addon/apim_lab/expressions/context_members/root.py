"""`context` itself. Source: api-management-policy-expressions.md, "Context variable"."""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.expressions.context import ProxyRequestContext
from apim_lab.expressions.reads import Place

_GRAPHQL = Definition(
    "interface IGraphQL",
    "IGraphQL",
    members={
        "IGraphQLDataObject GraphQLArguments": lambda graphql: graphql.arguments,
        "IGraphQLDataObject Parent": lambda graphql: graphql.parent,
    },
)
_GRAPHQL_DATA = Definition("interface IGraphQLDataObject", "IGraphQLDataObject")

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
    | dict.fromkeys(
        (
            "Api",
            "Backend",
            "Deployment",
            "Elapsed",
            "GraphQL",
            "Operation",
            "Product",
            "RequestId",
            "Timestamp",
            "Tracing",
            "Workspace",
        ),
        Place.GATEWAY,
    )
    | dict.fromkeys(("Subscription", "User"), Place.PRIVATE),
    members={
        "DateTime Timestamp": lambda context: DateTime.of(context.timestamp),
        "Guid RequestId": lambda context: context.request_id,
        "IApi Api": lambda context: context.api,
        "IBackend Backend": lambda context: context.chosen_backend,
        "IDeployment Deployment": lambda context: context.deployment,
        "IGraphQL GraphQL": lambda _: None,
        "ILastError LastError": lambda context: context.last_error,
        "IOperation Operation": lambda context: context.operation,
        "IProduct Product": lambda context: context.caller.product,
        "IReadOnlyDictionary<string, object> Variables": lambda context: context.variables,
        "IRequest Request": lambda context: context.request,
        "IResponse Response": lambda context: context.response,
        "ISubscription Subscription": lambda context: context.caller.subscription,
        "IUser User": lambda context: context.caller.user,
        "IWorkspace Workspace": lambda context: context.api and context.api.workspace,
        "TimeSpan Elapsed": lambda context: TimeSpan.of_seconds(context.elapsed),
        "bool Tracing": lambda context: context.is_traced,
        "void Trace(string message)": lambda context, message: context.tell(message or ""),
    },
)
DEFINITIONS = (_CONTEXT, _GRAPHQL, _GRAPHQL_DATA)
