/** The list of requests: the newest first, and never longer than the gateway remembers. */

import { byId, element, setText } from "./element.js";
import { clip, counted, duration, shortPath, timeOfDay, wait } from "./format.js";
import { nameOfKey } from "./keys.js";
import { kindOfCall, kindOfOutcome, statusOfCall } from "./outcomes.js";

const MOST = 200; // rows
const PAUSE = 100; // milliseconds between two updates of the list
const AT_ONCE = 25; // rows in an update: more would hold up the lanes

export class CallList {
  #rows = new Map();
  #pending = new Map();
  #timer = 0;
  #seen = 0;
  #newest = 0;
  #places = new Map();
  #paused = false;
  #kept = MOST;

  /** @param {(call: import("./feed.js").Call) => void} open shows a call's trace */
  constructor(open) {
    this.open = open;
    this.body = byId("calls");
    this.body.addEventListener("click", (event) => this.#openRow(event.target.closest("tr")));
    this.body.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Begins anew.
   *
   * @param {{backends: import("./feed.js").Backend[], calls: import("./feed.js").Call[], kept: number}} state  `kept`:
   *   how many calls the gateway remembers
   */
  reset({ backends, calls, kept }) {
    const focused = this.#rowOf(document.activeElement)?.call.number;
    this.#kept = Math.min(kept, MOST);
    this.#places = new Map(backends.map((backend, index) => [backend.id, String(index + 1)]));
    this.#rows.clear();
    this.#pending.clear();
    this.#newest = 0;
    this.#seen = calls.at(-1)?.number ?? 0;
    this.body.replaceChildren();
    this.update(calls);
    this.#flush(this.#kept);
    if (focused !== undefined) this.#refocus(focused);
  }

  /** @param {import("./feed.js").Call[]} calls new or changed, the oldest first */
  update(calls) {
    for (const call of [...calls].sort((a, b) => a.number - b.number)) this.#remember(call);
    this.#schedule();
  }

  /** The keys are called otherwise. */
  renameKeys() {
    for (const row of this.#rows.values()) row.showKey();
  }

  /** Holds the list; what comes is still gathered. @param {boolean} paused */
  set paused(paused) {
    this.#paused = paused;
    if (!paused) this.#flush();
  }

  #remember(call) {
    this.#seen = Math.max(this.#seen, call.number);
    this.#pending.set(call.number, call);
    if (this.#pending.size > this.#kept) this.#pending.delete(Math.min(...this.#pending.keys()));
  }

  #schedule() {
    if (this.#pending.size && !this.#paused) this.#timer ||= setTimeout(() => this.#flush(), PAUSE);
  }

  #flush(most = AT_ONCE) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const [number, call] of [...this.#pending].slice(0, most)) {
      this.#pending.delete(number);
      this.#show(call);
    }
    this.#schedule();
    byId("calls-empty").hidden = this.#rows.size > 0;
    setText(byId("calls-count"), countText(this.#rows.size, this.#seen));
    this.#keepReachable();
  }

  #show(call) {
    let row = this.#rows.get(call.number);
    if (!row) {
      if (call.number < this.#newest) return; // it has left the list already
      this.#newest = call.number;
      row = this.#rows.size >= this.#kept ? this.#recycle() : new CallRow();
      this.#rows.set(call.number, row);
      this.body.prepend(row.element);
    }
    row.set(call, this.#places);
  }

  #recycle() {
    const [number, row] = this.#rows.entries().next().value;
    this.#rows.delete(number);
    const focused = row.element === document.activeElement;
    row.element.tabIndex = -1;
    if (focused) this.#focus(this.body.children[this.body.children.length - 2]);
    return row;
  }

  /** One row is in the order of the Tab key; the arrow keys go on from there. */
  #keepReachable() {
    if (!this.body.querySelector('[tabindex="0"]') && this.body.firstChild) this.body.firstChild.tabIndex = 0;
  }

  #focus(row) {
    if (!row) return;
    this.body.querySelectorAll('[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
    row.tabIndex = 0;
    row.focus();
  }

  #refocus(number) {
    if (this.#rows.has(number)) this.#focus(this.#rows.get(number).element);
    else byId("calls-heading").focus();
  }

  #rowOf(element) {
    return [...this.#rows.values()].find((row) => row.element === element);
  }

  #key(event) {
    const row = event.target.closest("tr");
    const step = {
      ArrowDown: () => this.#focus(row.nextElementSibling),
      ArrowUp: () => this.#focus(row.previousElementSibling),
      Home: () => this.#focus(this.body.firstElementChild),
      End: () => this.#focus(this.body.lastElementChild),
      Enter: () => this.#openRow(row),
    }[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  }

  #openRow(element) {
    const row = this.#rowOf(element);
    if (!row) return;
    this.#focus(element);
    this.open(row.call);
  }
}

class CallRow {
  #cells = Object.fromEntries(
    ["time", "key", "path", "attempts", "wait number", "first number", "total number", "status"].map((names) => [
      names.split(" ")[0],
      element("td", { role: "gridcell", class: names }),
    ]),
  );
  element = element("tr", { role: "row", tabindex: -1 }, ...Object.values(this.#cells));

  /** @param {import("./feed.js").Call} call @param {Map<string, string>} places the number of each backend's lane */
  set(call, places) {
    this.call = call;
    const cells = this.#cells;
    setText(cells.time, timeOfDay(call.at));
    this.showKey();
    setText(cells.path, shortPath(call.path));
    cells.path.title = clip(`${call.method} ${call.path}`, 500);
    this.#setAttempts(call.attempts, places);
    setText(cells.wait, waitOf(call));
    setText(cells.first, duration(call.first_byte));
    setText(cells.total, duration(call.total));
    setText(cells.status, clip(statusOfCall(call), 40));
    cells.status.title = clip(call.by, 200);
    cells.status.className = `status mark ${kindOfCall(call)}`;
  }

  showKey() {
    setText(this.#cells.key, clip(nameOfKey(this.call.key), 40));
  }

  #setAttempts(attempts, places) {
    const text = attempts.map((attempt) => `${places.get(attempt.backend) ?? clip(attempt.backend, 20)} ${clip(attempt.outcome, 24) || "…"}`);
    if (this.#cells.attempts.textContent === text.join(" → ")) return;
    const parts = attempts.flatMap((attempt, index) => [
      ...(index ? [" → "] : []),
      element("span", { class: `outcome ${kindOfOutcome(attempt.outcome)}`, title: clip(attempt.backend, 200) }, text[index]),
    ]);
    this.#cells.attempts.replaceChildren(...parts);
  }
}

function waitOf(call) {
  if (call.waiting) return wait(call.waiting.seconds);
  const waited = call.attempts.reduce((sum, attempt) => sum + attempt.waited, 0);
  return waited ? wait(waited) : "";
}

function countText(shown, seen) {
  if (!seen) return "";
  return seen > shown ? `the last ${shown} of ${seen}` : counted(shown, "call");
}
