/**
 * Messages that a member did not get and will not get.
 * @typedef {object} Gap
 * @property {number|null} from the first missing offset; null where only transient messages were lost
 * @property {number|null} to the last missing offset; null where nobody knows (a new epoch began)
 * @property {number|null} count
 * @property {boolean} isNewEpoch the room's history was lost and its offsets began anew
 */

/**
 * A member's position in the room's order: which messages come next, which were seen before, and what is missing.
 */
export class RoomOrder {
  #epoch = null;
  #offset = null;

  /** @param {{ epoch: number, offset: number }|null} [position] where to go on from, for instance after a reload */
  constructor(position = null) {
    if (position !== null) {
      this.#epoch = position.epoch;
      this.#offset = position.offset;
    }
  }

  /** The last message seen, or null before the first join. */
  get position() {
    return this.#epoch === null ? null : { epoch: this.#epoch, offset: this.#offset };
  }

  /**
   * The server's answer to a join: messages from `offset` + 1 on follow.
   * @param {number} head the room's newest message
   * @returns {Gap|null}
   */
  join(epoch, offset, head, recovered) {
    const before = this.position;
    this.#epoch = epoch;
    if (before === null) {
      this.#offset = offset;
      return null;
    }
    if (before.epoch === epoch && (recovered || head >= before.offset)) {
      // A position that lies before ours only repeats what was seen meanwhile, recovered or not: what we asked with may be long past.
      this.#offset = Math.max(before.offset, offset);
      return offset > before.offset ? gap(before.offset + 1, offset) : null;
    }
    // A new epoch; or the server has less than was seen here, and what it counts from now on is not what it counted before.
    this.#offset = offset;
    return recovered ? null : { from: before.offset + 1, to: null, count: null, isNewEpoch: true };
  }

  /**
   * A message came.
   * @returns {'next'|'transient'|'duplicate'|'hole'} next: the position is now the message's; hole: something before it is missing
   */
  receive(offset) {
    if (offset === 0) return 'transient';
    if (offset <= this.#offset) return 'duplicate';
    if (offset > this.#offset + 1) return 'hole';
    this.#offset = offset;
    return 'next';
  }

  /**
   * The server says that messages are gone.
   * @returns {Gap|'hole'|null} hole: something before them is missing too; null: they were seen before
   */
  lose(count, from, to) {
    if (from === 0) return { from: null, to: null, count, isNewEpoch: false };
    if (to <= this.#offset) return null;
    if (from > this.#offset + 1) return 'hole';
    const missing = gap(this.#offset + 1, to);
    this.#offset = to;
    return missing;
  }

  /** Whether a head that the server named says that this member misses something. */
  isBehind(epoch, head) {
    return epoch !== this.#epoch || head > this.#offset;
  }
}

function gap(from, to) {
  return { from, to, count: to - from + 1, isNewEpoch: false };
}
