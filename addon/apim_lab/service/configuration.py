"""The configuration file: backends, named values, APIs and hosts, validated and made into a Gateway.

    named-values:
      calls: 3
    backends:
      openAiBackend1:
        url: https://my-resource.openai.azure.com/openai
        api-key: ${AZURE_OPENAI_KEY}          # from the environment; or bearer: ${TOKEN}
    apis:
      - id: azure-openai
        path: openai                          # the prefix of its URLs
        policy: openai-round-robin.xml
        openapi: inference.json               # without it every path under the prefix is served
    hosts: [my-resource.openai.azure.com]     # whose calls through the HTTPS proxy belong to the gateway

Files are named relative to the configuration file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from apim_lab.clock import Clock
from apim_lab.csharp.runtime.budget import Limits
from apim_lab.expressions.entities import Api, SubscriptionKeyParameterNames
from apim_lab.messages import Url
from apim_lab.policy.backends import Backend
from apim_lab.policy.document import read_document
from apim_lab.policy.markup import used_named_values
from apim_lab.service.entity_settings import (
    DeploymentSettings,
    ProductSettings,
    SubscriptionSettings,
    UserSettings,
    caller,
)
from apim_lab.service.files import parse_yaml, read_text, validate
from apim_lab.service.gateway import Gateway, ServedApi
from apim_lab.service.operations import Operations, load_operations
from apim_lab.service.settings import NamedValue, Setting, Settings, UrlSetting, as_text
from apim_lab.stores.memory import Store


class BackendSettings(Settings):
    """A backend; it may carry its own credentials."""

    url: UrlSetting
    api_key: Setting | None = None
    bearer: Setting | None = None

    @field_validator("api_key", "bearer")
    @classmethod
    def is_one_line(cls, value: str | None) -> str | None:
        """Refuse a credential that would start another header."""
        if value and not value.isprintable():
            raise ValueError("a credential is one line of printable characters")
        return value

    def credentials(self) -> Iterable[tuple[str, str]]:
        if self.api_key:
            yield "api-key", self.api_key
        if self.bearer:
            yield "Authorization", f"Bearer {self.bearer}"


class KeyParameterSettings(Settings):
    """Where an API has the subscription keys of its requests."""

    header: str = SubscriptionKeyParameterNames.header
    query: str = SubscriptionKeyParameterNames.query


class ApiSettings(Settings):
    """An API: its URL prefix, its policy and, if there is one, the document that lists its operations."""

    id: str
    name: str = ""
    path: str = ""
    revision: Annotated[str, BeforeValidator(as_text)] = "1"
    version: Annotated[str, BeforeValidator(as_text)] | None = None
    protocols: tuple[Literal["http", "https", "ws", "wss"], ...] = ("https",)
    service_url: UrlSetting | None = None
    subscription_key_parameter_names: KeyParameterSettings = KeyParameterSettings()
    policy: str | None = None
    openapi: str | None = None
    translate_required_query_parameters: Literal["template", "query"] = "template"

    def api(self) -> Api:
        names = self.subscription_key_parameter_names
        return Api(
            self.id,
            self.name or self.id,
            self.path.strip("/"),
            protocols=self.protocols,
            revision=self.revision,
            service_url=Url.parse(self.service_url) if self.service_url else None,
            subscription_key_parameter_names=SubscriptionKeyParameterNames(names.header, names.query),
            version=self.version,
        )


class GatewaySettings(Settings):
    """The whole file."""

    backends: dict[str, BackendSettings]
    apis: Annotated[list[ApiSettings], Field(min_length=1)]
    named_values: dict[str, NamedValue] = Field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    response_before_forward: Literal["empty", "null"] = "empty"
    deployment: DeploymentSettings = DeploymentSettings()
    product: ProductSettings | None = None
    subscription: SubscriptionSettings | None = None
    user: UserSettings | None = None


@dataclass(frozen=True)
class Overrides:
    """The command line's settings, which win over the file: a policy for all APIs, URLs by backend id, named values.

    `limits` are what one request may use; the file has none. If `strict`, a policy that API Management refuses for
    what its expressions use is refused here, too.
    """

    policy: Path | None = None
    backends: Mapping[str, str] = field(default_factory=dict)
    named_values: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    strict: bool = False


def parse_pairs(pairs: Sequence[str], expected: str) -> dict[str, str]:
    """`["a=1", "b=2"]` as a dict. Raises ValueError with the text that is no pair, and what was expected."""
    parsed: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise ValueError(f"{pair!r} is not {expected}")
        parsed[name] = value
    return parsed


def load_gateway(path: Path, overrides: Overrides, store: Store, clock: Clock | None = None) -> Gateway:
    """Read the configuration and every file it names; the gateway keeps counters and cached values in `store`.

    Raises DocumentError for a file that cannot be used, ValueError for overrides that cannot.
    """
    settings = read_settings(path)
    named_values = {**settings.named_values, **overrides.named_values}
    builder = _Builder(path.parent, settings, overrides, named_values)
    check_apis(settings.apis)
    apis = tuple(builder.api(api) for api in settings.apis)
    builder.check_named_values()
    return Gateway(
        apis=apis,
        backends=builder.backends(),
        store=store,
        hosts=frozenset(host.lower() for host in settings.hosts),
        files=(path, *builder.files),
        response_before_forward=settings.response_before_forward,
        deployment=settings.deployment.deployment(),
        caller=caller(settings.product, settings.subscription, settings.user),
        clock=clock or Clock(),
        limits=overrides.limits,
    )


@dataclass
class _Builder:
    """Makes the parts of a Gateway; `files` are the files it has read, `used` the named values in them."""

    folder: Path
    settings: GatewaySettings
    overrides: Overrides
    named_values: Mapping[str, str]
    files: list[Path] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def api(self, settings: ApiSettings) -> ServedApi:
        policy = self.overrides.policy or (self.folder / settings.policy if settings.policy else None)
        if policy is None:
            raise ValueError(f"API {settings.id!r} has no policy: expected policy in the configuration or apim_policy")
        text = self.read(policy)
        self.used |= used_named_values(text)
        return ServedApi(
            api=settings.api(),
            document=read_document(
                text,
                str(policy),
                self.named_values,
                backend_ids=self.urls().keys(),
                strict=self.overrides.strict,
            ),
            operations=self.operations(settings),
        )

    def operations(self, settings: ApiSettings) -> Operations | None:
        if settings.openapi is None:
            return None
        path = self.folder / settings.openapi
        self.files.append(path)
        required = settings.translate_required_query_parameters
        return load_operations(path, translate_required_query_parameters=required)

    def read(self, path: Path) -> str:
        self.files.append(path)
        return read_text(path)

    def backends(self) -> dict[str, Backend]:
        return {id_: self.backend(id_, url) for id_, url in self.urls().items()}

    def urls(self) -> dict[str, str]:
        return {id_: backend.url for id_, backend in self.settings.backends.items()} | dict(self.overrides.backends)

    def backend(self, id_: str, url: str) -> Backend:
        configured = self.settings.backends.get(id_)
        return Backend(id_, Url.parse(url), tuple(configured.credentials()) if configured else ())

    def check_named_values(self) -> None:
        """Refuse a named value of the command line that no policy uses: most likely it is misspelt."""
        for name in self.overrides.named_values:
            if name not in self.used and name not in self.settings.named_values:
                known = ", ".join(sorted(self.used)) or "none"
                raise ValueError(f"named value {name!r} is used nowhere: the policy uses {known}")


def check_apis(apis: Sequence[ApiSettings]) -> None:
    """Refuse two APIs with the same path: the second could never serve a request."""
    paths: dict[str, str] = {}
    for api in apis:
        path = api.path.strip("/")
        if path in paths:
            raise ValueError(f"APIs {paths[path]!r} and {api.id!r} have the same path {path!r}")
        paths[path] = api.id


# ---- the file ---------------------------------------------------------------------------------------------------


def read_settings(path: Path) -> GatewaySettings:
    """Read the file. Raises DocumentError with the place of every value that is not as expected."""
    text = read_text(path)
    return validate(GatewaySettings, path, text, parse_yaml(path, text))
