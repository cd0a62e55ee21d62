"""The `context` that a policy expression sees, as far as it reads it: whoever runs policies provides one.

Source: api-management-policy-expressions.md, "Context variable". Python names are the C# names in snake_case.
"""

import uuid
from datetime import datetime
from typing import Protocol

from apim_lab.csharp.runtime.budget import Budget
from apim_lab.expressions.entities import Api, Caller, ChosenBackend, Deployment, LastError, Operation
from apim_lab.messages import Request, Response


class ProxyRequestContext(Protocol):
    """`context`: `timestamp` is when the request arrived, `elapsed` are the seconds since; `variables` go by name.

    `budget` is what the request has used so far. `is_traced`: somebody records what the policy does.
    """

    request: Request
    response: Response | None
    api: Api | None
    operation: Operation | None
    deployment: Deployment
    caller: Caller
    last_error: LastError | None
    variables: dict[str, object]
    timestamp: datetime
    budget: Budget

    @property
    def elapsed(self) -> float: ...
    @property
    def request_id(self) -> uuid.UUID: ...
    @property
    def chosen_backend(self) -> ChosenBackend | None: ...
    @property
    def is_traced(self) -> bool: ...
    def tell(self, message: str) -> None:
        """Put a message into the trace, where there is one."""
