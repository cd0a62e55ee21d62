"""The requests of the load: chat completions, in the form that each program takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Route:
    """Where a program takes chat completions, and which fields it needs; `{deployment}` stands for the deployment."""

    target: str = "/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21"
    fields: Mapping[str, str] = field(default_factory=dict)

    def request(self, deployment: str, *, size: int = 0, stream: bool = False, key: str = "bench") -> bytes:
        """A request for a deployment, with a message of `size` bytes if it is given."""
        content = body(deployment, "x" * size or "Hello", stream=stream)
        fields = {
            "Host": "127.0.0.1",
            "api-key": key,
            "Accept": "*/*",
            "User-Agent": "bench",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **self.fields,
        }
        lines = [f"POST {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        return "\r\n".join(lines).format(deployment=deployment).encode() + content


def body(deployment: str, message: str, *, stream: bool) -> bytes:
    return json.dumps(
        {"model": deployment, "messages": [{"role": "user", "content": message}], "stream": stream}
    ).encode()
