"""What must not be shown: the keys and tokens of a request, wherever they turn up in what is told about it.

A secret is replaced by a short hash of it, so that one can tell callers apart, and find one's own:
`printf %s "$KEY" | sha256sum | cut -c1-6`. What a policy makes of a secret (half of it, its Base64) no search can find;
so origins.py follows where values come from.
"""

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus

from apim_lab.messages import Headers, Url

KEY_HEADERS = ("api-key", "Authorization", "Ocp-Apim-Subscription-Key")
"""Who calls: the first of them that a request has is its key."""

SECRET_NAME = re.compile(
    r"key|token(?!s)|secret|passw|passphrase|^pwd$|signature|credential|auth(?!or(?!i[sz]))|cookie|session|jwt|bearer"
    r"|principal|assertion|^sig$|^code$",
    re.I,
)
"""Names of headers, query parameters and variables whose values are secret. Tokens in the plural are counted."""

SHORTEST = 3
"""Characters from which on a secret is looked for at all: a shorter one is found everywhere."""

LONG_ENOUGH = 8
"""Characters from which on a secret is looked for inside of words, too: "any" would be found in "company"."""

_COUNT = re.compile(r"-?\d{1,6}|true|false|", re.I)
_QUERY = re.compile(r"(?<=[?&#])([^=&#?\s]+)=([^&#\s\"'<>]+)")
_SCHEME_AND_TOKEN = re.compile(r"[A-Za-z][\w-]* +(\S+)")
_COOKIE = re.compile(r"(?:^|;)[^;=]*=([^;]*)")


def short_hash(secret: str) -> str:
    """Six hexadecimal digits that stand for a secret."""
    try:
        content = secret.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a UTF-16 pair, which JSON can have
        content = secret.encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:6]


def caller_of(headers: Headers) -> str:
    """The short hash of the caller's key; "" without one. `Bearer` and the like do not count."""
    for name in KEY_HEADERS:
        if value := headers.get(name):
            return short_hash(credential(value))
    return ""


def credential(value: str) -> str:
    """The token of an Authorization field like `Bearer x` (RFC 9110, section 11.4); any other value as it is."""
    match = _SCHEME_AND_TOKEN.fullmatch(value)
    return match[1] if match else value


def is_secret(name: str) -> bool:
    """Whether a header, query parameter or variable of that name holds a secret."""
    return SECRET_NAME.search(name) is not None


def is_count(text: str) -> bool:
    """Whether a text tells nothing of anybody: a number of up to six digits, true or false."""
    return _COUNT.fullmatch(text) is not None


def secrets_of(fields: Iterable[tuple[str, str]], url: Url | None = None) -> Iterator[str]:
    """Every secret that a message carries in its header fields and its URL."""
    for name, value in fields:
        if is_secret(name):
            yield from _parts(name.lower(), value)
    for name, value in parse_qsl(url.query_string[1:], keep_blank_values=True) if url else ():
        if is_secret(name):
            yield value


def _parts(name: str, value: str) -> Iterator[str]:
    """The field's value, and what of it is a secret by itself."""
    yield from (value, credential(value))
    if "cookie" in name:
        cookies = _COOKIE.findall(value)
        yield from (part.strip() for part in (cookies[:1] if name == "set-cookie" else cookies) if _is_long(part))
    elif value[:6].lower() == "basic ":
        yield from filter(_is_long, _user_and_password(credential(value)))


def _user_and_password(encoded: str) -> list[str]:
    """What Basic authentication has in Base64 (RFC 7617); nothing where it is none."""
    try:
        user, _, password = b64decode(encoded).decode(errors="replace").partition(":")
    except ValueError:
        return []
    return [user, password]


def _is_long(secret: str) -> bool:
    return len(secret) >= LONG_ENOUGH


class Masker:
    """Replaces secrets in texts. The longest goes first: one may be part of another."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = {form: secret for secret in map(str.strip, secrets) for form in _forms(secret)}
        known = sorted(self._secrets, key=len, reverse=True)
        self._anywhere = _either(re.escape(form) for form in known if _is_long(form))
        self._words = _either(
            rf"(?<![\w-]){re.escape(form)}(?![\w-])" for form in known if SHORTEST <= len(form) < LONG_ENOUGH
        )

    def text(self, text: str) -> str:
        """The text with `#3f9a1c` in the place of each secret, and of what a URL in it has for one."""
        masked = self._words.sub(self._mask, self.source(text)) if self._words else self.source(text)
        return _QUERY.sub(_mask_parameter, masked)

    def source(self, text: str) -> str:
        """A text of the policy's: of a short secret, it would have the word by chance."""
        return self._anywhere.sub(self._mask, text) if self._anywhere else text

    def fields(self, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Header fields; those whose name says that they are secret are masked whatever they hold."""
        return [(self.text(name), self.field(name, value)) for name, value in fields]

    def field(self, name: str, value: str) -> str:
        """The value of one header field."""
        return self.secret(value) if is_secret(name) else self.text(value)

    def url(self, url: str) -> str:
        """A URL, in whose query a secret may be written in another way."""
        base, mark, query = url.partition("?")
        return self.text(base) + mark + "&".join(map(self._parameter, query.split("&")))

    def _mask(self, match: re.Match[str]) -> str:
        return f"#{short_hash(credential(self._secrets[match[0]]))}"

    def _parameter(self, written: str) -> str:
        name, equals, value = written.partition("=")
        if is_secret(unquote_plus(name)):
            return f"{name}{equals}{self.secret(unquote_plus(value))}"
        return self.text(written)

    def secret(self, value: str) -> str:
        """What stands for a value that is a secret, whatever it is."""
        return f"#{short_hash(credential(value))}" if value else ""


class Unmasked(Masker):
    """Shows everything, for those who asked for it."""

    def __init__(self) -> None:
        super().__init__(())

    def text(self, text: str) -> str:
        """The text, as it is."""
        return text

    def url(self, url: str) -> str:
        """The URL, as it is."""
        return url

    def secret(self, value: str) -> str:
        """The value, as it is."""
        return value


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may be written: as it is, in a URL, in JSON, by Python's repr."""
    yield secret
    if not secret.isalnum():
        yield json.dumps(secret)[1:-1]
        yield json.dumps(secret, ensure_ascii=False)[1:-1]
        yield repr(secret)[1:-1]
        plain = secret.encode(errors="replace")
        yield from (quote(plain, safe=""), quote(plain), quote_plus(plain))


def _either(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(patterns)
    return re.compile(joined) if joined else None


def _mask_parameter(match: re.Match[str]) -> str:
    name, value = match.groups()
    return f"{name}=#{short_hash(unquote_plus(value))}" if is_secret(unquote_plus(name)) else match[0]
