import { deferred } from './deferred.js';
import { Emitter } from './emitter.js';
import { GatewayError } from './gateway-error.js';
import { JoinFlag } from './ops.js';
import { RoomOrder } from './room-order.js';
import { Roster } from './roster.js';

/**
 * A message of a room.
 * @typedef {object} RoomMessage
 * @property {string} room
 * @property {number} epoch
 * @property {number} offset 0 for a transient message (one with a conflation key)
 * @property {string} event
 * @property {unknown} payload
 * @property {string|null} sender
 * @property {number} time milliseconds since 1970
 * @property {string|null} conflationKey
 */

/**
 * @typedef {object} JoinOptions
 * @property {boolean} [presence] be told who is there (default true)
 * @property {boolean} [observer] do not be listed among those who are there
 * @property {number} [tail] begin with this many of the newest messages
 * @property {{ epoch: number, offset: number }} [position] begin after this message, for instance after a reload
 */

/**
 * What a room needs of the client.
 * @typedef {object} RoomHost
 * @property {(room: Room) => void} enter
 * @property {(room: Room) => void} exit
 * @property {(room: Room) => void} rejoin
 * @property {(room: Room, event: string, payload: unknown, options?: object) => Promise<import('./client.js').Ack>} publish
 * @property {(room: Room, state: string, data: unknown) => Promise<void>} setState
 */

/**
 * One room as its member sees it. Every message once, in order; what is lost is told as a gap, never silently skipped.
 *
 * | event | value |
 * | --- | --- |
 * | message | {@link RoomMessage} |
 * | gap | {@link import('./room-order.js').Gap} |
 * | joined | `{ recovered, head, position }`, also after every reconnect |
 * | presence | `{ joined, left, updated }` after a change; all empty when the whole roster came |
 * | left | `{ code, sentence, willRejoin }`: the server removed this member |
 *
 * Listen before `join()`: the first messages may come in the same packet as its answer.
 */
export class Room extends Emitter {
  #host;
  #options = {};
  #order = new RoomOrder();
  #state = null;
  #isRejoining = false;
  #joining = null;

  /** @param {string} name @param {RoomHost} host */
  constructor(name, host) {
    super();
    this.name = name;
    this.roster = new Roster();
    this.#host = host;
    /** Between `join()` and `leave()`: joined, or about to be as soon as there is a connection. */
    this.isWanted = false;
    /** The number that stands for the room on the present connection, or null. @type {number|null} */
    this.number = null;
  }

  /** The last message seen; give it to `join` to go on from there later. */
  get position() {
    return this.#order.position;
  }

  get isJoined() {
    return this.number !== null;
  }

  /**
   * Resolves when the server has let this member in; waits for a connection if need be.
   * @param {JoinOptions} [options]
   * @returns {Promise<Room>}
   */
  join(options = {}) {
    if (this.isWanted) return this.#joining?.promise ?? Promise.resolve(this);
    this.#options = options;
    this.#order = new RoomOrder(options.position);
    this.#host.enter(this);
    this.isWanted = true;
    this.#joining = deferred();
    return this.#joining.promise;
  }

  leave() {
    if (!this.isWanted) return;
    this.#forget(new GatewayError('left', `Room ${this.name} was left before the gateway answered.`));
    this.#host.exit(this);
    this.number = null;
  }

  /**
   * @param {string} event
   * @param {unknown} payload
   * @param {import('./client.js').PublishOptions} [options]
   */
  publish(event, payload, options) {
    return this.#host.publish(this, event, payload, options);
  }

  /**
   * Tells the others what this user does (`active`, `viewing`, `typing`); told again after a reconnect.
   * @param {string} state
   * @param {unknown} [data] at most 1 KiB
   */
  setState(state, data = null) {
    this.#state = { state, data };
    return this.isJoined ? this.#host.setState(this, state, data) : Promise.resolve();
  }

  /** The fields of `join` after the id. @internal */
  joinFields() {
    const { presence = true, observer = false, tail = null } = this.#options;
    const flags = (presence ? JoinFlag.Presence : 0) | (observer ? JoinFlag.Observer : 0);
    const position = this.#order.position;
    return position === null ? [this.name, flags, null, null, tail] : [this.name, flags, position.epoch, position.offset];
  }

  /** @internal */
  onJoined(number, epoch, offset, head, recovered) {
    this.number = number;
    this.#isRejoining = false;
    const gap = this.#order.join(epoch, offset, head, recovered);
    this.emit('joined', { recovered, head, position: this.position });
    if (gap !== null) this.emit('gap', gap);
    if (this.#state !== null) this.#host.setState(this, this.#state.state, this.#state.data).catch(() => {});
    this.#joining?.resolve(this);
    this.#joining = null;
  }

  /** The server will not let this member in, or has removed it for good. @internal */
  onRefused(error) {
    this.#forget(error);
    this.number = null;
    this.emit('left', { code: error.code, sentence: error.message, willRejoin: false });
  }

  /** The server removed this member and invites it back. @internal */
  onRemoved(error) {
    this.number = null;
    this.emit('left', { code: error.code, sentence: error.message, willRejoin: true });
  }

  /** The connection is gone; the client joins again on the next one. @internal */
  onInterrupted() {
    this.number = null;
    this.#isRejoining = false;
  }

  /** @internal */
  onMessage([offset, event, payload, sender, time, conflationKey]) {
    const place = this.#order.receive(offset);
    if (place === 'next' || place === 'transient') {
      this.emit('message', {
        room: this.name,
        epoch: this.#order.position.epoch,
        offset,
        event,
        payload: payload ?? null,
        sender: sender ?? null,
        time,
        conflationKey: conflationKey ?? null,
      });
    } else if (place === 'hole') this.#rejoin();
  }

  /** @internal */
  onLost([count, from, to]) {
    const gap = this.#order.lose(count, from, to);
    if (gap === 'hole') this.#rejoin();
    else if (gap !== null) this.emit('gap', gap);
  }

  /** @internal */
  onRoster(count, members, isComplete) {
    this.roster.replace(count, members, isComplete);
    this.emit('presence', { joined: [], left: [], updated: [] });
  }

  /** @internal */
  onChanges([count, joined, left, updated]) {
    this.emit('presence', this.roster.change(count, joined ?? [], left ?? [], updated ?? []));
  }

  /** Whether the head that the server named lies beyond this member's position. @internal */
  isBehind(epoch, head) {
    return !this.#isRejoining && this.#order.isBehind(epoch, head);
  }

  /** Asks for what is missing, by joining again with the position. @internal */
  catchUp() {
    this.#rejoin();
  }

  #rejoin() {
    // One question is enough: its answer makes everything after the position come again.
    if (this.#isRejoining) return;
    this.#isRejoining = true;
    this.#host.rejoin(this);
  }

  #forget(error) {
    this.isWanted = false;
    this.#isRejoining = false;
    this.#state = null;
    this.roster = new Roster();
    this.#joining?.reject(error);
    this.#joining = null;
  }
}
