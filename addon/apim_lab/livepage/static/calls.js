/** The list of requests: the newest first, and never longer than the gateway remembers. */

import { byId, element, setText } from "./element.js";
import { clip, counted, duration, shortPath, timeOfDay, wait } from "./format.js";
import { nameOfKey } from "./keys.js";
import { kindOfCall, kindOfOutcome, statusOfCall } from "./outcomes.js";

/**
 * @typedef {import("../messages.js").Attempt} Attempt
 * @typedef {import("../messages.js").Backend} Backend
 * @typedef {import("../messages.js").Call} Call
 */

const MOST = 200; // rows
const PAUSE = 100; // milliseconds between two updates of the list
const AT_ONCE = 25; // rows in an update: more would hold up the lanes

export class CallList {
  /** @type {Map<number, CallRow>} the oldest call first */
  #rows = new Map();
  /** @type {Map<number, Call>} */
  #pending = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #seen = 0;
  #newest = 0;
  /** @type {Map<string, string>} */
  #places = new Map();
  #paused = false;
  #kept = MOST;

  /** @param {(call: Call) => void} open shows a call's trace */
  constructor(open) {
    this.open = open;
    this.body = byId("calls");
    this.body.addEventListener("click", (event) => this.#openRow(rowAround(event.target)));
    this.body.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Begins anew.
   *
   * @param {{backends: Backend[], calls: Call[], kept: number}} state  `kept`:
   *   how many calls the gateway remembers
   */
  reset({ backends, calls, kept }) {
    const focused = this.#rowOf(document.activeElement)?.call?.number;
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

  /** @param {Call[]} calls new or changed, the oldest first */
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

  /** @param {Call} call */
  #remember(call) {
    this.#seen = Math.max(this.#seen, call.number);
    this.#pending.set(call.number, call);
    if (this.#pending.size > this.#kept) this.#pending.delete(Math.min(...this.#pending.keys()));
  }

  #schedule() {
    if (this.#pending.size && !this.#paused) this.#timer ??= setTimeout(() => this.#flush(), PAUSE);
  }

  #flush(most = AT_ONCE) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [number, call] of [...this.#pending].slice(0, most)) {
      this.#pending.delete(number);
      this.#show(call);
    }
    this.#schedule();
    byId("calls-empty").hidden = this.#rows.size > 0;
    setText(byId("calls-count"), countText(this.#rows.size, this.#seen));
    this.#keepReachable();
  }

  /** @param {Call} call */
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
    const [[number, row]] = this.#rows;
    this.#rows.delete(number);
    const focused = row.element === document.activeElement;
    row.element.tabIndex = -1;
    if (focused) this.#focus(row.element.previousElementSibling);
    return row;
  }

  /** One row is in the order of the Tab key; the arrow keys go on from there. */
  #keepReachable() {
    const first = this.body.firstElementChild;
    if (!this.body.querySelector('[tabindex="0"]') && first instanceof HTMLElement) first.tabIndex = 0;
  }

  /** @param {Element | null} row */
  #focus(row) {
    if (!(row instanceof HTMLElement)) return;
    /** @type {NodeListOf<HTMLElement>} */
    const reachable = this.body.querySelectorAll('[tabindex="0"]');
    reachable.forEach((other) => (other.tabIndex = -1));
    row.tabIndex = 0;
    row.focus();
  }

  /** @param {number} number */
  #refocus(number) {
    const row = this.#rows.get(number);
    if (row) this.#focus(row.element);
    else byId("calls-heading").focus();
  }

  /** @param {Element | null} element */
  #rowOf(element) {
    return [...this.#rows.values()].find((row) => row.element === element);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const row = rowAround(event.target);
    if (!row) return;
    /** @type {Object<string, () => void>} */
    const steps = {
      ArrowDown: () => this.#focus(row.nextElementSibling),
      ArrowUp: () => this.#focus(row.previousElementSibling),
      Home: () => this.#focus(this.body.firstElementChild),
      End: () => this.#focus(this.body.lastElementChild),
      Enter: () => this.#openRow(row),
    };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    steps[event.key]();
  }

  /** @param {Element | null} element */
  #openRow(element) {
    const row = this.#rowOf(element);
    if (!row?.call) return;
    this.#focus(element);
    this.open(row.call);
  }
}

class CallRow {
  #cells = {
    time: cell("time"),
    key: cell("key"),
    path: cell("path"),
    attempts: cell("attempts"),
    wait: cell("wait number"),
    first: cell("first number"),
    total: cell("total number"),
    status: cell("status"),
  };
  /** @type {Call | null} */
  call = null;
  element = element("tr", { role: "row", tabindex: -1 }, ...Object.values(this.#cells));

  /** @param {Call} call @param {Map<string, string>} places the number of each backend's lane */
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
    setText(this.#cells.key, clip(nameOfKey(this.call?.key ?? ""), 40));
  }

  /** @param {Attempt[]} attempts @param {Map<string, string>} places */
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

/** @param {string} names of its classes */
function cell(names) {
  return element("td", { role: "gridcell", class: names });
}

/** @param {EventTarget | null} target @returns {HTMLTableRowElement | null} */
function rowAround(target) {
  return target instanceof Element ? target.closest("tr") : null;
}

/** @param {Call} call */
function waitOf(call) {
  if (call.waiting) return wait(call.waiting.seconds);
  const waited = call.attempts.reduce((sum, attempt) => sum + attempt.waited, 0);
  return waited ? wait(waited) : "";
}

/** @param {number} shown @param {number} seen */
function countText(shown, seen) {
  if (!seen) return "";
  return seen > shown ? `the last ${shown} of ${seen}` : counted(shown, "call");
}
