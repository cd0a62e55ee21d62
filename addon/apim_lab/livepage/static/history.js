/** The attempts of the last calls as marks on the lanes. */

import { Density } from "./density.js";
import { clip } from "./format.js";
import { kindOfCall, kindOfOutcome } from "./outcomes.js";
import { Rows } from "./rows.js";

/** The lane of what the gateway does itself, and the one of backends that the configuration does not name. */
export const GATEWAY = "\0gateway";
export const ELSEWHERE = "\0elsewhere";

const CALLS = 1200; // more are only counted, not drawn one by one
const OWN = new Set(["refused", "failed", "gone"]);

/**
 * @typedef {import("../messages.js").Call} Call
 * @typedef {import("../messages.js").Attempt} Attempt
 * @typedef {import("./rows.js").Room} Room
 * @typedef {{call: Call, lane: string, at: number, end: number | null, kind: import("./outcomes.js").Kind,
 *   label: string, attempt: Attempt | null, previous: Mark | null, row: number,
 *   counted: boolean}} Mark  `at` and `end` in seconds of the gateway's clock
 */

export class History {
  /** @type {Map<number, Mark[]>} */
  #entries = new Map();
  #lanes;
  #rows = new Rows(1);
  #room = { mark: 0, label: 0 };
  density = new Density();
  /** The time since which every call is here; earlier ones may have been dropped. */
  completeSince = -Infinity;
  /** Whether a call went where no lane is. */
  hasElsewhere = false;

  /** @param {Iterable<string>} lanes the backends that have a lane */
  constructor(lanes = []) {
    this.#lanes = new Set(lanes);
  }

  /** @param {Call} call new or changed */
  update(call) {
    const before = this.#entries.get(call.number) ?? [];
    const marks = this.#marksOf(call);
    const replaced = new Set(before);
    for (const mark of marks) {
      const same = before.find((other) => other.lane === mark.lane && other.at === mark.at);
      if (same) replaced.delete(same);
      this.#place(mark, same);
      this.#count(mark, same);
    }
    for (const mark of replaced) this.#rows.release(mark.lane, mark.row, mark.at);
    this.#entries.set(call.number, marks);
    this.#drop();
  }

  /**
   * Places every mark anew, as after a change of the scale.
   *
   * @param {number} rows of each lane
   * @param {Room} room
   */
  arrange(rows, room) {
    this.#rows = new Rows(rows);
    this.#room = room;
    for (const marks of this.#entries.values()) marks.forEach((mark) => this.#place(mark));
  }

  /** @returns {IterableIterator<Mark[]>} the marks of each call, the oldest call first */
  calls() {
    return this.#entries.values();
  }

  /** @returns {History} as it is now, untouched by what comes */
  copy() {
    const copy = new History(this.#lanes);
    copy.#entries = new Map(this.#entries);
    copy.density = this.density.copy();
    copy.completeSince = this.completeSince;
    copy.hasElsewhere = this.hasElsewhere;
    return copy;
  }

  /** @param {Call} call */
  #marksOf(call) {
    /** @type {Mark[]} */
    const marks = [];
    for (const attempt of call.attempts) marks.push(this.#attempt(call, attempt, marks.at(-1) ?? null));
    if (!marks.length || OWN.has(call.outcome)) marks.push(gatewayMark(call, marks.at(-1) ?? null));
    return marks;
  }

  /** @param {Call} call @param {Attempt} attempt @param {Mark | null} previous @returns {Mark} */
  #attempt(call, attempt, previous) {
    const at = call.at + attempt.at;
    const lane = this.#lanes.has(attempt.backend) ? attempt.backend : ELSEWHERE;
    this.hasElsewhere ||= lane === ELSEWHERE;
    return {
      call,
      lane,
      at,
      end: attempt.took === null ? null : at + attempt.took,
      kind: kindOfOutcome(attempt.outcome),
      label: clip(attempt.outcome, 24),
      attempt,
      previous,
      row: -1,
      counted: false,
    };
  }

  /** @param {Mark} mark @param {Mark} [same] as it was before */
  #place(mark, same) {
    mark.row = same ? same.row : this.#rows.take(mark.lane, mark.at, this.#room);
    const { waiting } = mark.call;
    const last = mark.attempt === mark.call.attempts.at(-1);
    const until = waiting && last ? mark.call.at + waiting.since + waiting.seconds : mark.end;
    if (until !== null) this.#rows.release(mark.lane, mark.row, until);
  }

  /** @param {Mark} mark @param {Mark} [same] as it was before */
  #count(mark, same) {
    mark.counted = same?.counted ?? false;
    if (mark.kind === "underway" || mark.counted) return;
    this.density.add(mark.lane, mark.at, mark.kind);
    mark.counted = true;
  }

  #drop() {
    if (this.#entries.size <= CALLS) return;
    const [[number, marks]] = this.#entries;
    this.#entries.delete(number);
    // A call under way stays, at the end: its next attempt belongs to what is drawn now.
    const stays = marks[0].call.outcome === "" && this.#entries.size < CALLS * 2;
    if (stays) this.#entries.set(number, marks);
    else this.completeSince = Math.max(this.completeSince, marks[0].call.at);
  }
}

/** @param {Call} call @param {Mark | null} previous @returns {Mark} */
function gatewayMark(call, previous) {
  const end = call.total === null ? null : call.at + call.total;
  return {
    call,
    lane: GATEWAY,
    at: previous && end !== null ? end : call.at,
    end,
    kind: kindOfCall(call),
    label: clip(String(call.status ?? call.outcome), 24),
    attempt: null,
    previous,
    row: -1,
    counted: false,
  };
}
