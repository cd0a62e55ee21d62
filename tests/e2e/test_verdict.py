"""What the mocks say of our own gateway with its default policy, after some dozens of calls at once.

The third backend always has room, and a call never asks the same backend twice before it has asked them all. So the
policy keeps every bound but two:

- `early`: it does not read Retry-After. A backend that said "not yet" is asked again when it is its turn.
- `spread`: a retry moves the counter that all calls share, so the backend after one that throttles is passed over.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import openai

from mockbackends import Backend, Deployment, Fleet, serve
from mockbackends.client import ControlClient

POLICY = Path(__file__).parents[2] / "addon" / "apim_lab" / "gallery" / "openai-round-robin.xml"
CALLS = 48
CUT = 2  # answers that break off; nothing may be made up for then: the client has a part of them

LIMITS = {
    "openAiBackend1": {"limits": {"rpm": 2, "window": 60}},
    "openAiBackend2": {"limits": {"rpm": 10, "window": 60}, "faults": [{"fault": "cut", "first": CUT}]},
    "openAiBackend3": {},
}


def backend(name: str) -> Backend:
    deployment = Deployment.model_validate({"name": "gpt-4o"} | LIMITS[name])
    return Backend(name, key=f"key of {name}", deployments=(deployment,))


def configuration(fleet: Fleet) -> str:
    """The default policy, each backend with its own key; without limit and without waits, to be quick."""
    backends = "".join(
        f"  {name}: {{url: '{url}/openai', api-key: {fleet.states[name].backend.key}}}\n"
        for name, url in fleet.urls.items()
    )
    return (
        "named-values: {calls: 1000, renewal-period: 15, counter-duration: 100, retry-count: 3, retry-interval: 0}\n"
        f"backends:\n{backends}"
        f"apis: [{{id: azure-openai, path: openai, policy: '{POLICY}'}}]\n"
    )


def ask(client: openai.OpenAI, number: int) -> bool:
    """Make a call, half of all of them streamed; whether the answer was whole."""
    messages = [{"role": "user", "content": f"Question {number}"}]
    try:
        if number % 4 < 2:
            return bool(client.chat.completions.create(model="gpt-4o", messages=messages).choices)
        with client.chat.completions.create(model="gpt-4o", messages=messages, stream=True) as stream:
            return [chunk.choices[0].finish_reason for chunk in stream if chunk.choices][-1] == "stop"
    except (openai.APIConnectionError, openai.InternalServerError, httpx2.TransportError):
        return False


def wait_until_idle(fleet: Fleet) -> None:
    until = time.monotonic() + 10
    while any(attempt.ended_at is None for attempt in fleet.journal) and time.monotonic() < until:
        time.sleep(0.01)


def test_the_default_policy_makes_up_for_throttles_and_for_nothing_else(lab, tmp_path):
    fleet = lab.stack.enter_context(serve([backend(name) for name in LIMITS], control=0))
    config = tmp_path / "config.yaml"
    config.write_text(configuration(fleet))
    gateway = lab.start(f"apim_config={config}")
    gateway.wait_for("listening at")
    clients = [gateway.azure(key) for key in ("alice", "bob")]
    with ThreadPoolExecutor(8) as pool:
        whole = list(pool.map(lambda number: ask(clients[number % 2], number), range(CALLS)))
    wait_until_idle(fleet)

    verdict = ControlClient(fleet.control_url).verdict()
    assert verdict["calls"] == CALLS
    assert whole.count(True) == CALLS - CUT
    # No wrong key, no duplicate, nothing streamed before a failover, nothing leaked.
    assert verdict["complaints"] == [f"early is {verdict['early']}, more than 0"]
    assert verdict["attempts_per_call"] <= len(LIMITS)
