import { Backoff } from './backoff.js';
import { GatewayError } from './gateway-error.js';

const MaxId = 0x7fff_ffff;

/**
 * Something asked of the server that wants an answer.
 * @typedef {object} Call
 * @property {(id: number) => unknown[]} frame made anew for each sending: the number of a room differs between connections
 * @property {boolean} isRepeatable whether it may be sent again when the connection broke or the server said "later"
 * @property {number} timeoutMs from the first sending or queueing to the end of all repetitions
 * @property {string|null} conflationKey of two waiting calls with the same key only the newer is sent
 */

/**
 * Calls that wait for a connection or for their answer. Bounded: beyond the limit a new call is refused at once ('queue-full').
 * Calls that wait are sent in the order they were made; one that the server put off may be overtaken.
 */
export class Calls {
  #clock;
  #maxCount;
  /** @type {((frame: unknown[]) => void)|null} null while there is no session */
  #send = null;
  /** Sent, by id. */
  #unanswered = new Map();
  /** For a session to come, in order. */
  #waiting = new Set();
  /** Refused with "later" by the server; each has a timer of its own. */
  #putOff = new Set();
  #lastId = 0;
  #idleWaiters = [];

  /** @param {{ clock: import('./clock.js').Clock, maxCount?: number }} options */
  constructor({ clock, maxCount = 1_000 }) {
    this.#clock = clock;
    this.#maxCount = maxCount;
  }

  get count() {
    return this.#unanswered.size + this.#waiting.size + this.#putOff.size;
  }

  /**
   * @param {Partial<Call> & Pick<Call, 'frame'>} call
   * @returns {Promise<unknown[]>} the fields of the answer that follow the id
   */
  start({ frame, isRepeatable = false, timeoutMs = 15_000, conflationKey = null }) {
    if (this.count >= this.#maxCount) {
      return Promise.reject(new GatewayError('queue-full', `${this.#maxCount} calls are waiting already.`));
    }
    return new Promise((resolve, reject) => {
      const call = { frame, isRepeatable, conflationKey, resolve, reject, backoff: null, cancelTimeout: null, cancelDelay: null, id: 0 };
      call.cancelTimeout = this.#clock.after(timeoutMs, () =>
        this.#settle(call, new GatewayError('timed-out', `The gateway did not answer within ${timeoutMs} ms.`)));
      this.#dispatch(call);
    });
  }

  /**
   * The session is there: everything that waits is sent.
   * @param {(frame: unknown[]) => void} send
   * @param {() => void} first makes the calls that must come before those (rooms are joined before anything is done in them)
   */
  open(send, first) {
    this.#send = send;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    first();
    for (const call of waiting) this.#dispatch(call);
  }

  /** New calls wait from now on; answers to those sent still come. */
  hold() {
    this.#send = null;
  }

  /** The session is gone: what may be repeated waits for the next one, in the order sent; the rest fails. */
  interrupt() {
    this.#send = null;
    const interrupted = [...this.#unanswered.values()];
    this.#unanswered.clear();
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const call of interrupted) {
      if (call.isRepeatable) this.#wait(call);
      else this.#settle(call, new GatewayError('connection-lost', 'The connection broke before the answer came.'));
    }
    for (const call of later) this.#wait(call);
    this.#tellIdle();
  }

  /** Nothing can be answered any more. */
  failAll(error) {
    this.#send = null;
    for (const call of [...this.#unanswered.values(), ...this.#waiting, ...this.#putOff]) this.#settle(call, error);
  }

  /** @param {number} id @param {unknown[]} fields */
  answer(id, fields) {
    const call = this.#unanswered.get(id);
    if (call !== undefined) this.#settle(call, null, fields);
  }

  /** @param {number} id @param {GatewayError} error @returns {boolean} false: nobody waits for it */
  refuse(id, error) {
    const call = this.#unanswered.get(id);
    if (call === undefined) return false;
    if (call.isRepeatable && error.isRetryable) this.#sendLater(call, error);
    else this.#settle(call, error);
    return true;
  }

  /** Resolves when no sent call waits for its answer. */
  whenIdle() {
    return this.#unanswered.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #dispatch(call) {
    if (this.#send === null) {
      this.#wait(call);
      return;
    }
    call.id = this.#nextId();
    this.#unanswered.set(call.id, call);
    try {
      this.#send(call.frame(call.id));
    } catch (error) {
      this.#settle(call, error);
    }
  }

  #wait(call) {
    if (call.conflationKey !== null) {
      for (const older of this.#waiting) {
        // The newer value makes the older one pointless: both get the newer one's answer.
        if (older.conflationKey === call.conflationKey) {
          this.#waiting.delete(older);
          older.cancelTimeout();
          const { resolve, reject } = call;
          call.resolve = (fields) => { older.resolve(fields); resolve(fields); };
          call.reject = (error) => { older.reject(error); reject(error); };
        }
      }
    }
    call.id = 0;
    this.#waiting.add(call);
  }

  #sendLater(call, error) {
    this.#unanswered.delete(call.id);
    this.#putOff.add(call);
    call.backoff ??= new Backoff({ random: this.#clock.random });
    const delayMs = Math.max(error.retryAfter ?? 0, call.backoff.next());
    call.cancelDelay = this.#clock.after(delayMs, () => {
      this.#putOff.delete(call);
      this.#dispatch(call);
    });
    this.#tellIdle();
  }

  #settle(call, error, fields) {
    call.cancelTimeout();
    call.cancelDelay?.();
    this.#unanswered.delete(call.id);
    this.#waiting.delete(call);
    this.#putOff.delete(call);
    if (error === null) call.resolve(fields);
    else call.reject(error);
    this.#tellIdle();
  }

  #tellIdle() {
    if (this.#unanswered.size > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #nextId() {
    do this.#lastId = this.#lastId === MaxId ? 1 : this.#lastId + 1;
    while (this.#unanswered.has(this.#lastId));
    return this.#lastId;
  }
}
