"""What API Management knows beside the messages: APIs, products, subscriptions, users, the service itself.

Source: api-management-policy-expressions.md, "Context variable". Python names are the C# names in snake_case.
"""

import enum
from dataclasses import dataclass
from datetime import UTC, datetime

from apim_lab.messages import Url

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
"""When something was made of which nobody says when."""

ProductState = enum.Enum("ProductState", ["NotPublished", "Published"], start=0)
CarbonIntensityCategory = enum.Enum(
    "CarbonIntensityCategory", ["NotAvailable", "VeryLow", "Low", "Medium", "High", "VeryHigh"], start=0
)


@dataclass(frozen=True)
class Workspace:
    """`context.Workspace`: APIs that a team of its own looks after."""

    id: str
    name: str


@dataclass(frozen=True)
class SubscriptionKeyParameterNames:
    """Where a request has its subscription key."""

    header: str = "Ocp-Apim-Subscription-Key"
    query: str = "subscription-key"


@dataclass(frozen=True)
class Api:
    """`context.Api`. `service_url` is where its requests go unless the policy says otherwise."""

    id: str
    name: str
    path: str
    is_current_revision: bool = True
    protocols: tuple[str, ...] = ("https",)
    revision: str = "1"
    service_url: Url | None = None
    subscription_key_parameter_names: SubscriptionKeyParameterNames = SubscriptionKeyParameterNames()
    version: str | None = None
    workspace: Workspace | None = None


@dataclass(frozen=True)
class Operation:
    """`context.Operation`."""

    id: str
    name: str
    method: str
    url_template: str


@dataclass(frozen=True)
class Group:
    """A group of users, who may see a product."""

    id: str
    name: str


@dataclass(frozen=True)
class Product:
    """`context.Product`: what the subscription of the request is for."""

    id: str
    name: str
    apis: tuple[Api, ...] = ()
    approval_required: bool = False
    groups: tuple[Group, ...] = ()
    state: ProductState = ProductState.Published
    subscriptions_limit: int | None = None
    subscription_required: bool = True
    workspace: Workspace | None = None


@dataclass(frozen=True)
class Subscription:
    """`context.Subscription`; `key` is the one of both that the request has."""

    id: str
    name: str
    key: str
    primary_key: str
    secondary_key: str
    created_date: datetime = LONG_AGO
    start_date: datetime | None = None
    end_date: datetime | None = None


@dataclass(frozen=True)
class UserIdentity:
    """How a user logs in: an account of an identity provider."""

    id: str
    provider: str


@dataclass(frozen=True)
class User:
    """`context.User`: whose subscription it is."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str = ""
    groups: tuple[Group, ...] = ()
    identities: tuple[UserIdentity, ...] = ()
    registration_date: datetime = LONG_AGO


@dataclass(frozen=True)
class GatewayInstance:
    """`context.Deployment.Gateway`; the id of a gateway that Azure runs is "managed"."""

    id: str = "managed"
    instance_id: str = "apim-lab-0"
    is_managed: bool = True


@dataclass(frozen=True)
class SustainabilityInfo:
    """How much carbon the electricity of the region costs at present."""

    current_carbon_intensity: CarbonIntensityCategory = CarbonIntensityCategory.NotAvailable


@dataclass(frozen=True)
class Deployment:
    """`context.Deployment`: the service, and where it runs."""

    gateway: GatewayInstance = GatewayInstance()
    region: str = "laptop"
    service_id: str = "apim-lab"
    service_name: str = "apim-lab"
    sustainability_info: SustainabilityInfo = SustainabilityInfo()


@dataclass(frozen=True)
class ChosenBackend:
    """`context.Backend`: the backend that the policy has chosen by its id; `type` is "Single" or "Pool"."""

    id: str
    azure_region: str | None = None
    type: str = "Single"


@dataclass(frozen=True)
class LastError:
    """`context.LastError`: what sent the run to `on-error`. `path` is like `choose[3]/when[2]`."""

    source: str
    reason: str
    message: str
    scope: str
    section: str
    path: str
    policy_id: str = ""


@dataclass(frozen=True)
class Authorization:
    """What `get-authorization-context` leaves in a variable."""

    access_token: str
    claims: dict[str, object]


@dataclass(frozen=True)
class Caller:
    """Who calls, as the configuration says: all None where the request has no subscription key."""

    product: Product | None = None
    subscription: Subscription | None = None
    user: User | None = None
