/** Rows of a lane: attempts at the same time are drawn below each other. */

/** @typedef {{mark: number, label: number}} Room  seconds that a mark takes, without and with its label */

export class Rows {
  /** @type {Map<string, number[]>} when each row of a lane is free */
  #free = new Map();
  #order;

  /** @param {number} count of rows in a lane */
  constructor(count) {
    this.count = count;
    this.#order = fromTheMiddle(count);
  }

  /**
   * The row for something that begins `at`: one with room for the label before it, else one with room for the mark,
   * else the one that is free first.
   *
   * @param {string} lane
   * @param {number} at
   * @param {Room} room
   * @returns {number}
   */
  take(lane, at, room) {
    const free = this.#freeOf(lane);
    /** @param {number} seconds */
    const spaced = (seconds) => this.#order.find((row) => free[row] + seconds <= at);
    const row = spaced(room.label) ?? spaced(room.mark) ?? free.indexOf(Math.min(...free));
    free[row] = Infinity;
    return row;
  }

  /**
   * Frees a row from `end` on; a row that was taken is busy until then.
   *
   * @param {string} lane
   * @param {number} row
   * @param {number} end
   */
  release(lane, row, end) {
    this.#freeOf(lane)[row] = end;
  }

  /** @param {string} lane */
  #freeOf(lane) {
    const free = this.#free.get(lane) ?? Array.from({ length: this.count }, () => -Infinity);
    this.#free.set(lane, free);
    return free;
  }
}

/** @param {number} count */
function fromTheMiddle(count) {
  const middle = (count - 1) / 2;
  const rows = Array.from({ length: count }, (_, row) => row);
  return rows.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}
