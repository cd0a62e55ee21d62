"""The APIs of the gateway, a policy each: all take their destinations from the call's headers, and retry three times."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

RETRIES = 3
RETRIED = 429
"""The first of the statuses that are retried."""

POLICY = """<policies>
    <inbound>
        {inbound}
        <set-variable name="attempt" value="@(0)" />
    </inbound>
    <backend>
        <retry condition="@({condition})" count="3" interval="{interval}" first-fast-retry="true">
            <set-variable name="attempt" value="@((int)context.Variables[&quot;attempt&quot;] + 1)" />
            <set-backend-service base-url="@(context.Request.Headers.GetValueOrDefault(
                &quot;to-&quot; + context.Variables[&quot;attempt&quot;]))" />
            <set-header name="attempt" exists-action="override">
                <value>@(context.Variables["attempt"].ToString())</value>
            </set-header>
            <forward-request buffer-response="{buffer}" timeout-ms="@(int.Parse(
                context.Request.Headers.GetValueOrDefault(
                &quot;timeout-&quot; + context.Variables[&quot;attempt&quot;], &quot;30000&quot;)))" />
        </retry>
    </backend>
    <outbound>{outbound}</outbound>
</policies>"""
THROTTLED = "context.Response.StatusCode &gt;= 429"
READING = THROTTLED + " || context.Response.Body?.As&lt;string&gt;(preserveContent: true) == &quot;never&quot;"
BODY = "context.Response.Body?.As&lt;string&gt;()"
WRAP = f'<set-body>@("&lt;" + {BODY} + "&gt;")</set-body>'
OWN = b"own answer"
RETURN = '<return-response><set-status code="202" reason="Accepted" /><set-body>own answer</set-body></return-response>'


@dataclass(frozen=True)
class Api:
    """An API. `reads`: its policy reads the body of the answer, `reads_each`: of answers that are retried, too.

    `wraps`: the policy puts the body in brackets; `answers_in`: the section in which it makes the answer itself.
    Without `is_governed` it is none: the client calls a backend through the gateway as a proxy.
    """

    name: str
    inbound: str = ""
    condition: str = THROTTLED
    interval: int = 0
    buffer: str = "true"
    outbound: str = ""
    reads: bool = False
    reads_each: bool = False
    wraps: bool = False
    is_governed: bool = True
    answers_in: Literal["", "inbound", "outbound"] = ""

    @property
    def streams(self) -> bool:
        """Whether every answer passes piece by piece."""
        return self.buffer == "false"

    def policy(self) -> str:
        return POLICY.format(
            inbound=self.inbound,
            condition=self.condition,
            interval=self.interval,
            buffer=self.buffer,
            outbound=self.outbound,
        )


PLAIN = Api("plain")
UNGOVERNED = Api("ungoverned", buffer="false", is_governed=False)
APIS = {
    PLAIN: 10,
    Api("unbuffered", buffer="false"): 4,
    Api("reading", condition=READING, reads=True, reads_each=True): 4,
    Api("wrapping", outbound=WRAP, reads=True, wraps=True): 2,
    Api("replacing", outbound=RETURN, answers_in="outbound"): 2,
    Api("waiting", interval=1): 1,
    Api("own", inbound=RETURN, answers_in="inbound"): 1,
}
"""How often each is drawn."""


def write(folder: Path, host: str) -> Path:
    """Write the policies and their configuration, whose name is returned."""
    for api in APIS:
        (folder / f"{api.name}.xml").write_text(api.policy())
    apis = "\n".join(f"  - {{id: {api.name}, path: {api.name}, policy: {api.name}.xml}}" for api in APIS)
    config = folder / "chaos.yaml"
    config.write_text(f"backends: {{}}\napis:\n{apis}\nhosts: [{host}]\n")
    return config
