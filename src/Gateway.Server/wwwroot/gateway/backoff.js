/**
 * Exponential back-off with full jitter: attempt n waits a random time between 0 and min(max, start * 2^n), so that the clients of a
 * node that died do not come back as one wave.
 */
export class Backoff {
  #attempts = 0;
  #startMs;
  #maxMs;
  #random;

  /** @param {{ startMs?: number, maxMs?: number, random?: () => number }} [options] the defaults are the specification's */
  constructor({ startMs = 1_000, maxMs = 30_000, random = Math.random } = {}) {
    this.#startMs = startMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** How many delays were asked for since the last reset. */
  get attempts() {
    return this.#attempts;
  }

  /** @returns {number} milliseconds to wait before the next attempt */
  next() {
    // 2^30 s is beyond any maximum; the exponent stays where a float is exact.
    const ceiling = Math.min(this.#maxMs, this.#startMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts++;
    return Math.round(this.#random() * ceiling);
  }

  reset() {
    this.#attempts = 0;
  }
}
