"""What the live page costs the gateway: `python -m bench.page`, from the project's directory.

Gateways without a page, with one that nobody looks at, and with one whose events are read take turns. With `--browser`
a Chromium looks at a fourth, and at a fifth it does so for a minute of steady calls: do the memory of both and the
page's DOM stay as they are, and does anything hold the page up? That needs Playwright and a Chromium. The outcome is in
docs/performance.md.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from bench import report
from bench.live_page import Shown, reader, with_page
from bench.load import AnswerError, Client, client
from bench.processes import Process, StartError, gateway, mitmdump, upstream
from bench.programs import Program
from bench.python_build import this_build
from bench.rounds import FULL, QUICK, Calls, Figures, Measured, Plan, take_turns
from bench.routes import Route

if TYPE_CHECKING:
    from playwright.async_api import Page

WITHOUT, UNSEEN, READ, SEEN = "no page", "page, nobody looks", "page, events read", "page, in Chromium"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SETTLED = 10
"""Seconds of steady calls after which the page's lists are full."""

TICKS = 10
"""Batches in a second of steady calls."""

COUNT_LONG_TASKS = """
    window.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => one.duration)))
        .observe({ type: "longtask", buffered: true });
"""
"""Long tasks are those over 50 ms (W3C, Long Tasks API)."""


@click.command()
@click.option("--quick", is_flag=True, help="A fraction of the calls: to try it out, not for numbers to quote.")
@click.option("--browser", is_flag=True, help="Look at the page in Chromium, too.")
@click.option("--rate", default=300, show_default=True, help="Steady calls per second before Chromium's eyes.")
@click.option("--seconds", default=60, show_default=True, help="How long they last.")
def main(quick: bool, browser: bool, rate: int, seconds: int) -> None:
    """Measure what the live page costs the gateway."""
    click.echo(f"{os.cpu_count()} CPUs; {this_build()}; mitmproxy {version('mitmproxy')}")
    click.echo("Ratios to the first row, what was measured in parentheses; medians over the rounds.")
    try:
        for part in throughput(QUICK if quick else FULL, browser=browser):
            click.echo(f"\n{part}")
        if browser:
            click.echo(f"\n{steady(rate, seconds)}")
    except (StartError, AnswerError) as error:
        raise click.ClickException("\n".join([str(error), *getattr(error, "__notes__", [])])) from error


# ---- throughput -------------------------------------------------------------------------------------------------


def throughput(plan: Plan, *, browser: bool) -> Iterator[str]:
    """Compare the gateways, over one connection and over several."""
    with ExitStack() as stack:
        backends = stack.enter_context(upstream())
        bare = stack.enter_context(mitmdump(WITHOUT, *gateway(backends)))
        paged = {
            name: stack.enter_context(with_page(name, backends))
            for name in (UNSEEN, READ, *([SEEN] if browser else []))
        }
        stack.enter_context(reader(paged[READ].page))
        for connections in (1, 16):
            kinds: dict[str, Measured[Client]] = {
                name: Calls(Program(process), connections=connections)
                for name, process in ((WITHOUT, bare), *((name, shown.process) for name, shown in paged.items()))
            }
            if browser:
                kinds[SEEN] = Looked(Calls(Program(paged[SEEN].process), connections=connections), paged[SEEN].page)
            title = f"{connections} connection{'s' if connections > 1 else ''}"
            yield report.comparison(title, take_turns(kinds, plan.rounds, plan.calls))


class Looked:
    """Calls before the eyes of Chromium, which is at rest while it is the others' turn."""

    def __init__(self, calls: Calls, page: int) -> None:
        self.calls = calls
        self.page = page
        self.tab: Page

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Client]:
        async with chromium(self.page) as self.tab, self.calls.opened() as opened:
            await self.tab.click("#pause")
            yield opened

    async def make(self, opened: Client, number: int) -> Figures:
        await self.tab.click("#pause")
        try:
            return await self.calls.make(opened, number)
        finally:
            await self.tab.click("#pause")


@asynccontextmanager
async def chromium(port: int) -> "AsyncIterator[Page]":
    """The page in a Chromium without a window; raise StartError if there is none."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  # the rest works without it

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise StartError(f"no Chromium: install {PROGRAMS[0]}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        tab = await browser.new_page(viewport={"width": 1280, "height": 720})
        await tab.add_init_script(COUNT_LONG_TASKS)
        await tab.goto(f"http://127.0.0.1:{port}")
        await tab.wait_for_selector("#connection[data-state=live]")
        yield tab
        await browser.close()


# ---- a minute of steady calls -----------------------------------------------------------------------------------


def steady(rate: int, seconds: int) -> str:
    """Memory before, in between and after, and what held the page up."""
    with ExitStack() as stack:
        shown = stack.enter_context(with_page(SEEN, stack.enter_context(upstream())))
        return asyncio.run(look_on(shown, rate, seconds))


async def look_on(shown: Shown, rate: int, seconds: int) -> str:
    async with chromium(shown.page) as tab, client(shown.process.port, 16) as opened:
        columns = [await weigh(shown.process, tab)]
        started = time.monotonic()
        await call_steadily(opened, rate, min(SETTLED, seconds))
        columns.append(await weigh(shown.process, tab))
        await call_steadily(opened, rate, max(0, seconds - SETTLED))
        achieved = rate * seconds / (time.monotonic() - started)
        columns.append(await weigh(shown.process, tab))
        long: list[float] = await tab.evaluate("longTasks")
    heads = ["before", f"after {SETTLED} s", f"after {seconds} s"]
    rows = {name: [column[name] for column in columns] for name in columns[0]}
    longest = f", the longest {max(long):.0f} ms" if long else ""
    return "\n".join(
        [
            report.table(f"{achieved:.0f} calls/s, Chromium looks", heads, rows),
            f"Tasks over 50 ms in the page: {len(long)}{longest}.",
        ]
    )


async def call_steadily(opened: Client, rate: int, seconds: int) -> None:
    """So many calls a second, in batches; late ones are made up for."""
    begun = time.monotonic()
    for tick in range(seconds * TICKS):
        await opened.call(Route().request("plain"), rate // TICKS)
        await asyncio.sleep(max(0.0, begun + (tick + 1) / TICKS - time.monotonic()))


async def weigh(process: Process, tab: "Page") -> dict[str, str]:
    """The memory of the gateway and of the page, after a garbage collection in the latter."""
    session = await tab.context.new_cdp_session(tab)
    await session.send("Performance.enable")
    await session.send("HeapProfiler.collectGarbage")
    measured = await session.send("Performance.getMetrics")
    figures = {metric["name"]: metric["value"] for metric in measured["metrics"]}
    await session.detach()
    return {
        "gateway, RSS": f"{process.resident_bytes() / 1e6:.1f} MB",
        "page, JS heap": f"{figures['JSHeapUsedSize'] / 1e6:.1f} MB",
        "page, DOM nodes": f"{figures['Nodes']:,.0f}",
        "page, listeners": f"{figures['JSEventListeners']:,.0f}",
    }


if __name__ == "__main__":
    main(prog_name="python -m bench.page")
