"""HTTP messages as a policy sees them: the types behind `context.Request` and `context.Response`.

Source: api-management-policy-expressions.md, "Context variable". Python names are the C# names in snake_case.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from apim_lab.dot_segments import remove_dot_segments


class Headers:
    """Header fields in the order they were sent; names compare without case (RFC 9110, section 5.1)."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self.fields = list(fields)

    def get_all(self, name: str) -> list[str]:
        wanted, length = name.lower(), len(name)  # most names differ in length already
        return [value for key, value in self.fields if len(key) == length and key.lower() == wanted]

    def get(self, name: str) -> str | None:
        """The field's value; several of one name are joined by commas (RFC 9110, section 5.3); None if absent."""
        values = self.get_all(name)
        return ",".join(values) if values else None

    def set(self, name: str, *values: str) -> None:
        """Replace the field at its first position; append it if there is none."""
        wanted = name.lower()
        position = next((i for i, (key, _) in enumerate(self.fields) if key.lower() == wanted), len(self.fields))
        self.remove(name)
        self.fields[position:position] = [(name, value) for value in values]

    def append(self, name: str, *values: str) -> None:
        self.fields.extend((name, value) for value in values)

    def remove(self, name: str) -> None:
        wanted = name.lower()
        self.fields = [(key, value) for key, value in self.fields if key.lower() != wanted]

    def copy(self) -> "Headers":
        return Headers(self.fields)

    def __contains__(self, name: str) -> bool:
        wanted = name.lower()
        return any(key.lower() == wanted for key, _ in self.fields)


class Body:
    """A message's body, without its Content-Encoding.

    `content` is None until the body has arrived; an expression that reads it waits for that. `take` reads the body
    and empties it unless `preserve` is set, as `IMessageBody.As<T>(preserveContent)` does. If the body
    `is_original`, it goes on as the sender sent it; `encoded` holds those bytes if they may have to be sent again.
    `decode` runs only when the content is read: few policies read it, and a small body can become a very large one, of
    up to `decoded_size` bytes.
    """

    def __init__(
        self,
        content: bytes | None = None,
        *,
        is_original: bool = False,
        encoded: bytes | None = None,
        decode: Callable[[], bytes] | None = None,
        decoded_size: int = 0,
    ) -> None:
        self.encoded = encoded
        self._content = content
        self._decode = decode
        self._decoded_size = decoded_size
        self.is_original = is_original

    @property
    def content(self) -> bytes | None:
        if self._content is None and self._decode:
            self._content = self._decode()
        return self._content

    def arrive(self, decode: Callable[[], bytes], decoded_size: int) -> None:
        """Note that the body is there, how to decode it, and how many bytes it may have then."""
        self._decode, self._decoded_size = decode, decoded_size

    @property
    def size(self) -> int:
        """Bytes of the content; until it is decoded, the most that there may be."""
        return self._decoded_size if self._content is None else len(self._content)

    @property
    def has_arrived(self) -> bool:
        return self._content is not None or self._decode is not None

    def take(self, *, preserve: bool) -> bytes:
        content = self.content or b""
        if not preserve:
            self.replace(b"")
        return content

    def replace(self, content: bytes) -> None:
        self._content = content
        self.is_original = False


@dataclass(frozen=True)
class Url:
    """A URL as `IUrl` shows it: `port` always a number, `query` in order, `query_string` with its leading "?"."""

    scheme: str
    host: str
    port: int
    path: str
    query_string: str = ""

    @classmethod
    def parse(cls, url: str) -> "Url":
        """Raises ValueError for anything but an absolute http(s) URL, and for a path that `resolved` refuses."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is not an absolute http:// or https:// URL")
        if parts.port == 0:
            raise ValueError(f"{url!r} has port 0, where nothing can listen")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.hostname, port, parts.path, f"?{parts.query}" if parts.query else "").resolved()

    def resolved(self) -> "Url":
        """This URL without `.` and `..` in its path; raises ValueError if servers would read them differently."""
        path = remove_dot_segments(self.path)
        return self if path == self.path else replace(self, path=path)

    @property
    def query(self) -> Mapping[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query_string[1:], keep_blank_values=True):
            values.setdefault(name, []).append(value)
        return values

    @property
    def authority(self) -> str:
        """Host and port for a Host header: the scheme's own port is left out (RFC 9110, section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.scheme == "https" else 80
        return host if self.port == default else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query, for the request line."""
        return (self.path or "/") + self.query_string

    def join(self, path: str, query_string: str) -> "Url":
        """This URL with `path` behind its own path, as API Management appends it to a backend's URL."""
        return Url(self.scheme, self.host, self.port, self.path.rstrip("/") + path, query_string)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@dataclass
class Request:
    """`context.Request`. `url` is the URL in force (policies rewrite it), `original_url` the one the client used."""

    method: str
    url: Url
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=lambda: Body(b""))
    ip_address: str = "127.0.0.1"
    matched_parameters: Mapping[str, str] = field(default_factory=dict)
    original_url: Url = field(init=False)

    def __post_init__(self) -> None:
        self.original_url = self.url

    def copy(self) -> "Request":
        """A copy with headers and a body of its own."""
        return replace(self, headers=self.headers.copy(), body=copy(self.body))


@dataclass
class Response:
    """`context.Response`: the backend's answer, or the one the gateway makes."""

    status_code: int = 200
    status_reason: str = "OK"
    headers: Headers = field(default_factory=Headers)
    body: Body = field(default_factory=lambda: Body(b""))

    @property
    def retry_after(self) -> float | None:
        """The Retry-After of an answer of 400 or above, in seconds; None if it has none, or not as a number."""
        if self.status_code < 400:
            return None
        for name, unit in (("retry-after-ms", 1000), ("Retry-After", 1)):
            value = self.headers.get(name) or ""
            if value.isascii() and value.isdecimal():
                return int(value[:12]) / unit
        return None
