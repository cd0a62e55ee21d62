"""The configuration file: what is read, and what is wrong with it, where."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from apim_lab.errors import DocumentError
from apim_lab.expressions.entities import (
    Caller,
    CarbonIntensityCategory,
    Deployment,
    GatewayInstance,
    Group,
    Product,
    Subscription,
    SubscriptionKeyParameterNames,
    SustainabilityInfo,
    User,
    UserIdentity,
)
from apim_lab.service.configuration import Overrides, load_gateway, parse_pairs
from apim_lab.service.gateway import Gateway
from apim_lab.stores.memory import MemoryStore

POLICY = '<policies><inbound><rate-limit-by-key calls="{{calls}}" renewal-period="15" counter-key="k" /></inbound></policies>'
CONFIG = """named-values:
  calls: 3
backends:
  east: {url: https://east.openai.azure.com/openai}
apis:
  - id: azure-openai
    path: openai
    policy: policy.xml
"""


@pytest.fixture
def load(tmp_path: Path):
    (tmp_path / "policy.xml").write_text(POLICY)

    def load(config: str = CONFIG, **overrides) -> Gateway:
        path = tmp_path / "lab.yaml"
        path.write_text(config)
        return load_gateway(path, Overrides(**overrides), MemoryStore())

    return load


def test_a_gateway_has_what_the_file_says(load, tmp_path):
    gateway = load(CONFIG + "hosts: [East.OpenAI.azure.com]\n")
    served = gateway.find("/openai/deployments")

    assert served is not None
    assert (served.api.id, served.api.path) == ("azure-openai", "openai")
    assert str(gateway.backends["east"].url) == "https://east.openai.azure.com/openai"
    assert gateway.hosts == {"east.openai.azure.com"}
    assert gateway.files == (tmp_path / "lab.yaml", tmp_path / "policy.xml")


def test_the_command_line_changes_and_adds_backends(load):
    gateway = load(backends={"east": "http://127.0.0.1:5001/openai", "west": "http://127.0.0.1:5002/openai"})

    assert [str(backend.url) for backend in gateway.backends.values()] == [
        "http://127.0.0.1:5001/openai",
        "http://127.0.0.1:5002/openai",
    ]


def test_a_backends_credentials_come_from_the_environment_and_are_not_shown(load, monkeypatch):
    monkeypatch.setenv("EAST_KEY", "secret-1")
    monkeypatch.setenv("EAST_TOKEN", "secret-2")
    gateway = load(CONFIG.replace("/openai}", "/openai, api-key: '${EAST_KEY}', bearer: '${EAST_TOKEN}'}"))

    assert gateway.backends["east"].credentials == (("api-key", "secret-1"), ("Authorization", "Bearer secret-2"))
    assert "secret" not in repr(gateway) + "".join(gateway.describe())
    assert "with its own credentials" in "".join(gateway.describe())


def test_the_longest_prefix_decides_which_api_serves(load):
    config = CONFIG + "  - {id: models, path: openai/models, policy: policy.xml}\n"
    gateway = load(config)

    assert gateway.find("/openai/models/gpt").api.id == "models"
    assert gateway.find("/openai/modelsx").api.id == "azure-openai"
    assert gateway.find("/other") is None


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (CONFIG, "", "lab.yaml:1:1: the file: "),
        (CONFIG, "backends: [", "lab.yaml:1:12: not YAML: "),
        (CONFIG, "- 1\n", "lab.yaml:1:1: the file: expected settings, one a line, like name: value"),
        (CONFIG, "a: \x01\n", "lab.yaml:1:1: not YAML: "),
        (CONFIG, "[" * 5000, "lab.yaml:1:1: not YAML: "),
        ("{url: https://east.openai.azure.com/openai}", "https://x", "lab.yaml:4:3: backends.east: expected settings"),
        ("url:", "uri:", "lab.yaml:4:10: backends.east.uri: unknown setting"),
        ("url:", "uri:", "lab.yaml:4:3: backends.east.url: this setting is required"),
        ("https:", "ftp:", "lab.yaml:4:10: backends.east.url: 'ftp://east.openai.azure.com/openai' is not an absolute"),
        (
            "/openai}",
            "/openai, api-key: '${NOT_SET}'}",
            "lab.yaml:4:53: backends.east.api-key: the environment variable NOT_SET is not set",
        ),
        ("calls: 3", "calls: [3]", "lab.yaml:2:3: named-values.calls: "),
        ("    path: openai", "    pth: openai", "lab.yaml:7:5: apis.0.pth: unknown setting"),
        ("apis:", "user: {}\napis:", "lab.yaml:5:1: user.id: this setting is required"),
        (
            "apis:",
            "product: {id: p, state: Sold}\napis:",
            "lab.yaml:5:18: product.state: input should be 'NotPublished' or",
        ),
        (
            "apis:",
            "subscription: {id: s, end-date: x}\napis:",
            "lab.yaml:5:23: subscription.end-date: input should be a",
        ),
        ("apis:", "deployment: {zone: a}\napis:", "lab.yaml:5:14: deployment.zone: unknown setting"),
        ("policy.xml", "none.xml", "none.xml:1:1: cannot read the file: No such file or directory"),
        ("policy.xml", "policy.xml\n    openapi: none.json", "none.json"),
        ("calls: 3", "calls: many", "policy.xml:1:46: calls: 'many' is not a whole number"),
        ("calls: 3", "cals: 3", "policy.xml:1:46: no named value 'calls' is configured: expected one of cals"),
    ],
)
def test_a_mistake_is_told_with_its_place(load, before, after, message):
    with pytest.raises(DocumentError) as error:
        load(CONFIG.replace(before, after))

    assert message in str(error.value)


@pytest.mark.parametrize(
    ("config", "overrides", "message"),
    [
        (CONFIG.replace("    policy: policy.xml\n", ""), {}, "API 'azure-openai' has no policy"),
        (CONFIG, {"named_values": {"call": "3"}}, "named value 'call' is used nowhere: the policy uses calls"),
        (CONFIG, {"backends": {"west": "nowhere"}}, "'nowhere' is not an absolute http:// or https:// URL"),
    ],
)
def test_an_override_that_cannot_be_is_told(load, config, overrides, message):
    with pytest.raises(ValueError, match=message):
        load(config, **overrides)


def test_without_more_nobody_is_known_to_call_and_the_service_is_the_lab(load):
    gateway = load()

    assert gateway.caller == Caller()
    assert (gateway.deployment.region, gateway.deployment.service_name) == ("laptop", "apim-lab")


def test_the_file_says_what_the_gateway_cannot_know(load, monkeypatch):
    monkeypatch.setenv("SUBSCRIPTION_KEY", "secret-1")
    gateway = load(
        CONFIG
        + """deployment: {region: westeurope, service-name: contoso, gateway-id: own, carbon-intensity: High}
product: {id: unlimited, groups: [developers], subscriptions-limit: 2}
subscription: {id: 1, name: Mobile app, key: "${SUBSCRIPTION_KEY}", end-date: 2030-01-01T00:00:00+01:00}
user: {id: 7, email: a@b.example, identities: [{id: a, provider: Aad}], registration-date: 2025-01-01}
"""
    )
    caller = gateway.caller

    assert gateway.deployment == Deployment(
        GatewayInstance("own", is_managed=False),
        "westeurope",
        "contoso",
        "contoso",
        SustainabilityInfo(CarbonIntensityCategory.High),
    )
    assert caller.product == Product(
        "unlimited", "unlimited", groups=(Group("developers", "developers"),), subscriptions_limit=2
    )
    assert caller.subscription == Subscription(
        "1", "Mobile app", "secret-1", "secret-1", "", end_date=datetime(2029, 12, 31, 23, tzinfo=UTC)
    )
    assert caller.user == User(
        "7",
        "a@b.example",
        groups=(Group("developers", "developers"),),
        identities=(UserIdentity("a", "Aad"),),
        registration_date=datetime(2025, 1, 1, tzinfo=UTC),
    )


def test_an_api_has_what_the_file_says(load):
    gateway = load(
        CONFIG
        + "    revision: 2\n    version: v1\n    protocols: [http]\n    service-url: https://a.example/x\n"
        + "    subscription-key-parameter-names: {header: api-key}\n"
    )
    api = gateway.find("/openai").api

    assert (api.revision, api.version, api.protocols, str(api.service_url)) == (
        "2",
        "v1",
        ("http",),
        "https://a.example/x",
    )
    assert api.subscription_key_parameter_names == SubscriptionKeyParameterNames("api-key", "subscription-key")


def test_two_apis_cannot_have_one_path(load):
    with pytest.raises(ValueError, match="APIs 'azure-openai' and 'again' have the same path 'openai'"):
        load(CONFIG + "  - {id: again, path: /openai/, policy: policy.xml}\n")


def test_a_credential_cannot_start_another_header(load, monkeypatch):
    monkeypatch.setenv("EAST_KEY", "secret\n")
    with pytest.raises(DocumentError, match="a credential is one line of printable characters") as error:
        load(CONFIG.replace("/openai}", "/openai, api-key: '${EAST_KEY}'}"))

    assert "secret" not in str(error.value)


def test_pairs_are_parsed_at_their_first_equals_sign():
    assert parse_pairs(["a=b=c", "d="], "name=value") == {"a": "b=c", "d": ""}


@pytest.mark.parametrize("pair", ["a", "=b", ""])
def test_what_is_no_pair_is_refused(pair):
    with pytest.raises(ValueError, match="is not name=value"):
        parse_pairs([pair], "name=value")
