"""Named backends: where `set-backend-service backend-id="..."` sends a request, and with whose credentials."""

from dataclasses import dataclass

from apim_lab.messages import Headers, Url

CLIENT_CREDENTIALS = ("api-key", "Authorization")
"""What a backend's own credentials replace."""

CREDENTIALS = (
    *CLIENT_CREDENTIALS,
    *("Cookie", "Cookie2", "Proxy-Authorization", "Ocp-Apim-Subscription-Key", "x-api-key", "x-functions-key"),
)
"""What a redirect to another origin does not get: what curl and Go keep back, and the keys of API Management, of other
models' APIs and of Azure Functions."""


@dataclass(frozen=True)
class Backend:
    """One backend. `url` is its base (for Azure OpenAI it ends in /openai).

    `credentials` are header fields sent with every request; where there are some, the client's own `api-key` and
    `Authorization` stay at the gateway. They are left out of the repr, which may reach a log.
    """

    id: str
    url: Url
    credentials: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The id; for a `base-url` of the policy, which has none, host and port."""
        return self.id or self.url.authority

    def __repr__(self) -> str:
        return f"Backend({self.id!r}, {self.url})"

    def authorize(self, headers: Headers) -> None:
        """Put the backend's credentials, if it has any, in the place of the client's."""
        if not self.credentials:
            return
        for name in CLIENT_CREDENTIALS:
            headers.remove(name)
        for name, value in self.credentials:
            headers.set(name, value)
