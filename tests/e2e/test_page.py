"""The live page in a real browser: what it shows while calls go through a real gateway, and what it does not let in."""

import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from apim_lab.lessons.performance import PACE_VARIABLE
from apim_lab.tracing.masking import short_hash
from mockbackends import Backend, serve
from mockbackends.client import ControlClient
from mockbackends.settings import Deployment
from tests.e2e.browser import PHONE, PROJECTOR, STEP_TIMEOUT, View, chromium
from tests.e2e.conftest import ROOT, Gateway, Lab

POLICY = ROOT / "addon" / "apim_lab" / "gallery" / "openai-round-robin.xml"
NAMES = ("openAiBackend1", "openAiBackend2", "openAiBackend3")
CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
SPARE = Backend("spare", deployments=(Deployment(name="gpt-4o"), Deployment(name="gpt-4o-mini")))
"""Another mock backend, which the gateway does not know."""
THROTTLED = {"fault": "throttle", "retry_after": 10}
HOSTILE = '<img src=x onerror="window.hacked=1;alert(1)"><script>window.hacked=1</script>'
EAVESDROPPING = """<policies>
    <inbound>
        <set-variable name="said" value="@(context.Request.Headers.GetValueOrDefault("X-Said", ""))" />
        <set-variable name="asked" value="@(context.Request.Body.As<string>(preserveContent: true))" />
        <cache-store-value key="@((string)context.Variables["said"])" value="@((string)context.Variables["asked"])" duration="60" />
        <set-backend-service backend-id="only" />
    </inbound>
    <backend><forward-request /></backend>
    <outbound>
        <set-variable name="answer" value="@(context.Response.Body.As<string>(preserveContent: true))" />
    </outbound>
</policies>"""
"""Keeps what client and backend say, for all to see."""

expect.set_options(timeout=STEP_TIMEOUT * 1000)


def page_of(gateway: Gateway) -> str:
    """The URL of the gateway's live page."""
    return re.search(r"the live page is at (\S+)", gateway.wait_for("the live page is at"))[1]


class Stage:
    """A gateway with a live page, in front of a fleet with a control. `policy` is a file of its own."""

    def __init__(self, gateway: Gateway, control: ControlClient, policy: Path) -> None:
        self.gateway = gateway
        self.control = control
        self.policy = policy
        self.url = page_of(gateway)

    def throttle(self, *backends: str) -> None:
        for name in backends:
            self.control.change(name, faults=[THROTTLED])

    def heal(self, *backends: str) -> None:
        for name in backends:
            self.control.change(name, faults=[])

    def advance(self, seconds: float) -> None:
        httpx2.post(f"{self.url}/clock/advance", json={"seconds": seconds}).raise_for_status()

    def change_policy(self, comment: str) -> None:
        """Write another policy, and wait until the gateway has read it."""
        read = self.gateway.log.count("the configuration was read again")
        self.policy.write_text(f"{POLICY.read_text()}<!-- {comment} -->")
        self.gateway.wait_for_times("the configuration was read again", read + 1)

    def calls(self) -> int:
        """How many calls the backends got."""
        return len(self.control.journal())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium("--host-resolver-rules=MAP rebound.test 127.0.0.1") as opened:
        yield opened


@pytest.fixture(scope="module")
def theatre(browser: Browser, confdir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The one gateway of this module."""
    policy = tmp_path_factory.mktemp("policy") / POLICY.name
    shutil.copy(POLICY, policy)
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv(PACE_VARIABLE, "0")
        backends = [Backend(name, latency_ms=20, token_ms=5) for name in NAMES]
        fleet = stack.enter_context(serve([*backends, SPARE], control=0))
        options = ("--set", "apim_page=0", "--set", f"apim_fleet={fleet.control_url}", "--set", f"apim_policy={policy}")
        gateway = Lab(stack, confdir).gateway(*options, urls={name: fleet.urls[name] for name in NAMES})
        yield Stage(gateway, ControlClient(fleet.control_url), policy)


@pytest.fixture
def stage(theatre: Stage) -> Stage:
    """The gateway, with nothing counted or cached, and a fleet in which all is well."""
    theatre.control.reset()
    theatre.advance(300)
    return theatre


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., View]]:
    """Open a page. Whatever a test is about: there are no errors, and nothing is asked of another machine."""
    views: list[View] = []
    with ExitStack() as stack:

        def open_(url: str, size: tuple[int, int] = PROJECTOR, **options: object) -> View:
            context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
            stack.callback(context.close)
            views.append(View(context, url, tmp_path))
            return views[-1]

        yield open_
        for view in views:
            assert view.troubles == []
            assert {urlsplit(url).hostname for url in view.asked} <= {"127.0.0.1", None}  # None: data:


@pytest.fixture
def view(stage: Stage, opened: Callable[..., View]) -> View:
    return opened(stage.url)


# ---- what it shows ----------------------------------------------------------------------------------------------


def test_before_the_first_call_the_page_says_what_to_do(lab, opened):
    gateway = lab.gateway("--set", "apim_page=0", urls=lab.backends(*map(Backend, NAMES)))
    view = opened(page_of(gateway))

    expect(view.find("#connection")).to_have_text("live")
    expect(view.find("#lanes-empty")).to_contain_text("No call yet. Press Send one call")
    expect(view.find("#calls-empty")).to_be_visible()
    expect(view.find("#limits-empty")).to_have_text("No limit has counted a call yet.")
    expect(view.find("#fleet-empty")).to_be_visible()
    expect(view.find(".lane-name")).to_have_text(["gateway", *(f"{n} {name}" for n, name in enumerate(NAMES, 1))])
    view.shoot("idle")


def test_a_burst_over_the_limit_is_refused(stage, view):
    view.send("burst", 10)

    full = view.find("#limits li.full")
    expect(full).to_contain_text("3 of 3 in 15 s")
    expect(full).to_contain_text(re.compile(r"next call in \d+ s"))
    expect(full.locator(".pips i.on")).to_have_count(3)
    expect(view.find("#calls tr td.status", has_text="429 refused")).to_have_count(7)
    expect(view.find("#calls tr td.status", has_text=re.compile(r"^200$"))).to_have_count(3)
    view.shoot("burst")


def test_a_failover_is_told_backend_by_backend(stage, view):
    stage.throttle(NAMES[0])
    view.send("failover")

    expect(view.newest.locator("td.attempts")).to_have_text("1 429 → 2 200")
    expect(view.newest.locator("td.status")).to_have_text("200")
    expect(view.newest.locator("td.wait")).to_have_text("")
    view.shoot("failover")


def test_the_lanes_can_be_walked_with_the_arrow_keys(stage, view):
    stage.throttle(NAMES[0])
    view.send("walk")
    expect(view.newest.locator("td.attempts")).to_have_text("1 429 → 2 200")
    view.find("#canvas").focus()
    view.page.keyboard.press("ArrowLeft")
    expect(view.find("#facts")).to_contain_text("openAiBackend2, attempt 2 of 2: 200 in")
    view.page.keyboard.press("ArrowLeft")

    expect(view.find("#facts")).to_contain_text("openAiBackend1, attempt 1 of 2: 429 in")
    expect(view.find("#facts")).to_contain_text("told to come back after 10 s")


def test_what_is_read_out_does_not_run_with_the_time(stage, view):
    for name in NAMES:
        stage.control.change(name, faults=[{"fault": "slow", "seconds": 1}])
    view.send("slow")
    view.find("#canvas").focus()
    view.page.keyboard.press("ArrowLeft")
    expect(view.find("#facts")).to_contain_text("attempt 1 of 1: under way since")
    view.page.evaluate(LISTEN)
    expect(view.find("#facts")).to_contain_text("200 in 1")

    heard = view.page.evaluate("heard")
    assert heard
    assert all("200 in 1" in text for text in heard)


LISTEN = """() => {
    window.heard = [];
    const options = { childList: true, characterData: true, subtree: true };
    new MutationObserver(() => heard.push(facts.textContent)).observe(facts, options);
}"""


def test_the_clock_ends_a_wait_of_the_policy(stage, view):
    stage.throttle(*NAMES)
    view.send("patient")

    expect(view.newest.locator("td.attempts")).to_have_text("1 429 → 2 429")
    expect(view.newest.locator("td.status")).to_have_text("waiting")
    expect(view.newest.locator("td.wait")).to_have_text("10 s")
    expect(view.find("#fleet li.broken")).to_have_count(3)
    view.shoot("throttled")
    stage.heal(*NAMES)
    stage.throttle(NAMES[1])
    waits_until = time.monotonic() + 3  # far less than what is left of ten seconds
    view.button("Advance the clock by 10 seconds").click()
    expect(view.newest.locator("td.attempts")).to_have_text("1 429 → 2 429 → 3 200")

    assert time.monotonic() < waits_until


def test_a_row_opens_its_trace_beside_the_policy(stage, view):
    stage.throttle(NAMES[0])
    view.send("trace")
    expect(view.newest.locator("td.attempts")).to_have_text("1 429 → 2 200")
    view.newest.click()

    expect(view.find("#trace-heading")).to_be_focused()
    expect(view.find("#trace-heading")).to_contain_text("→ 200 in")
    expect(view.find("#trace .attempts > li")).to_have_count(2)
    expect(view.find("#trace .attempts > li").first).to_contain_text("openAiBackend1")
    expect(view.find("#policy-heading")).to_have_text(POLICY.name)
    marked = view.find("#policy-text li[class]")
    expect(marked.filter(has_text="<rate-limit-by-key")).to_contain_text("ran")
    expect(marked.filter(has_text="<forward-request")).to_contain_text("ran")
    expect(view.find("#policy-text .line-true")).not_to_have_count(0)
    expect(view.find("#policy-text .line-false")).not_to_have_count(0)
    view.shoot("trace")
    view.find("#trace .statement", has_text="forward-request").first.click()
    expect(view.find("#policy-text .selected")).to_contain_text("<forward-request")
    view.find("#trace .value", has_text="counter-key =").click()
    expect(view.find("#policy-text .selected .line-mark")).to_have_text("")
    view.find("#trace .statement").first.click()
    assert len(view.page.evaluate(COLOURS_OF_THE_REST)) == 1
    view.page.keyboard.press("Escape")
    expect(view.find("#trace")).not_to_be_visible()
    expect(view.newest).to_be_focused()


COLOURS_OF_THE_REST = """[...new Set([...document.querySelectorAll("#policy-text li:not([class^=line-])")]
    .map((line) => getComputedStyle(line).color))]"""
"""Of the lines of the policy that are neither marked nor selected."""


def test_a_stream_has_a_first_byte_before_its_end(stage, view):
    view.stream("stream")
    expect(view.newest.locator("td.status")).to_have_text("200")

    first, total = (view.newest.locator(f"td.{name}").inner_text() for name in ("first", "total"))
    assert first != total
    assert first.endswith(" ms")


def test_everything_can_be_done_by_keyboard(stage, view):
    expect(view.find("#connection")).to_have_text("live")
    before = view.find("#calls tr").count()
    tab_to(view, "#send [name=one]")
    view.page.keyboard.press("Enter")
    expect(view.find("#calls tr")).to_have_count(before + 1)
    tab_to(view, "#calls tr")
    view.page.keyboard.press("Home")
    expect(view.newest).to_be_focused()
    view.page.keyboard.press("Enter")
    expect(view.find("#trace-heading")).to_be_focused()
    tab_to(view, "#trace .statement")
    view.page.keyboard.press("Enter")
    expect(view.find("#policy-text .selected")).to_be_visible()
    view.page.keyboard.press("Escape")
    expect(view.newest).to_be_focused()


def tab_to(view: View, selector: str) -> None:
    """Press Tab until the focus is on such an element."""
    for _ in range(60):
        view.page.keyboard.press("Tab")
        if view.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the Tab key does not come to {selector}")


def test_every_control_has_a_name_of_its_own(stage, view):
    expect(view.find("#fleet > li")).to_have_count(5)
    told = view.find("body").aria_snapshot()
    controls = re.findall(r"- (?:button|combobox|radio|spinbutton|textbox).*", told)
    names = [re.search(r'"(.+?)"|$', control)[1] for control in controls]

    assert None not in names
    assert len(set(names)) == len(names) > 20
    view.button("Pause").click()
    expect(view.button("Pause")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("size", [PHONE, (320, 640)])
def test_on_a_phone_nothing_scrolls_sideways_and_fingers_have_room(stage, opened, size):
    view = opened(stage.url, size, has_touch=True, is_mobile=True)
    view.send("a-phone-of-someone", 4)
    expect(view.newest.locator("td.status")).not_to_have_text("under way")

    assert view.width_of_content <= size[0]
    assert view.page.evaluate(TOO_SMALL) == []
    view.newest.tap()
    expect(view.find("#trace .statement").first).to_be_visible()
    assert view.width_of_content <= size[0]
    assert view.page.evaluate(TOO_SMALL) == []


TOO_SMALL = """[...document.querySelectorAll("button, select, input, a, summary, #calls tr")]
    .filter((one) => one.checkVisibility() && !one.matches(".skip, [tabindex='-1']:not(tr), :modal ~ *"))
    .map((one) => [one, (one.closest("label.switch, .switch label") ?? one).getBoundingClientRect()])
    .filter(([one, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)}: ${box.width} x ${box.height}`)"""
"""What is too small for a finger (44 pixels), of everything that can be pressed."""


def test_light_and_dark_follow_the_system_or_the_choice(stage, view):
    grounds = []
    for scheme, theme in (("light", "auto"), ("dark", "auto"), ("dark", "light"), ("light", "dark")):
        view.page.emulate_media(color_scheme=scheme)
        view.page.get_by_label("Theme").select_option(theme)
        grounds.append(view.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert grounds[0] == grounds[2] != grounds[1] == grounds[3]
    view.page.reload()
    expect(view.page.get_by_label("Theme")).to_have_value("dark")


# ---- what it steers ---------------------------------------------------------------------------------------------


def test_the_mock_backends_are_broken_healed_and_limited(stage, view):
    card = view.find("#fleet > li", has_text=NAMES[0])
    faults = card.get_by_role("combobox").get_by_role("option").all_inner_texts()
    card.get_by_role("combobox").select_option("unavailable")
    view.button(f"Break {NAMES[0]}").click()
    expect(card).to_contain_text("fault: unavailable")
    broken = stage.control.deployment(NAMES[0], "any")["faults"]
    view.button(f"Heal {NAMES[0]}").click()
    expect(card).not_to_contain_text("fault: unavailable")
    healed = stage.control.deployment(NAMES[0], "any")["faults"]
    card.get_by_label("rpm").fill("12")
    view.button(f"Set the limit of {NAMES[0]}").click()
    expect(card).to_contain_text("room for 2 of 2 requests")
    limited = stage.control.deployment(NAMES[0], "any")["limits"]

    assert faults == [fault["name"] for fault in stage.control.fleet()["faults"]]
    assert [fault["fault"] for fault in broken] == ["unavailable"]
    assert healed == []
    assert limited["rpm"] == 12


def test_a_policy_that_is_read_again_is_shown(stage, view):
    expect(view.find("#connection")).to_have_text("live")
    stage.change_policy("changed")
    view.send("again")
    expect(view.newest.locator("td.status")).to_have_text("200")
    view.newest.click()

    expect(view.find("#policy-text")).to_contain_text("<!-- changed -->")


def test_a_new_state_leaves_the_focus_where_it_was(stage, view):
    view.send("first")
    view.send("second")
    view.rows("first").focus()
    start_over(stage, view)

    expect(view.rows("first")).to_be_focused()
    view.page.keyboard.press("ArrowUp")
    expect(view.rows("second")).to_be_focused()


def test_a_new_state_is_drawn_in_rows_where_the_picture_is_held(stage, view):
    view.send("held", 10)
    expect(view.rows("held").filter(has_text="429 refused")).to_have_count(7)
    view.button("Pause").click()
    start_over(stage, view)
    view.find("#canvas").focus()
    heights = set()
    for _ in range(10):
        view.page.keyboard.press("ArrowLeft")
        view.paint()
        if "429 refused" in view.find("#facts").inner_text():
            heights.add(view.find("#facts").bounding_box()["y"])

    assert len(heights) > 1


def start_over(stage: Stage, view: View) -> None:
    """Let the gateway tell the page its whole state anew."""
    lane = view.find("#lane-names li").first.element_handle()
    stage.change_policy(f"of {time.time()}")
    lane.wait_for_element_state("hidden")


def test_a_lesson_asks_at_its_end_and_gives_the_focus_back(stage, view):
    lessons = view.page.get_by_label("Lesson")
    lessons.select_option("4")
    view.button("Start").click()
    expect(view.find("#lesson-state")).to_have_text("running")
    expect(view.find("#lesson-question")).not_to_be_visible()
    expect(view.find("#lesson-state")).to_have_text("passed")
    expect(view.find("#lesson-reveal")).to_be_in_viewport(ratio=1)
    expect(view.find("#lesson-answer")).not_to_be_visible()
    expect(lessons).to_have_value("4")
    expect(view.find("#lesson-stays")).to_be_in_viewport(ratio=1)
    view.shoot("lesson")
    view.button("Leave").click()

    expect(view.find("#lesson")).not_to_be_visible()
    expect(lessons).to_be_focused()
    expect(lessons).to_have_value("4")


def test_nothing_disturbs_a_lesson_that_runs(stage, view):
    rest = [view.page.get_by_label(name) for name in ("Lesson", "Theme", "2 min")]
    levers = [view.button(name) for name in ("Send one call", "Send a burst", "Send a stream", f"Break {NAMES[0]}")]
    levers += [view.page.get_by_label(name) for name in ("Number of calls in a burst", f"Limit of {NAMES[0]} in rpm")]
    levers.append(view.button("Advance the clock by 10 seconds"))
    view.page.get_by_label("Lesson").select_option("4")
    view.button("Start").click()
    for lever in levers:
        expect(lever).to_be_disabled()
    for one in (*rest, view.button("Pause"), view.button("Leave")):
        expect(one).to_be_enabled()
    titles = view.find("fieldset.disturbing").evaluate_all("(fields) => fields.map((field) => field.title)")
    expect(view.find("#lesson-state")).to_have_text("passed")
    for lever in levers:
        expect(lever).to_be_enabled()

    assert titles == ["A lesson is running"] * 3
    expect(view.page.get_by_label("2 min")).to_be_checked()
    view.button("Leave").click()
    expect(view.find("#lesson")).not_to_be_visible()


def test_keys_have_names_while_there_is_a_lesson(stage, view):
    view.page.get_by_label("Lesson").select_option("1")
    view.button("Start").click()
    expect(view.find("#lesson-state")).to_have_text("passed")
    expect(view.newest.locator("td.key")).to_have_text("blue")
    expect(view.find("#limits code")).to_have_text(["blue", "green"])
    view.button("Leave").click()

    expect(view.newest.locator("td.key")).to_have_text(short_hash("blue"))


def test_enter_in_the_count_sends_a_burst(stage, view):
    view.page.get_by_label("as key").fill("enter")
    count = view.page.get_by_label("Number of calls in a burst")
    count.fill("2")
    count.press("Enter")
    expect(view.rows("enter")).to_have_count(2)
    count.fill("")
    view.button("Send one call").click()

    expect(view.rows("enter")).to_have_count(3)


def test_a_key_with_a_space_is_not_sent(stage, view):
    key = view.page.get_by_label("as key")
    key.fill("two words")
    for name in ("Send one call", "Send a burst", "Send a stream"):
        view.button(name).click()
        expect(key).to_be_focused()

    assert key.evaluate("(field) => field.validity.patternMismatch")
    expect(view.find("#report")).to_have_text("")
    assert stage.calls() == 0


def test_the_page_comes_back_when_the_gateway_does(lab, opened, free_port):
    options = ("--set", f"apim_page={free_port}")
    first = lab.gateway(*options)
    view = opened(page_of(first))
    expect(view.find("#connection")).to_have_text("live")
    view.send("gone")
    view.newest.focus()
    first.stop()
    expect(view.find("#connection")).to_have_text("reconnecting…")
    lab.gateway(*options)

    expect(view.find("#connection")).to_have_text("live")
    expect(view.find("#calls-heading")).to_be_focused()
    assert all("ERR_" in trouble for trouble in view.troubles)
    view.troubles.clear()


def test_tabs_that_are_hidden_leave_the_connections_to_the_one_that_is_shown(stage, view, tmp_path):
    tabs = [view]
    for _ in range(6):  # a browser has six connections to a host
        expect(tabs[-1].find("#connection")).to_have_text("live")
        hide(tabs[-1])
        tabs.append(View(view.page.context, stage.url, tmp_path))
    tabs[-1].send("elsewhere")

    expect(view.find("#connection")).to_have_text("live")
    expect(view.rows("elsewhere")).to_have_count(0)
    hide(view, hidden=False)
    expect(view.rows("elsewhere")).to_have_count(1)
    expect(view.find("#connection")).to_have_text("live")
    view.send("here-again")
    assert [tab.troubles for tab in tabs] == [[]] * 7


def hide(view: View, *, hidden: bool = True) -> None:
    """Let the tab be hidden, or shown again; without a window all of them are visible."""
    view.page.evaluate(
        """(state) => {
            Object.defineProperty(document, "visibilityState", { configurable: true, value: state });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        "hidden" if hidden else "visible",
    )


# ---- what it does not let in ------------------------------------------------------------------------------------


def test_hostile_requests_and_answers_are_text(lab, opened, scripted, tmp_path):
    def answer(backend, connection, request) -> bool:
        body = b'{"model": "%b", "error": {"message": "%b"}}' % ((HOSTILE.replace('"', '\\"').encode(),) * 2)
        head = f"HTTP/1.1 200 {HOSTILE}\r\nContent-Type: application/json\r\nX-Answer: {HOSTILE}\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return True

    policy = tmp_path / "policy.xml"
    policy.write_text(EAVESDROPPING)
    options = ("--set", "apim_page=0", "--set", "apim_unmasked=true", "--set", f"apim_policy={policy}")
    gateway = lab.gateway(*options, urls={"only": scripted(answer).url})
    view = opened(page_of(gateway))
    body = json.dumps({"model": HOSTILE})
    for path in (
        f"/openai/deployments/{HOSTILE.replace(' ', '/')}/chat",
        f"/openai/{quote(HOSTILE, safe='')}",
        f"/{HOSTILE.replace(' ', '/')}",
    ):
        send(
            gateway.port,
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\napi-key: {HOSTILE}\r\nX-Said: {HOSTILE}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}",
        )
    expect(view.find("#calls tr")).to_have_count(3)
    expect(view.find("#values dt")).to_have_count(1)
    for index in range(3):
        view.find("#calls tr").nth(index).click()
        expect(view.find("#trace-story")).to_contain_text("X-Said")
        for summary in view.find("#trace summary").all():
            summary.click()
        expect(view.find("#trace-story")).to_contain_text(HOSTILE)
        view.page.keyboard.press("Escape")

    assert view.page.evaluate("window.hacked") is None
    assert view.find("img, script:not([type=module])").count() == 0


def send(port: int, request: str) -> bytes:
    """Send bytes that no client library would; the beginning of what is answered."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request.encode())
        return connection.recv(65536)


STRANGE = """async ([url, init]) => {
    try { return String((await fetch(url, init)).status) } catch (error) { return error.name }
}"""


@pytest.mark.parametrize(
    "init",
    [
        {"method": "POST", "mode": "no-cors", "headers": {"Content-Type": "text/plain"}, "body": '{"count": 5}'},
        {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": '{"count": 5}'},
        {"method": "POST", "mode": "no-cors", "body": '{"count": 5}', "credentials": "include"},
    ],
)
def test_a_page_of_another_origin_cannot_send_calls(stage, browser, init):
    before = stage.calls()
    with page_elsewhere(browser) as page:
        came = page.evaluate(STRANGE, [f"{stage.url}/send", init])

    assert came == "TypeError"
    assert stage.calls() == before


def test_a_page_of_another_origin_cannot_look(stage, browser):
    with page_elsewhere(browser) as page:
        came = [page.evaluate(STRANGE, [stage.url + path, {}]) for path in ("/events", "/traces", "/metrics")]
        heard = page.evaluate(
            "(url) => new Promise((done) => { const it = new EventSource(url); it.onerror = () => done('error');"
            " it.onopen = () => done('open') })",
            f"{stage.url}/events",
        )
        page.evaluate(
            "(url) => { const it = document.createElement('iframe'); it.src = url; document.body.append(it) }",
            stage.url,
        )
        page.wait_for_function("frames.length === 1")
        page.wait_for_timeout(300)
        framed = page.frames[1].url

    assert came == ["TypeError"] * 3
    assert heard == "error"
    assert framed.startswith("chrome-error:")


def test_a_name_that_is_made_to_point_here_is_refused(stage, browser):
    before = stage.calls()
    with page_elsewhere(browser) as page:
        rebound = f"http://rebound.test:{urlsplit(stage.url).port}"
        answer = page.goto(rebound)
        write = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}
        came = [page.evaluate(STRANGE, [rebound + path, init]) for path, init in (("/send", write), ("/events", {}))]

    assert answer.status == 403
    assert came == ["403", "403"]
    assert stage.calls() == before


@contextmanager
def page_elsewhere(browser: Browser):
    """A page of another origin."""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><body>")

        def log_message(self, *_: object) -> None:
            pass

    with ExitStack() as stack:
        server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        stack.callback(server.shutdown)
        context = browser.new_context()
        stack.callback(context.close)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}")
        yield page
