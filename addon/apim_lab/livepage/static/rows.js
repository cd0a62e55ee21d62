/** Rows of a lane: attempts at the same time are drawn below each other. */

export class Rows {
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
   * @param {{mark: number, label: number}} room in seconds
   * @returns {number}
   */
  take(lane, at, room) {
    const free = this.#freeOf(lane);
    const spaced = (seconds) => this.#order.find((row) => free[row] + seconds <= at);
    const row = spaced(room.label) ?? spaced(room.mark) ?? free.indexOf(Math.min(...free));
    free[row] = Infinity;
    return row;
  }

  /** Frees a row from `end` on; a row that was taken is busy until then. */
  release(lane, row, end) {
    this.#freeOf(lane)[row] = end;
  }

  #freeOf(lane) {
    if (!this.#free.has(lane)) this.#free.set(lane, new Array(this.count).fill(-Infinity));
    return this.#free.get(lane);
  }
}

function fromTheMiddle(count) {
  const middle = (count - 1) / 2;
  const rows = Array.from({ length: count }, (_, row) => row);
  return rows.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}
