/**
 * Notices a server that is gone without a word: when nothing was heard for `quietMs` it asks; when nothing at all comes within
 * `answerMs` the link is given up. (A browser's script does not see the server's WebSocket pings.)
 */
export class Liveness {
  #clock;
  #quietMs;
  #answerMs;
  #ask;
  #giveUp;
  #cancel = null;
  #heardAt = 0;

  /**
   * @param {{ clock: import('./clock.js').Clock, quietMs: number, answerMs: number, ask: () => void, giveUp: () => void }} options
   */
  constructor({ clock, quietMs, answerMs, ask, giveUp }) {
    this.#clock = clock;
    this.#quietMs = quietMs;
    this.#answerMs = answerMs;
    this.#ask = ask;
    this.#giveUp = giveUp;
  }

  start() {
    this.heard();
    this.#watch(this.#quietMs);
  }

  stop() {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Called for whatever arrives: must be cheap, so it moves no timer. */
  heard() {
    this.#heardAt = this.#clock.now();
  }

  #watch(delayMs) {
    this.#cancel = this.#clock.after(delayMs, () => {
      const quietForMs = this.#clock.now() - this.#heardAt;
      if (quietForMs < this.#quietMs) this.#watch(this.#quietMs - quietForMs);
      else this.#question();
    });
  }

  #question() {
    const heardBefore = this.#heardAt;
    this.#cancel = this.#clock.after(this.#answerMs, () => {
      if (this.#heardAt === heardBefore) this.#giveUp();
      else this.#watch(this.#quietMs);
    });
    this.#ask();
  }
}
