/** A message may be on its way behind the answer; a member that stands still this long below the head has missed it. */
const SettleMs = 5_000;

/**
 * Compares the members' positions with the rooms' heads from time to time: finds the loss of a last message, which no later message
 * would reveal. A room that is behind and does not move joins again with its position.
 */
export class HeadsCheck {
  #clock;
  #everyMs;
  #ask;
  #cancel = () => {};
  #cancelSettling = () => {};

  /** @param {{ clock: import('./clock.js').Clock, everyMs: number, ask: () => void }} options */
  constructor({ clock, everyMs, ask }) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#ask = ask;
  }

  start() {
    this.stop();
    this.#cancel = this.#clock.after(this.#everyMs, () => {
      this.#ask();
      this.start();
    });
  }

  stop() {
    this.#cancel();
  }

  /**
   * @param {[number, number, number][]} positions number, epoch and head of rooms
   * @param {(number: number) => import('./room.js').Room|undefined} find
   */
  compare(positions, find) {
    const behind = positions
      .map(([number, epoch, head]) => ({ room: find(number), number, epoch, head }))
      .filter(({ room, epoch, head }) => room?.isBehind(epoch, head))
      .map((seen) => ({ ...seen, offset: seen.room.position.offset }));
    if (behind.length === 0) return;
    this.#cancelSettling();
    this.#cancelSettling = this.#clock.after(SettleMs, () => {
      for (const { room, number, epoch, head, offset } of behind) {
        const stoodStill = room.number === number && room.position.offset === offset;
        if (stoodStill && room.isBehind(epoch, head)) room.catchUp();
      }
    });
  }
}
