/** Random numbers that a failed test can have again: SEED=… node --test. */
export class Random {
  #state;

  constructor(seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))) {
    this.seed = seed;
    this.#state = seed;
  }

  /** Says the seed when the test fails. */
  run(body) {
    try {
      return body();
    } catch (error) {
      throw new Error(`Run again with SEED=${this.seed}.`, { cause: error });
    }
  }

  async runAsync(body) {
    try {
      return await body();
    } catch (error) {
      throw new Error(`Run again with SEED=${this.seed}.`, { cause: error });
    }
  }

  /** 0 to 1, 1 excluded: mulberry32. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** 0 to limit - 1. */
  integer(limit) {
    return Math.floor(this.next() * limit);
  }
}
