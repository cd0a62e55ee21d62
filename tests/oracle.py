"""Tables of expressions with what real C# answers, recorded as JSON lines beside the tests that read them.

A line is a case, `{"expr": "@(7 / 2)"}`, perhaps with a `context` (what may stand in it: `context_of`), and the answer:
`"value"` and `"type"`, or `"exception"`, or `"compile_error"`. A test module reads one by

    test_dates_agree = oracle.table(__file__, "dates.jsonl")

    python -m tests.oracle record tests/apim_lab/dotnet/dates/dates.jsonl    asks real C# and writes the answers into the file
    python -m tests.oracle differ cases.jsonl                          shows where this engine answers otherwise

ORACLE names the program that runs real C#, JSON lines in and out; only these two commands need it, no test does.
"""

import base64
import json
import os
import re
import subprocess
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.values import Array, Bytes, Char, Int64
from apim_lab.dotnet.values import Convertible
from apim_lab.errors import ExpressionError
from apim_lab.expressions import CompileError, compile_expression, to_text
from apim_lab.expressions.allow_list import LIBRARY
from apim_lab.expressions.context_members.json_web_tokens import read_jwt
from apim_lab.expressions.entities import (
    Api,
    Caller,
    Deployment,
    GatewayInstance,
    LastError,
    Operation,
    Product,
    ProductState,
    Subscription,
    User,
)
from apim_lab.messages import Body, Headers, Request, Response, Url
from apim_lab.newtonsoft.tokens import JArray, JObject, JToken, JValue
from apim_lab.policy.backends import Backend
from apim_lab.policy.context import Context
from apim_lab.stores.memory import MemoryStore

type Case = dict[str, Any]
type Answer = dict[str, Any]

ORACLE = os.environ.get("ORACLE") or str(
    Path(__file__).parents[2] / "shared" / "tools" / "csharp-oracle" / "csharp-oracle"
)
ANSWERS = ("value", "type", "exception", "compile_error")


def table(module: str, name: str) -> Callable[..., None]:
    """A test for each case of the file `name` beside the test module."""
    path = Path(module).with_name(name)

    @pytest.mark.parametrize("case", [pytest.param(case, id=case["expr"]) for case in read(path)])
    def test(case: Case) -> None:
        expected = {key: case[key] for key in ANSWERS if key in case}

        assert comparable(ours(case)) == comparable(expected)

    return test


def read(path: Path) -> list[Case]:
    return _parsed(path.read_text(encoding="utf-8"))


def _parsed(lines: str) -> list[Any]:
    """JSON lines; a text in them may hold what `splitlines` takes for the end of a line, like U+2028."""
    return [json.loads(line) for line in lines.split("\n") if line.strip()]


def comparable(answer: Answer) -> Answer:
    """An answer without what need not agree: the wording of a compile error, how lines end (here as on Windows), how an
    unboxing that fails is worded (here as it was seen on Azure), the numbers of anonymous types, the class of what is
    lazy, and that of a response, a guess."""
    if "compile_error" in answer:
        return {"compile_error": True}
    text = ANONYMOUS.sub("<>f__AnonymousType0", json.dumps(answer))
    answer = json.loads(text.replace("Policy.Response", "IResponse").replace("Policy.", ""))
    if type_ := answer.get("type"):
        answer = {**answer, "type": "IEnumerable" if type_.startswith(LAZY) else plain_name(type_)}
    if isinstance(value := answer.get("value"), str):
        return {**answer, "value": value.replace("\r\n", "\n")}
    if "exception" in answer:
        message = answer["exception"]["message"].replace("\r\n", "\n")
        if answer["exception"]["type"] == "System.InvalidCastException":
            message = UNBOXING.sub(UNBOXED, message)
        return {"exception": {**answer["exception"], "message": message}}
    return answer


ANONYMOUS = re.compile(r"\.?<>f__AnonymousType\d+")
# What LINQ returns: .NET has a class of its own for nearly every method
LAZY = ("System.Linq.", "System.Collections.Generic.IEnumerable<")


def plain_name(name: str) -> str:
    """``N.A`1[[N.B, Assembly, Version=4.0]][]`` as `N.A<N.B>[]`."""
    if "[[" not in name:
        return name
    name = re.sub(r", [\w.]+, Version=[^\]]*|`\d+", "", name)
    return name.replace("],[", ", ").replace("[[", "<").replace("]]", ">")


UNBOXED = "Specified cast is not valid."
VALUE_TYPES = (
    "Int16|Int32|Int64|UInt16|UInt32|UInt64|Byte|SByte|Char|Boolean|Single|Double|Decimal|DateTime|DateTimeOffset|DayOfWeek|"
    "TimeSpan|Guid|ValueTuple.*"
)
UNBOXING = re.compile(rf"Unable to cast object of type '.*' to type 'System\.(?:{VALUE_TYPES})'\.")


# ---- what real C# answers ----------------------------------------------------------------------------------------


def asked(cases: Iterable[Case]) -> list[Answer]:
    """What real C# answers to each case."""
    lines = [json.dumps({"id": i, **{k: v for k, v in c.items() if k not in ANSWERS}}) for i, c in enumerate(cases)]
    if not Path(ORACLE).exists():
        raise click.ClickException(f"{ORACLE} is not there: ORACLE names the program that runs real C#")
    ended = subprocess.run([ORACLE], input="\n".join(lines), capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{ORACLE} failed: {ended.stderr}")
    return [{key: line[key] for key in ANSWERS if key in line} for line in _parsed(ended.stdout)]


def record(path: Path) -> None:
    """Write what real C# answers into the file."""
    cases = [{key: value for key, value in case.items() if key not in ANSWERS} for case in read(path)]
    lines = [
        json.dumps({**case, **answer}, ensure_ascii=False) for case, answer in zip(cases, asked(cases), strict=True)
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


# ---- what this engine answers ------------------------------------------------------------------------------------


def ours(case: Case) -> Answer:
    """What this engine answers, in the oracle's form. A Python error is one of the answers: it never agrees."""
    try:
        expression = compile_expression(case["expr"], reads_razor=False)
    except CompileError as error:
        return {"compile_error": {"message": error.mistakes[0][1]}}
    try:
        value = expression.evaluate(context_of(case.get("context", {})))
        return {"value": shown(value), "type": None if value is None else type_name(LIBRARY.type_of(value))}
    except ExpressionError as error:
        return {"exception": {"type": exception_name(error), "message": error.message}}
    except Exception as error:  # noqa: BLE001  # a fault of the engine, told as such
        return {"crash": f"{type(error).__name__}: {error}"}


def exception_name(error: ExpressionError) -> str:
    return error.full_name if isinstance(error, DotNetError) else type(error).__name__


def shown(value: object) -> str | None:
    """The value as the oracle shows it: what is enumerable item by item."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item) or 'null'}" for key, item in value.items()) + "}"
    if isinstance(value, Iterable) and not isinstance(value, str | Convertible):
        return f"[{', '.join('null' if item is None else str(shown(item)) for item in value)}]"
    return to_text(value)


def type_name(type_: Any) -> str:
    if type_.name == "[]":
        return f"{type_name(type_.arguments[0])}[]"
    found = LIBRARY.definition(type_)
    name = re.sub(r"\w+`\d\+", "", type_.full_name or (found.full_name if found else type_.name))
    return f"{name}<{', '.join(map(type_name, type_.arguments))}>" if type_.arguments else name


def context_of(given: Mapping[str, Any]) -> Context:
    """The context that a case describes: `method url originalUrl headers body ip matchedParameters timestamp requestId
    variables`, `response {status reason headers body}`; `api operation product subscription user deployment backend
    lastError` by their C# names."""
    url = given.get("url", "https://gateway.example/")
    request = Request(
        given.get("method", "GET"),
        Url.parse(given.get("originalUrl", url)),
        headers_of(given),
        body_of(given),
        ip_address=given.get("ip", "127.0.0.1"),
        matched_parameters=given.get("matchedParameters", {}),
    )
    request.url = Url.parse(url)
    context = Context(request, MemoryStore(), response=response_of(given["response"]) if "response" in given else None)
    context.timestamp = datetime.fromisoformat(given.get("timestamp", "2026-01-15T10:30:05Z"))
    context.request_id = uuid.UUID(given.get("requestId", "01234567-89ab-cdef-0123-456789abcdef"))
    context.variables = {name: variable(value) for name, value in given.get("variables", {}).items()}
    context.api = entity(Api, given.get("api"))
    context.operation = entity(Operation, given.get("operation"))
    context.last_error = entity(LastError, given.get("lastError"))
    context.deployment = deployment_of(given.get("deployment"))
    if backend := given.get("backend"):
        context.backend = Backend(backend["Id"], request.url)
    context.caller = Caller(
        entity(Product, given.get("product")),
        entity(Subscription, given.get("subscription")),
        entity(User, given.get("user")),
    )
    return context


def entity(class_: type[Any], given: Mapping[str, Any] | None) -> Any:
    """What a case says of an API, a user, …: null where it says nothing, and so is each property of which it does not."""
    if given is None:
        return None
    values = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): value for name, value in given.items()}
    for name, value in values.items():
        if name.endswith("_date"):
            values[name] = datetime.fromisoformat(value)
    if "state" in values:
        values["state"] = ProductState(values["state"])
    required = {field.name: None for field in fields(class_) if field.default is MISSING}
    return class_(**required | values)


def deployment_of(given: Mapping[str, Any] | None) -> Any:
    if given is None:
        return None
    names = {"Region": None, "ServiceId": None, "ServiceName": None, **given}
    gateway = GatewayInstance(names.pop("GatewayId", "managed"))
    return replace(entity(Deployment, names), gateway=gateway)


def headers_of(given: Mapping[str, Any]) -> Headers:
    fields = given.get("headers", {}).items()
    return Headers(
        [(name, value) for name, values in fields for value in ([values] if isinstance(values, str) else values)]
    )


def body_of(given: Mapping[str, Any]) -> Body:
    content = (given.get("body") or "").encode()
    return Body(content, is_original=not content)


def response_of(given: Mapping[str, Any]) -> Response:
    return Response(given.get("status", 200), given.get("reason", "OK"), headers_of(given), body_of(given))


def variable(given: Any) -> object:
    """A plain JSON value, or {"type": "JObject", "value": ...}."""
    if not isinstance(given, dict):
        return given
    value = given["value"]
    make = VARIABLES.get(given["type"])
    if make is None:
        raise ValueError(f"no such type of variable: {given['type']}")
    return make(value)


def _by_expression(source: str) -> Callable[[str], object]:
    """A value that the engine itself makes of a text, like `DateTime.Parse`."""
    compiled = compile_expression(source)
    return lambda text: compiled.evaluate(
        Context(Request("GET", Url.parse("http://a/")), MemoryStore(), variables={"x": text})
    )


def token(value: Any) -> JToken:
    """A tree whose texts are no dates, whatever they look like."""
    if isinstance(value, dict):
        members = JObject()
        for name, member in value.items():
            members.set(name, token(member))
        return members
    if isinstance(value, list):
        items = JArray()
        for item in value:
            items.append(token(item))
        return items
    return JValue(Int64(value) if value.__class__ is int else value)


VARIABLES: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("JObject", "JArray", "JToken", "JValue"), token),
    "IResponse": response_of,
    "Jwt": read_jwt,
    "string[]": Array,
    "byte[]": lambda text: Bytes(base64.b64decode(text)),
    "long": Int64,
    "decimal": Decimal,
    "double": float,
    "char": Char,
    "Guid": uuid.UUID,
    "TimeSpan": _by_expression('@(TimeSpan.Parse((string)context.Variables["x"]))'),
    "DateTime": _by_expression('@(DateTime.Parse((string)context.Variables["x"]).ToUniversalTime())'),
}


# ---- the command line --------------------------------------------------------------------------------------------


def differ(path: Path) -> None:
    """Print each case that this engine answers otherwise, and how many those are."""
    cases = read(path)
    different = 0
    for case, theirs in zip(cases, asked(cases), strict=True):
        mine = ours(case)
        if comparable(mine) != comparable(theirs):
            different += 1
            click.echo(f"{case['expr']}  {json.dumps(case.get('context', {}))}")
            click.echo(f"    C#   {json.dumps(theirs)}\n    here {json.dumps(mine)}")
    click.echo(f"{different} of {len(cases)} differ")


@click.group()
def main() -> None:
    """Ask real C# what expressions give."""


_FILE = click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
main.command("record")(_FILE(record))
main.command("differ")(_FILE(differ))

if __name__ == "__main__":
    main(prog_name="python -m tests.oracle")
