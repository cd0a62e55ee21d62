"""A real Chromium that looks at the live page, and tells what a person would not see: errors, and what it asked for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Locator, Page, expect, sync_playwright

from apim_lab.tracing.masking import short_hash

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STEP_TIMEOUT = 15.0
"""Seconds that the page may take to show something."""

PROJECTOR, PHONE = (1280, 720), (390, 844)


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Run a Chromium that is installed, or Playwright's own; without one the test is skipped, and fails under CI."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        program = next(filter(None, map(shutil.which, (*PROGRAMS, own))), None)
        if program is None:
            missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            missing(f"no Chromium: install {PROGRAMS[0]}, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()


class View:
    """A tab with the live page. `troubles` are errors of scripts, the console's errors and warnings, and dialogs;
    `asked` are the URLs that were asked for."""

    def __init__(self, context: BrowserContext, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.troubles: list[str] = []
        self.asked: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(STEP_TIMEOUT * 1000)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self.hear)
        self.page.on("dialog", self.dismiss)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(url)

    def hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.troubles.append(said.text)

    def dismiss(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def find(self, selector: str, **options: Any) -> Locator:
        return self.page.locator(selector, **options)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def newest(self) -> Locator:
        """The row of the newest call."""
        return self.find("#calls tr").first

    def rows(self, key: str) -> Locator:
        """The rows of the calls with this key."""
        return self.find("#calls tr", has_text=short_hash(key))

    @property
    def width_of_content(self) -> int:
        width: int = self.page.evaluate("document.documentElement.scrollWidth")
        return width

    def send(self, key: str, count: int = 1) -> None:
        """Press the button for one call, or for a burst, and wait until a call with this key is the newest."""
        if count > 1:
            self.find("#send [name=count]").fill(str(count))
        self._press("Send a burst" if count > 1 else "Send one call", key)

    def stream(self, key: str) -> None:
        """Press the button for a stream, and wait until it is the newest call."""
        self._press("Send a stream", key)

    def _press(self, name: str, key: str) -> None:
        self.page.get_by_label("as key").fill(key)
        self.button(name).click()
        expect(self.newest).to_contain_text(short_hash(key))

    def paint(self) -> None:
        """Wait until what has changed is drawn."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def shoot(self, name: str) -> None:
        """Keep pictures of the page as it is now, on a projector and on a phone, light and dark; none scrolls sideways."""
        for width, height in (PROJECTOR, PHONE):
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                self.paint()
                self.page.screenshot(path=self.folder / f"{name}-{width}-{scheme}.png", animations="disabled")
            assert self.width_of_content <= width, f"{name} scrolls sideways at {width} pixels"
        self.page.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
        self.page.emulate_media(color_scheme="light")
