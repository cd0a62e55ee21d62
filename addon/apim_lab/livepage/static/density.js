/** Counts of ended attempts in slices of time: what is drawn when there are too many attempts to draw each. */

import { ENDED } from "./outcomes.js";

export const SLICE = 0.25; // seconds
const SLICES = 600; // kept for each lane: more than the longest span on the page

/** @typedef {{at: number, counts: number[]}} Slice  `counts` in the order of ENDED */

export class Density {
  /** @type {Map<string, Map<number, number[]>>} */
  #lanes = new Map();

  /** @param {string} lane @param {number} at @param {import("./outcomes.js").Kind} kind */
  add(lane, at, kind) {
    const slices = this.#slicesOf(lane);
    const index = Math.floor(at / SLICE);
    const counts = slices.get(index) ?? [0, 0, 0];
    counts[ENDED.indexOf(kind)] += 1;
    slices.set(index, counts);
    const [oldest] = slices.keys();
    if (slices.size > SLICES) slices.delete(oldest);
  }

  /** @param {string} lane @param {number} from @returns {Slice[]} those that begin after `from` */
  since(lane, from) {
    const found = [];
    for (const [index, counts] of this.#slicesOf(lane)) {
      if ((index + 1) * SLICE > from) found.push({ at: index * SLICE, counts });
    }
    return found;
  }

  /** @returns {Density} as it is now, untouched by what comes */
  copy() {
    const copy = new Density();
    for (const [lane, slices] of this.#lanes) {
      copy.#lanes.set(lane, new Map([...slices].map(([index, counts]) => [index, [...counts]])));
    }
    return copy;
  }

  /** @param {string} lane */
  #slicesOf(lane) {
    const slices = this.#lanes.get(lane) ?? new Map();
    this.#lanes.set(lane, slices);
    return slices;
  }
}
