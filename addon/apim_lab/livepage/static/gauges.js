/** The gateway's own state: what each limit has counted, and the cached values. */

import { byId, element, setText } from "./element.js";
import { clip, wait } from "./format.js";
import { nameOfKey } from "./keys.js";
import { Meter } from "./meter.js";

/** @typedef {import("../messages.js").Limit} Limit */

const SHOWN = 12;

export class Gauges {
  /** @type {Limit[]} */
  #limits = [];
  #heardAt = 0;
  /** @type {Map<string, LimitRow>} */
  #rows = new Map();
  #more = element("li", { class: "hint" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Limit[]} limits */
  setLimits(limits) {
    this.#limits = limits;
    this.#heardAt = performance.now();
    byId("limits-empty").hidden = limits.length > 0;
    this.#showLimits();
  }

  /** The keys are called otherwise. */
  renameKeys() {
    this.#showLimits();
  }

  /** @param {import("../messages.js").Value[]} values */
  setValues(values) {
    byId("values-empty").hidden = values.length > 0;
    const rows = values.slice(0, SHOWN).map(({ key, value }) =>
      element("div", {}, element("dt", { title: clip(key, 500) }, clip(key, 200)), element("dd", {}, clip(String(value), 200))));
    if (values.length > SHOWN) rows.push(element("div", {}, element("dt", {}, `and ${values.length - SHOWN} more`)));
    byId("values").replaceChildren(...rows);
  }

  #showLimits() {
    const shown = [...this.#limits].sort((a, b) => a.remaining / a.calls - b.remaining / b.calls).slice(0, SHOWN);
    const names = shown.map(nameOf);
    if (String([...this.#rows.keys()]) !== String(names)) this.#build(names);
    shown.forEach((limit) => this.#rows.get(nameOf(limit))?.set(limit, this.#secondsLeft(limit)));
    this.#more.hidden = this.#limits.length === shown.length;
    setText(this.#more, `and ${this.#limits.length - shown.length} more`);
    this.#countDown(shown);
  }

  /** @param {string[]} names */
  #build(names) {
    this.#rows = new Map(names.map((name) => [name, this.#rows.get(name) ?? new LimitRow()]));
    byId("limits").replaceChildren(...[...this.#rows.values()].map((row) => row.element), this.#more);
  }

  /** @param {Limit} limit */
  #secondsLeft(limit) {
    return Math.max(0, limit.retry_after - (performance.now() - this.#heardAt) / 1000);
  }

  /** The gateway tells a wait once; the page counts it down. @param {Limit[]} shown */
  #countDown(shown) {
    clearTimeout(this.#timer);
    if (shown.some((limit) => this.#secondsLeft(limit) > 0)) this.#timer = setTimeout(() => this.#showLimits(), 250);
  }
}

class LimitRow {
  #key = element("code");
  #next = element("span", { class: "next" });
  #meter = new Meter("Calls used");
  element = element("li", {}, element("p", { class: "row" }, this.#key, this.#next), this.#meter.element);

  /** @param {Limit} limit @param {number} secondsLeft until a call passes */
  set(limit, secondsLeft) {
    const free = limit.remaining > 0 || secondsLeft === 0;
    const used = limit.calls - Math.max(limit.remaining, free ? 1 : 0); // a call that may pass has room
    setText(this.#key, clip(nameOfKey(limit.key), 60) || "everybody");
    this.#meter.set(used, limit.calls, `${used} of ${limit.calls} in ${wait(limit.period)}`);
    setText(this.#next, free ? "next call passes" : `next call in ${Math.ceil(secondsLeft)} s`);
    this.element.classList.toggle("full", !free);
  }
}

/** @param {Limit} limit */
function nameOf(limit) {
  return `${limit.key}\n${limit.calls}\n${limit.period}`;
}
