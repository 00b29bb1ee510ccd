/** A token is renewed this long before it ends, or after four fifths of a shorter life. */
const MaxLeadMs = 60_000;
const LeadShare = 0.2;

/** After a failure, and the shortest time between two renewals. */
const RetryDelayMs = 5_000;

/**
 * Sends a fresh token over the open connection before the present one ends, so that it need not be broken.
 * A renewal that fails is tried again; when the time is up the server closes with 4001 and the client comes back with a new token.
 */
export class TokenRenewal {
  #clock;
  #renew;
  #cancel = null;

  /**
   * @param {{ clock: import('./clock.js').Clock, renew: () => Promise<number> }} options
   *   renew: gets a fresh token, sends it, and returns how many milliseconds it lives (0: for ever)
   */
  constructor({ clock, renew }) {
    this.#clock = clock;
    this.#renew = renew;
  }

  /** @param {number} lifeMs what is left of the present token; 0: it never ends */
  start(lifeMs) {
    this.stop();
    if (lifeMs === 0) return;
    const leadMs = Math.min(MaxLeadMs, lifeMs * LeadShare);
    this.#schedule(Math.max(lifeMs - leadMs, Math.min(RetryDelayMs, lifeMs / 2)));
  }

  stop() {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(delayMs) {
    const cancelTimer = this.#clock.after(delayMs, async () => {
      try {
        const lifeMs = await this.#renew();
        if (this.#cancel === cancelTimer) this.start(lifeMs);
      } catch {
        if (this.#cancel === cancelTimer) this.#schedule(RetryDelayMs);
      }
    });
    this.#cancel = cancelTimer;
  }
}
