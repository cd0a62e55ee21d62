/** A meter: pips for a few, a bar for many. */

import { element, setText } from "./element.js";

const PIPS = 20;

export class Meter {
  #text = element("span", { class: "meter-text" });
  #scale = element("span", { class: "meter-scale", role: "meter", "aria-valuemin": 0 });
  #bar = element("i");
  #pips = -1;

  /** @param {string} label */
  constructor(label) {
    this.#scale.setAttribute("aria-label", label);
    this.element = element("div", { class: "meter" }, this.#scale, this.#text);
  }

  /** @param {number} value @param {number} limit @param {string} text */
  set(value, limit, text) {
    setText(this.#text, text);
    this.#scale.setAttribute("aria-valuemax", String(limit));
    this.#scale.setAttribute("aria-valuenow", String(value));
    this.#scale.setAttribute("aria-valuetext", text);
    if (limit > 0 && limit <= PIPS) this.#setPips(value, limit);
    else this.#setBar(limit > 0 ? value / limit : 0);
  }

  /** @param {number} value @param {number} limit */
  #setPips(value, limit) {
    if (this.#pips !== limit) {
      this.#pips = limit;
      this.#scale.className = "meter-scale pips";
      this.#scale.replaceChildren(...Array.from({ length: limit }, () => element("i")));
    }
    [...this.#scale.children].forEach((pip, index) => pip.classList.toggle("on", index < value));
  }

  /** @param {number} share from 0 to 1 */
  #setBar(share) {
    if (this.#pips !== 0) {
      this.#pips = 0;
      this.#scale.className = "meter-scale bar";
      this.#scale.replaceChildren(this.#bar);
    }
    this.#bar.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  }
}
