"""The `context` that a policy expression sees, as far as it reads it: whoever runs policies provides one.

Source: api-management-policy-expressions.md, "Context variable". Python names are the C# names in snake_case.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from apim_lab.csharp.runtime.budget import Budget
from apim_lab.messages import Request, Response


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
class Api:
    """`context.Api`."""

    id: str
    name: str
    path: str


@dataclass(frozen=True)
class Operation:
    """`context.Operation`."""

    id: str
    name: str
    method: str
    url_template: str


class ProxyRequestContext(Protocol):
    """`context`: `timestamp` is when the request arrived, `elapsed` are the seconds since; `variables` go by name.

    `budget` is what the request has used so far.
    """

    request: Request
    response: Response | None
    api: Api | None
    operation: Operation | None
    last_error: LastError | None
    variables: dict[str, object]
    timestamp: datetime
    budget: Budget

    @property
    def elapsed(self) -> float: ...
    @property
    def request_id(self) -> uuid.UUID: ...
