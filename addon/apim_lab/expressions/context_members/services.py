"""The types behind `context.Api`, `Product`, `Subscription`, `User`, `Deployment`, `Backend` and `LastError`.

Source: api-management-policy-expressions.md, "Context variable". `Backend.Type` is a text, as in Microsoft's policy
toolkit; `SubscriptionLimit` is what the page called `SubscriptionsLimit` before.
"""

from apim_lab.csharp.runtime.values import Array
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.expressions import entities
from apim_lab.expressions.context_members.texts import date, inside, with_texts_inside
from apim_lab.expressions.reads import Place

_WORKSPACE = Definition(
    "interface IWorkspace",
    "IWorkspace",
    python=entities.Workspace,
    members=with_texts_inside(
        {"string Id": lambda workspace: workspace.id, "string Name": lambda workspace: workspace.name}
    ),
)
_KEY_NAMES = Definition(
    "interface ISubscriptionKeyParameterNames",
    "ISubscriptionKeyParameterNames",
    python=entities.SubscriptionKeyParameterNames,
    members=with_texts_inside({"string Header": lambda names: names.header, "string Query": lambda names: names.query}),
)
_API = Definition(
    "interface IApi",
    "IApi",
    python=entities.Api,
    members=with_texts_inside(
        {
            "IEnumerable<string> Protocols": lambda api: Array(map(inside, api.protocols)),
            "ISubscriptionKeyParameterNames SubscriptionKeyParameterNames": lambda api: (
                api.subscription_key_parameter_names
            ),
            "IUrl ServiceUrl": lambda api: api.service_url,
            "IWorkspace Workspace": lambda api: api.workspace,
            "bool IsCurrentRevision": lambda api: api.is_current_revision,
            "string Id": lambda api: api.id,
            "string Name": lambda api: api.name,
            "string Path": lambda api: api.path,
            "string Revision": lambda api: api.revision,
            "string Version": lambda api: api.version,
        }
    ),
)
_OPERATION = Definition(
    "interface IOperation",
    "IOperation",
    python=entities.Operation,
    members=with_texts_inside(
        {
            "string Id": lambda operation: operation.id,
            "string Method": lambda operation: operation.method,
            "string Name": lambda operation: operation.name,
            "string UrlTemplate": lambda operation: operation.url_template,
        }
    ),
)
_GROUP = Definition(
    "interface IGroup",
    "IGroup",
    python=entities.Group,
    members=with_texts_inside({"string Id": lambda group: group.id, "string Name": lambda group: group.name}),
)
_PRODUCT = Definition(
    "interface IProduct",
    "IProduct",
    python=entities.Product,
    members=with_texts_inside(
        {
            "IEnumerable<IApi> Apis": lambda product: Array(product.apis, Type("IApi")),
            "IEnumerable<IGroup> Groups": lambda product: Array(product.groups, Type("IGroup")),
            "IWorkspace Workspace": lambda product: product.workspace,
            "ProductState State": lambda product: product.state,
            "bool ApprovalRequired": lambda product: product.approval_required,
            "bool SubscriptionRequired": lambda product: product.subscription_required,
            "int? SubscriptionLimit": lambda product: product.subscriptions_limit,
            "int? SubscriptionsLimit": lambda product: product.subscriptions_limit,
            "string Id": lambda product: product.id,
            "string Name": lambda product: product.name,
        }
    ),
)
_SUBSCRIPTION = Definition(
    "interface ISubscription",
    "ISubscription",
    python=entities.Subscription,
    observed=dict.fromkeys(("CreatedDate", "EndDate", "Id", "Name", "StartDate"), Place.GATEWAY)
    | dict.fromkeys(("Key", "PrimaryKey", "SecondaryKey"), Place.PRIVATE),
    members=with_texts_inside(
        {
            "DateTime CreatedDate": lambda subscription: DateTime.of(subscription.created_date),
            "DateTime? EndDate": lambda subscription: date(subscription.end_date),
            "DateTime? StartDate": lambda subscription: date(subscription.start_date),
            "string Id": lambda subscription: subscription.id,
            "string Key": lambda subscription: subscription.key,
            "string Name": lambda subscription: subscription.name,
            "string PrimaryKey": lambda subscription: subscription.primary_key,
            "string SecondaryKey": lambda subscription: subscription.secondary_key,
        }
    ),
)
_IDENTITY = Definition(
    "interface IUserIdentity",
    "IUserIdentity",
    python=entities.UserIdentity,
    members=with_texts_inside(
        {"string Id": lambda identity: identity.id, "string Provider": lambda identity: identity.provider}
    ),
)
_USER = Definition(
    "interface IUser",
    "IUser",
    python=entities.User,
    observed=dict.fromkeys(("Groups", "Id", "Identities", "RegistrationDate"), Place.GATEWAY)
    | dict.fromkeys(("Email", "FirstName", "LastName", "Note"), Place.PRIVATE),
    members=with_texts_inside(
        {
            "DateTime RegistrationDate": lambda user: DateTime.of(user.registration_date),
            "IEnumerable<IGroup> Groups": lambda user: Array(user.groups, Type("IGroup")),
            "IEnumerable<IUserIdentity> Identities": lambda user: Array(user.identities, Type("IUserIdentity")),
            "string Email": lambda user: user.email,
            "string FirstName": lambda user: user.first_name,
            "string Id": lambda user: user.id,
            "string LastName": lambda user: user.last_name,
            "string Note": lambda user: user.note,
        }
    ),
)
_GATEWAY = Definition(
    "interface IGateway",
    "IGateway",
    python=entities.GatewayInstance,
    members=with_texts_inside(
        {
            "bool IsManaged": lambda gateway: gateway.is_managed,
            "string Id": lambda gateway: gateway.id,
            "string InstanceId": lambda gateway: gateway.instance_id,
        }
    ),
)
_SUSTAINABILITY = Definition(
    "interface ISustainabilityInfo",
    "ISustainabilityInfo",
    python=entities.SustainabilityInfo,
    members={"CarbonIntensityCategory CurrentCarbonIntensity": lambda info: info.current_carbon_intensity},
)
_DEPLOYMENT = Definition(
    "interface IDeployment",
    "IDeployment",
    python=entities.Deployment,
    members=with_texts_inside(
        {
            "IGateway Gateway": lambda deployment: deployment.gateway,
            "IReadOnlyDictionary<string, X509Certificate2> Certificates": lambda _: {},
            "ISustainabilityInfo SustainabilityInfo": lambda deployment: deployment.sustainability_info,
            "string GatewayId": lambda deployment: deployment.gateway.id,
            "string Region": lambda deployment: deployment.region,
            "string ServiceId": lambda deployment: deployment.service_id,
            "string ServiceName": lambda deployment: deployment.service_name,
        }
    ),
)
_BACKEND = Definition(
    "interface IBackend",
    "IBackend",
    python=entities.ChosenBackend,
    members=with_texts_inside(
        {
            "string AzureRegion": lambda backend: backend.azure_region,
            "string Id": lambda backend: backend.id,
            "string Type": lambda backend: backend.type,
        }
    ),
)
_LAST_ERROR = Definition(
    "interface ILastError",
    "ILastError",
    python=entities.LastError,
    observed={"Message": Place.ERROR}
    | dict.fromkeys(("Path", "PolicyId", "Reason", "Scope", "Section", "Source"), Place.GATEWAY),
    members=with_texts_inside(
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
_AUTHORIZATION = Definition(
    "class Authorization",
    "Authorization",
    python=entities.Authorization,
    members=with_texts_inside(
        {
            "IReadOnlyDictionary<string, object> Claims": lambda authorization: authorization.claims,
            "string AccessToken": lambda authorization: authorization.access_token,
        }
    ),
)
DEFINITIONS = (
    _API,
    _AUTHORIZATION,
    _BACKEND,
    _DEPLOYMENT,
    _GATEWAY,
    _GROUP,
    _IDENTITY,
    _KEY_NAMES,
    _LAST_ERROR,
    _OPERATION,
    _PRODUCT,
    _SUBSCRIPTION,
    _SUSTAINABILITY,
    _USER,
    _WORKSPACE,
    enumeration("CarbonIntensityCategory", entities.CarbonIntensityCategory),
    enumeration("ProductState", entities.ProductState),
)
