/**
 * @typedef {object} Member
 * @property {string} user
 * @property {number} connections
 * @property {string|null} state `active`, `viewing`, `typing` or the application's own
 * @property {unknown} data
 * @property {number} since milliseconds since 1970
 */

/** Who is in a room, as far as the server told. */
export class Roster {
  #members = new Map();
  #count = 0;
  #isComplete = true;

  /** How many members there are, also those that are not listed. */
  get count() {
    return this.#count;
  }

  /** Whether everybody is listed; a large room lists a sample. */
  get isComplete() {
    return this.#isComplete;
  }

  /** @returns {Member[]} */
  get members() {
    return [...this.#members.values()];
  }

  /** @param {string} user @returns {Member|undefined} */
  get(user) {
    return this.#members.get(user);
  }

  /** A whole roster replaces what was known. */
  replace(count, members, isComplete) {
    this.#members = new Map(members.map((member) => [member[0], toMember(member)]));
    this.#count = count;
    this.#isComplete = isComplete;
  }

  /** @returns {{ joined: Member[], left: string[], updated: Member[] }} */
  change(count, joined, left, updated) {
    const changes = { joined: joined.map(toMember), left, updated: updated.map(toMember) };
    for (const user of left) this.#members.delete(user);
    for (const member of changes.joined) this.#members.set(member.user, member);
    for (const member of changes.updated) this.#members.set(member.user, member);
    this.#count = count;
    return changes;
  }
}

/** The wire's `[user, connections, state?, data, since]`. @returns {Member} */
export function toMember([user, connections, state, data, since]) {
  return { user, connections, state: state ?? null, data: data ?? null, since };
}
