"""What the configuration says of the service and of who calls: `context.Deployment`, `Product`, `Subscription`, `User`.

    deployment:
      region: westeurope
      service-name: contoso
    product: {id: unlimited, name: Unlimited}
    subscription: {id: mobile-app, name: Mobile app, key: "${SUBSCRIPTION_KEY}"}
    user: {id: "1", email: someone@example.com, groups: [developers]}

Every setting but an id may be left out. Without `product`, `subscription` and `user` these are null, as they are in
API Management for a call without a subscription key.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from apim_lab.expressions.entities import (
    LONG_AGO,
    Caller,
    CarbonIntensityCategory,
    Deployment,
    GatewayInstance,
    Group,
    Product,
    ProductState,
    Subscription,
    SustainabilityInfo,
    User,
    UserIdentity,
)
from apim_lab.service.settings import Setting, Settings, as_text


def in_utc(value: datetime) -> datetime:
    """A time without an offset is meant in UTC."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


type Id = Annotated[str, BeforeValidator(as_text), Field(min_length=1)]
type Time = Annotated[datetime, AfterValidator(in_utc)]


class DeploymentSettings(Settings):
    """`context.Deployment`."""

    region: str = Deployment.region
    service_id: str = ""
    service_name: str = Deployment.service_name
    gateway_id: str = GatewayInstance.id
    instance_id: str = GatewayInstance.instance_id
    carbon_intensity: Literal["NotAvailable", "VeryLow", "Low", "Medium", "High", "VeryHigh"] = "NotAvailable"

    def deployment(self) -> Deployment:
        """The id of the service is its name unless given; a gateway of another id is run by its owner."""
        is_managed = self.gateway_id == GatewayInstance.id
        return Deployment(
            GatewayInstance(self.gateway_id, self.instance_id, is_managed),
            self.region,
            self.service_id or self.service_name,
            self.service_name,
            SustainabilityInfo(CarbonIntensityCategory[self.carbon_intensity]),
        )


class ProductSettings(Settings):
    """`context.Product`; `groups` are names, which are ids, too."""

    id: Id
    name: str = ""
    state: Literal["NotPublished", "Published"] = "Published"
    approval_required: bool = False
    subscription_required: bool = True
    subscriptions_limit: Annotated[int, Field(ge=1)] | None = None
    groups: tuple[str, ...] = ()

    def product(self) -> Product:
        return Product(
            self.id,
            self.name or self.id,
            approval_required=self.approval_required,
            groups=_groups(self.groups),
            state=ProductState[self.state],
            subscriptions_limit=self.subscriptions_limit,
            subscription_required=self.subscription_required,
        )


class SubscriptionSettings(Settings):
    """`context.Subscription`; `key` is the one that the request has, the primary one unless another is given."""

    id: Id
    name: str = ""
    key: Setting = ""
    primary_key: Setting = ""
    secondary_key: Setting = ""
    created_date: Time = LONG_AGO
    start_date: Time | None = None
    end_date: Time | None = None

    def subscription(self) -> Subscription:
        return Subscription(
            self.id,
            self.name or self.id,
            self.key or self.primary_key,
            self.primary_key or self.key,
            self.secondary_key,
            self.created_date,
            self.start_date,
            self.end_date,
        )


class IdentitySettings(Settings):
    """An account with which a user logs in."""

    id: Id
    provider: str = "Basic"


class UserSettings(Settings):
    """`context.User`; `groups` are names, which are ids, too."""

    id: Id
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str = ""
    groups: tuple[str, ...] = ("developers",)
    identities: tuple[IdentitySettings, ...] = ()
    registration_date: Time = LONG_AGO

    def user(self) -> User:
        return User(
            self.id,
            self.email,
            self.first_name,
            self.last_name,
            self.note,
            _groups(self.groups),
            tuple(UserIdentity(identity.id, identity.provider) for identity in self.identities),
            self.registration_date,
        )


def _groups(names: Sequence[str]) -> tuple[Group, ...]:
    return tuple(Group(name, name) for name in names)


def caller(
    product: ProductSettings | None, subscription: SubscriptionSettings | None, user: UserSettings | None
) -> Caller:
    """Who calls, of whom only what is given is known."""
    return Caller(
        product.product() if product else None,
        subscription.subscription() if subscription else None,
        user.user() if user else None,
    )
