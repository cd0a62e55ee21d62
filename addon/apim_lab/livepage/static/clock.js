/** The gateway's clock, as the page knows it between two messages. */

// Seconds. A message is never that early: the clock was advanced.
const JUMP = 0.75;

export class GatewayClock {
  #offset = 0;

  /** @returns {number} the gateway's time, in seconds since 1970 */
  now() {
    return performance.now() / 1000 + this.#offset;
  }

  /** Takes the time as it is told. @param {number} now in seconds since 1970 */
  set(now) {
    this.#offset = now - performance.now() / 1000;
  }

  /**
   * Follows the time of a message. Messages are late by different delays, so the page trusts the early ones more: the
   * picture would tremble otherwise.
   *
   * @param {number} now in seconds since 1970
   * @returns {number} the seconds by which the clock jumped ahead; 0 if it only ran
   */
  follow(now) {
    const ahead = now - this.now();
    if (ahead > JUMP) {
      this.set(now);
      return ahead;
    }
    this.#offset += ahead * (ahead > 0 ? 0.3 : 0.02);
    return 0;
  }
}
