"""The options of the gateway, as `--set NAME=VALUE` takes them."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from mitmproxy.addonmanager import Loader
from mitmproxy.options import Options
from mitmproxy.optmanager import unset

from apim_lab.csharp.runtime.budget import Limits
from apim_lab.gallery import LAB
from apim_lab.livepage.addresses import parse_address
from apim_lab.livepage.fleet import parse_control


class Option(NamedTuple):
    """One option: mitmproxy knows str, int, bool and a sequence of str."""

    name: str
    kind: Any  # a type, or Sequence[str], which mypy does not count as one
    default: object
    help: str
    choices: Sequence[str] = ()


LIMITS = Limits()

OPTIONS = (
    Option(
        "apim_config",
        str,
        str(LAB),
        "Configuration file (YAML): backends, named values, APIs, hosts. See docs/configuration.md.",
    ),
    Option("apim_policy", str, "", "Policy document for every API, instead of the one that the configuration names."),
    Option(
        "apim_backends",
        Sequence[str],
        (),
        """
        Backend as "id=url", for example openAiBackend1=http://127.0.0.1:5001/openai. Adds one to the
        configuration or changes its URL. May be given several times.
        """,
    ),
    Option(
        "apim_named_values",
        Sequence[str],
        (),
        """
        Named value as "name=value", for example calls=1000: stands for {{name}} in the policy. May be given
        several times.
        """,
    ),
    Option(
        "apim_allow_list",
        str,
        "warn",
        """
        What is told of members of .NET that work in expressions here and that API Management refuses when a policy is
        saved: "warn" logs them when the policy is read, "enforce" refuses the policy.
        """,
        ("warn", "enforce"),
    ),
    Option("apim_store", str, "memory://", "Where counters and cached values are kept: memory:// (this process)."),
    Option(
        "apim_page",
        str,
        "",
        """
        Serve the live page, with traces and metrics, on this port of 127.0.0.1, or at host:port. Without it there is
        none.
        """,
    ),
    Option(
        "apim_fleet",
        Sequence[str],
        (),
        """
        URL of a mock fleet's control, for example http://127.0.0.1:5000: the live page shows its backends and changes
        them. May be given several times.
        """,
    ),
    Option(
        "apim_allowed_hosts",
        Sequence[str],
        (),
        """
        Name under which clients may call the gateway, for example gateway or api.contoso.com, beside its addresses and
        localhost; * is every name. May be given several times. See docs/modes.md.
        """,
    ),
    Option(
        "apim_allowed_origins",
        Sequence[str],
        (),
        """
        Origin whose pages may call the gateway, for example https://app.contoso.com, beside those of this machine; * is
        every origin. May be given several times. See docs/modes.md.
        """,
    ),
    Option(
        "apim_proxy",
        str,
        "local",
        """
        Who may use the gateway as a proxy for hosts that are not in the configuration: local (clients of this machine),
        hosts (nobody), or any (everybody who reaches it). See docs/modes.md.
        """,
        ("local", "hosts", "any"),
    ),
    Option("apim_traces", int, 200, "How many calls the live page keeps, with their traces."),
    Option(
        "apim_unmasked",
        bool,
        False,
        "Show keys, tokens and texts from bodies in traces. Whoever can open the live page sees them then.",
    ),
    Option(
        "apim_log",
        str,
        "text",
        "The log of calls: text (a line for each), json (an object a line, for other messages, too), or none.",
        ("text", "json", "none"),
    ),
    Option("apim_otlp", str, "", "Send OpenTelemetry traces and metrics to this OTLP/HTTP endpoint."),
    # docs/limits.md says what is beyond each of those below, in the same words
    Option(
        "apim_head_limit",
        int,
        65536,
        "Bytes of the head of a request or an answer: its first line and its fields. See docs/limits.md.",
    ),
    Option("apim_field_limit", int, 200, "Fields of the head of a request or an answer. See docs/limits.md."),
    Option(
        "apim_body_limit",
        int,
        128,
        "Megabytes of the body of a request to an API, or of an answer that the policy reads. See docs/limits.md.",
    ),
    Option(
        "apim_memory_limit",
        int,
        1024,
        "Megabytes of all bodies of at least one that the gateway keeps at the same time. See docs/limits.md.",
    ),
    Option(
        "apim_idle_timeout",
        int,
        240,
        "Seconds of silence within the body of a request or an answer. See docs/limits.md.",
    ),
    Option(
        "apim_http2_frames",
        int,
        1000,
        """
        Frames of an HTTP/2 client that bring nothing, at once: PING, SETTINGS, DATA of less than 64 bytes and the like,
        and five for each call that it gives up. See docs/limits.md.
        """,
    ),
    Option(
        "apim_statements",
        int,
        LIMITS.statements,
        "Statements of a policy that one request may run. See docs/limits.md.",
    ),
    Option(
        "apim_loop_iterations",
        int,
        LIMITS.loop_iterations,
        "Rounds of loops, and calls of lambdas, in all expressions of one request. See docs/limits.md.",
    ),
    Option(
        "apim_cpu_seconds",
        int,
        LIMITS.cpu_seconds,
        "Seconds of processor time of one request for loops and large bodies in expressions. See docs/limits.md.",
    ),
    Option(
        "apim_variable_bytes",
        int,
        LIMITS.variable_bytes,
        "Bytes that all variables of one request may hold, roughly. See docs/limits.md.",
    ),
)

AT_LEAST_ONE = (
    "apim_traces",
    "apim_head_limit",
    "apim_field_limit",
    "apim_body_limit",
    "apim_memory_limit",
    "apim_idle_timeout",
    "apim_http2_frames",
)
LIMITED = tuple(f"apim_{item.name}" for item in fields(Limits))


def declare(loader: Loader) -> None:
    """Make the options known to mitmproxy."""
    for option in OPTIONS:
        default = list(option.default) if isinstance(option.default, tuple) else option.default
        loader.add_option(option.name, option.kind, default, option.help, option.choices or None)


def check(options: Options) -> None:
    """Raise ValueError for a value that an option cannot have; mitmproxy does not check `choices`."""
    for name, choices in ((option.name, option.choices) for option in OPTIONS if option.choices):
        if (value := getattr(options, name)) not in choices:
            raise ValueError(f"{name} is {value!r}: expected one of {', '.join(choices)}")
    if options.stream_large_bodies:
        raise ValueError("stream_large_bodies sends a request on before the policy has seen it: leave it out")
    if options.apim_page:
        parse_address(options.apim_page)
    if options.apim_fleet and not options.apim_page:
        raise ValueError("apim_fleet is for the live page: expected apim_page, too, like apim_page=8081")
    for url in options.apim_fleet:
        parse_control(url)
    for name in AT_LEAST_ONE + LIMITED:
        if (value := getattr(options, name)) < 1:
            raise ValueError(f"{name} is {value}: expected at least 1")


def limits_of(options: Options) -> Limits:
    """What one request may use."""
    return Limits(**{item.name: getattr(options, f"apim_{item.name}") for item in fields(Limits)})


def is_given(options: Options, name: str) -> bool:
    """Whether the command line or a configuration file has set one of mitmproxy's options, maybe to its default.

    Written for mitmproxy 12 (mitmproxy/optmanager.py), whose `has_changed` is False then.
    """
    return options._options[name].value is not unset
