"""What the operator gets wrong stops the start, with the place; while running it is reported and changes nothing."""

from pathlib import Path

import httpx2
import pytest

from mockbackends import Backend

URL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
BODY = {"messages": [{"role": "user", "content": "Hello"}]}
SEED = Path(__file__).parents[3] / "shared" / "seed"
SPECS = Path(__file__).parents[3] / "shared" / "specs"
GALLERY = Path(__file__).parents[2] / "addon" / "apim_lab" / "gallery"
POLICY = """<policies>
    <inbound>
        <set-backend-service backend-id="openAiBackend1" />
    </inbound>
    <outbound>
        <set-header name="Version">
            <value>%s</value>
        </set-header>
    </outbound>
</policies>
"""
CONFIG = """backends:
  openAiBackend1: {url: http://127.0.0.1:1/openai}
apis:
  - {id: azure-openai, path: openai, policy: policy.xml}
"""


@pytest.mark.parametrize(
    ("option", "messages"),
    [
        (
            "apim_policy={folder}/policy.xml",
            [
                "policy.xml:3:5: <retry> has no attribute condition",
                "policy.xml:4:37: CS0103: The name 'contxt' does not exist in the current context",
                "policy.xml:5:5: unknown element <choos>",
            ],
        ),
        ("apim_named_values=call=3", ["named value 'call' is used nowhere: the policy uses calls, "]),
        ("apim_unmasked=no", ["an option of the gateway has a value that it cannot have: "]),
        ("apim_polcy=x", ["unknown option apim_polcy: expected one of apim_allow_list, "]),
    ],
)
def test_what_the_operator_got_wrong_stops_the_start_with_its_place(lab, tmp_path, option, messages):
    (tmp_path / "policy.xml").write_text(
        '<policies>\n  <inbound>\n    <retry count="3" />\n'
        '    <set-variable name="a" value="@(contxt.Foo)" />\n    <choos/>\n  </inbound>\n</policies>'
    )
    gateway = lab.start(option.format(folder=tmp_path))

    assert gateway.exit_code() == 1
    for message in messages:
        assert message in gateway.log
    assert "Traceback" not in gateway.log


def test_a_changed_policy_is_read_again_and_a_bad_change_leaves_the_old_one_in_force(lab, tmp_path):
    policy = tmp_path / "policy.xml"
    policy.write_text(POLICY % "one")
    url = lab.backends(Backend("openAiBackend1"))
    gateway = lab.gateway("--set", f"apim_policy={policy}", urls=url)
    versions = [version(gateway)]

    policy.write_text(POLICY % "two")
    gateway.wait_for("the configuration was read again")
    versions.append(version(gateway))

    policy.write_text((POLICY % "three").replace("</value>", ""))
    gateway.wait_for("The configuration before this change stays in force")
    versions.append(version(gateway))

    policy.write_text(POLICY % "four")
    gateway.wait_for_times("the configuration was read again", 2)
    versions.append(version(gateway))

    assert versions == ["one", "two", "two", "four"]
    assert "policy.xml:7:13: <value> is never closed" in gateway.log


def version(gateway) -> str:
    return httpx2.post(gateway.url + URL, json=BODY).headers["Version"]


@pytest.mark.skipif(not SPECS.exists(), reason="the OpenAPI documents are not beside the project")
def test_an_api_from_an_openapi_document_lists_its_operations_and_refuses_others(lab, tmp_path):
    document = SPECS / "azure-2024-10-21.inference.json"
    (tmp_path / "lab.yaml").write_text(CONFIG.replace("policy.xml", f"policy.xml, openapi: {document}"))
    (tmp_path / "policy.xml").write_text(
        POLICY.replace("%s", '@(context.Operation.Id + " " + context.Request.MatchedParameters["deployment-id"])')
    )
    gateway = lab.gateway("--set", f"apim_config={tmp_path / 'lab.yaml'}", urls=lab.backends(Backend("openAiBackend1")))
    served = httpx2.post(gateway.url + URL, json=BODY)
    refused = [
        httpx2.post(gateway.url + URL.partition("?")[0], json=BODY),
        httpx2.get(gateway.url + URL),
        httpx2.post(f"{gateway.url}/openai/nothing?api-version=2024-10-21", json=BODY),
    ]

    gateway.wait_for("POST /deployments/{deployment-id}/chat/completions")
    assert served.headers["Version"] == "chatcompletions-create gpt-4o"
    assert {(answer.status_code, answer.text) for answer in refused} == {
        (404, '{ "statusCode": 404, "message": "Resource not found" }')
    }


@pytest.mark.skipif(not SEED.exists(), reason="the seed document is not beside the project")
def test_the_published_policy_runs_unchanged(lab, tmp_path):
    text = next(SEED.iterdir()).read_text()
    policy = tmp_path / "seed.xml"
    policy.write_text(text.partition("```xml\n")[2].partition("```")[0])
    gateway = lab.gateway("--set", f"apim_policy={policy}", urls=lab.backends(Backend("openAiBackend4")))
    answers = [httpx2.post(gateway.url + URL, json=BODY) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers.get("Next-Backend-Counter") for answer in answers] == ["1", "2", "0", None]


def test_the_debug_body_of_the_default_policy_can_be_switched_on(lab, tmp_path):
    text = (GALLERY / "openai-round-robin.xml").read_text()
    before, mark, after = text.partition("<!-- Uncomment for debugging: puts the counter into the JSON body too.")
    assert mark
    policy = tmp_path / "debug.xml"
    policy.write_text(before + after.replace("}</set-body> -->", "}</set-body>"))
    gateway = lab.gateway("--set", f"apim_policy={policy}", urls=lab.backends(Backend("openAiBackend1")))
    answer = httpx2.post(gateway.url + URL, json=BODY)

    assert answer.json()["backend-counter"] == "1"
    assert answer.json()["object"] == "chat.completion"


def test_the_policy_for_n_backends_goes_round_all_of_them(lab):
    urls = lab.backends(*(Backend(f"openAiBackend{number}") for number in range(1, 5)))
    policy = GALLERY / "openai-round-robin-n.xml"
    gateway = lab.gateway("--set", f"apim_policy={policy}", urls=urls, calls="100", backend_count="4")
    for _ in range(6):
        httpx2.post(gateway.url + URL, json=BODY)

    assert [backend for backend, _ in lab.outcomes()] == [f"openAiBackend{number}" for number in (1, 2, 3, 4, 1, 2)]
