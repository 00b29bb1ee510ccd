import { Backoff } from './backoff.js';
import { Op } from './ops.js';

/**
 * Gets a room joined and keeps it so: asks, asks again when the server says "later", and gives up when it says "no".
 * Lives from `room.join()` to `room.leave()` or to a refusal.
 */
export class RoomEntry {
  #ask;
  #clock;
  #left;
  #backoff;
  #joinId = 0;
  #cancelDelay = () => {};

  /**
   * @param {import('./room.js').Room} room
   * @param {{ ask: (call: object) => Promise<unknown[]>, clock: import('./clock.js').Clock, left: () => void }} host
   */
  constructor(room, { ask, clock, left }) {
    this.room = room;
    this.#ask = ask;
    this.#clock = clock;
    this.#left = left;
    this.#backoff = new Backoff({ random: clock.random });
  }

  /** Sends a join with the room's position. A later join makes the answer to an earlier one meaningless. */
  join() {
    this.#cancelDelay();
    this.#ask({
      frame: (id) => {
        this.#joinId = id;
        return [Op.Join, id, ...this.room.joinFields()];
      },
    }).then(() => this.#backoff.reset(), (error) => this.#failed(error));
  }

  /** Whether a `joined` with this id is the answer to the latest join; with id 0 the server moves the member by itself. */
  isAnsweredBy(id) {
    return id === this.#joinId || id === 0;
  }

  /** The server removed the member. */
  removed(error) {
    if (!error.isRetryable) {
      this.#refuse(error);
      return;
    }
    this.room.onRemoved(error);
    this.#joinLater(error);
  }

  /** The connection is gone; the client calls `join` again when there is a new one. */
  interrupt() {
    this.#cancelDelay();
    this.#joinId = 0;
    this.room.onInterrupted();
  }

  #failed(error) {
    if (!this.room.isWanted || error.kind === 'connection-lost') return;
    if (error.isRetryable) this.#joinLater(error);
    else this.#refuse(error);
  }

  #joinLater(error) {
    this.#cancelDelay();
    this.#cancelDelay = this.#clock.after(Math.max(error.retryAfter ?? 0, this.#backoff.next()), () => {
      if (this.room.isWanted) this.join();
    });
  }

  #refuse(error) {
    this.#cancelDelay();
    this.#left();
    this.room.onRefused(error);
  }
}
