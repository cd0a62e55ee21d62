"""How far expressions give here what real C# gives: `python -m bench.agreement cases.jsonl`.

A line of a file is a case as tests/oracle.py describes it, perhaps with an `area`, which is the file's name otherwise:

    {"expr": "@(7 / 2)", "area": "operators"}

With `--policies FOLDER` all expressions of the policy documents in it are cases of the area "published", each in a few
contexts; with `--mutate 2000 1`, as many of them with one token changed (seed 1) are cases of the area "mutated".
ORACLE names the program that runs real C# (tests/oracle.py).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import click

from apim_lab.policy.markup import Node, Source, read_markup, used_named_values
from bench.report import table
from tests import oracle
from tests.mutations import mutated
from tests.oracle import Answer, Case

OUTCOMES = ("same", "text", "exception", "value", "refused", "accepted", "crash")
"""What agrees: all; all but an exception's text; not which exception is thrown, or whether one is; not the value;
nothing, as it compiles only in C#, only here, or a Python error came out."""

VARIABLE = re.compile(r'Variables(?:\[|\.GetValueOrDefault(?:<[^>]*>)?\()\s*"([^"]*)"')
VARYING = re.compile(r"\bElapsed\b|\bNewGuid\b|\bNow\b|\bRandom\b|\bToday\b|\bUtcNow\b")
"""What gives something else each time, so that only the types of values are compared."""

BODY = '{"model": "gpt-4o", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}], "usage": {"total": 7}}'
ANSWER = {"headers": {"Retry-After": "10", "Content-Type": "application/json"}, "body": BODY}
CALLER = {
    "api": {"Id": "openai", "Name": "Azure OpenAI", "Path": "openai", "Revision": "1"},
    "operation": {"Id": "chat", "Name": "Chat", "Method": "POST", "UrlTemplate": "/chat/completions"},
    "product": {"Id": "starter", "Name": "Starter"},
    "subscription": {"Id": "sub-1", "Name": "Team A", "Key": "abc"},
    "user": {"Id": "1", "Email": "a@example.com", "FirstName": "A", "LastName": "B"},
    "deployment": {"Region": "West Europe", "ServiceName": "apim", "ServiceId": "apim-1", "GatewayId": "managed"},
    "lastError": {"Source": "validate-jwt", "Reason": "TokenNotPresent", "Message": "JWT not present."},
}
CONTEXTS: Sequence[tuple[object, Case]] = (
    (None, {"method": "POST", "body": BODY, "response": {"status": 200, **ANSWER}}),
    (
        "1",
        {
            "body": BODY,
            "headers": {"api-key": "abc", "Accept": ["a", "b"]},
            "response": {"status": 429, **ANSWER},
            **CALLER,
        },
    ),
    (5, {"method": "POST", "body": BODY, "response": {"status": 200, **ANSWER}}),
    (
        {"type": "JObject", "value": {"a": [1, "b"]}},
        {"method": "POST", "body": "text", "response": {"status": 503, **ANSWER}},
    ),
    (
        {"type": "IResponse", "value": {"status": 200, **ANSWER}},
        {"url": "https://gateway.example/openai/chat?api-version=1&x=2", "headers": {"Authorization": "Bearer a.b.c"}},
    ),
    (
        {"type": "JArray", "value": [{"url": "https://a.example/", "priority": 1, "isThrottling": False}]},
        {"method": "PUT", "body": "[1, 2]", "response": {"status": 500, "body": "failed"}, **CALLER},
    ),
)
"""What every variable that an expression names holds (None: it is not set), and the rest of the context."""


def outcome(mine: Answer, theirs: Answer) -> str:
    """One of OUTCOMES."""
    if "crash" in mine:
        return "crash"
    if ("compile_error" in mine) != ("compile_error" in theirs):
        return "refused" if "compile_error" in mine else "accepted"
    if oracle.comparable(mine) == oracle.comparable(theirs):
        return "same"
    if "exception" not in mine or "exception" not in theirs:
        return "exception" if "exception" in {*mine, *theirs} else "value"
    return "text" if mine["exception"]["type"] == theirs["exception"]["type"] else "exception"


def stable(answer: Answer) -> Answer:
    return {**answer, "value": ""} if "value" in answer else answer


def cases_of(path: Path) -> list[Case]:
    return [{"area": path.stem, **case} for case in oracle.read(path)]


def expressions_in(folder: Path) -> list[str]:
    """Every expression of the documents in the folder, once."""
    return list(dict.fromkeys(text for path in sorted(folder.rglob("*.xml")) for text in expressions_of(path)))


def published(expressions: Sequence[str]) -> list[Case]:
    """Every expression in each of the contexts."""
    return [
        {"area": "published", "expr": text, "context": {**context, "variables": variables(text, value)}}
        for text in expressions
        for value, context in CONTEXTS
    ]


def slips(expressions: Sequence[str], count: int, seed: int) -> list[Case]:
    """So many of the expressions with one token changed."""
    context = CONTEXTS[1][1]
    texts = islice(mutated(expressions, Random(seed)), count)  # noqa: S311  # no secret
    return [{"area": "mutated", "expr": text, "context": context} for text in texts]


def variables(expression: str, value: object) -> dict[str, object]:
    return {} if value is None else dict.fromkeys(VARIABLE.findall(expression), value)


def expressions_of(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8-sig")
    root = read_markup(Source(text), {name: name for name in used_named_values(text)})
    return _expressions(root) if root is not None else iter(())


def _expressions(node: Node) -> Iterator[str]:
    texts = [text for _, text in node.attributes.values()] + ([node.text] if node.text is not None else [])
    yield from (text.value.strip() for text in texts if text.is_expression)
    for child in node.children:
        yield from _expressions(child)


def report(counts: Mapping[str, Counter[str]]) -> str:
    """A row for each group: how many cases, what share of them agrees, for what share the verdict "compiles" is right,
    and how many end in each outcome."""
    rows = {}
    for name, found in counts.items():
        judged = found.total() - found["refused"] - found["accepted"]
        shares = [f"{part / found.total():.2%}" for part in (found["same"], judged)]
        rows[name] = [str(found.total()), *shares, *(str(found[kind] or "") for kind in OUTCOMES[1:])]
    return table("agreement with C#", ["cases", "same", "verdict", *OUTCOMES[1:]], rows)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Policy documents.")
@click.option("--mutate", type=(int, int), metavar="COUNT SEED", help="So many of their expressions, in one token.")
@click.option("--by", default="area", show_default=True, help="The field of a case that the table is grouped by.")
@click.option("--show", is_flag=True, help="Print every case that differs, too.")
def main(files: Sequence[Path], policies: Path | None, mutate: tuple[int, int] | None, by: str, *, show: bool) -> None:
    """Ask real C# and this engine, and print how often they agree."""
    expressions = expressions_in(policies) if policies else []
    cases = [case for path in files for case in cases_of(path)] + published(expressions)
    cases += slips(expressions, *mutate) if expressions and mutate else []
    counts: dict[str, Counter[str]] = {}
    for case, theirs in zip(cases, oracle.asked(cases), strict=True):
        mine = oracle.ours(case)
        kind = outcome(*map(stable, (mine, theirs)) if VARYING.search(case["expr"]) else (mine, theirs))
        counts.setdefault(str(case.get(by, "")), Counter())[kind] += 1
        if show and kind != "same":
            click.echo(f"{kind}  {case['expr']}  {json.dumps(case.get('context', {}))}")
            click.echo(f"    C#   {json.dumps(theirs)}\n    here {json.dumps(mine)}")
    click.echo(report(counts))


if __name__ == "__main__":
    main(prog_name="python -m bench.agreement")
