// Time that stands still until a test moves it.
export class ManualClock {
  #now = 1_700_000_000_000;
  #timers = [];
  #waiters = [];
  /** What `random` answers: 1 (nearly) makes every jittered delay its maximum. */
  chance = 0.999_999;

  now = () => this.#now;
  random = () => this.chance;

  after = (delayMs, action) => {
    const timer = { time: this.#now + delayMs, delayMs, action };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.time - b.time);
    for (const waiter of [...this.#waiters]) {
      if (!waiter.fits(delayMs)) continue;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve(delayMs);
    }
    return () => {
      const i = this.#timers.indexOf(timer);
      if (i >= 0) this.#timers.splice(i, 1);
    };
  };

  /** The delays that are being waited for. */
  get delays() {
    return this.#timers.map(({ delayMs }) => Math.round(delayMs));
  }

  /** Resolves when somebody waits for such a delay. */
  whenWaiting(fits) {
    const found = this.#timers.find(({ delayMs }) => fits(delayMs));
    return found ? Promise.resolve(found.delayMs) : new Promise((resolve) => this.#waiters.push({ fits, resolve }));
  }

  advance(milliseconds) {
    const until = this.#now + milliseconds;
    while (this.#timers.length > 0 && this.#timers[0].time <= until) {
      const timer = this.#timers.shift();
      this.#now = timer.time;
      timer.action();
    }
    this.#now = until;
  }
}
