import { systemClock } from './clock.js';
import { ErrorCode } from './codes.js';
import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { GatewayError } from './gateway-error.js';
import { HeadsCheck } from './heads-check.js';
import { Encoded, encode } from './msgpack.js';
import { Op } from './ops.js';
import { Room } from './room.js';
import { RoomEntry } from './room-entry.js';
import { toMember } from './roster.js';
import { uniqueKey } from './unique-key.js';

/**
 * @typedef {object} GatewayOptions
 * @property {string} url of the gateway's WebSocket, `ws://host/ws`
 * @property {string|null|((request: { isRefused: boolean }) => string|null|Promise<string|null>)} [token]
 *   the token, or who gives one: asked before every connection and when the present one nears its end. `isRefused`: the last one is used
 *   up, a new one is needed. To give up for good, throw an error whose `isPermanent` is true.
 * @property {typeof WebSocket} [WebSocket] where the platform has none (Node before 22: the package `ws`)
 * @property {string} [agent] what the client calls itself
 * @property {number} [pingAfterMs] how long the server may be silent before it is asked for a sign (15 s)
 * @property {number} [pingTimeoutMs] how long it has for that (5 s)
 * @property {number} [headsEveryMs] how often positions are compared with the server's (30 s)
 * @property {number} [attemptsBeforeFailure] after so many attempts in a row the event `failure` is raised; the client tries on (5)
 * @property {import('./clock.js').Clock} [clock]
 */

/**
 * @typedef {object} PublishOptions
 * @property {string} [idempotencyKey] makes repetitions safe; a random one when left out
 * @property {string} [conflationKey] only the latest value of a key matters; such a message is not kept and has no offset
 * @property {number} [timeoutMs] 60 s; longer than the room's window for idempotency keys (2 minutes) would not be safe
 */

/** @typedef {{ epoch: number, offset: number, isDuplicate: boolean }} Ack */

/** Of nested arrays and maps; the server refuses more. */
const MaxPayloadDepth = 64;

const DefaultPublishTimeoutMs = 60_000;

/**
 * A client of the gateway: one WebSocket, any number of rooms, back by itself after a failure.
 *
 * | event | value |
 * | --- | --- |
 * | status | `{ status, previous, … }`: `connected` (with `session`), `connecting` (`attempt`, `retryInMs`, `reason`, `code`), `disconnected` (`reason`, `code`) |
 * | direct | `{ sender, event, payload, time }`: sent to this user, not to a room |
 * | failure | `{ attempts, reason }`: the gateway cannot be reached; the client goes on trying |
 * | goaway | `{ code, reason, afterMs, url }`: the node will stop; the client moves by itself |
 * | error | {@link GatewayError} that belongs to nothing that was asked |
 * | frame | `{ direction, frame, byteCount }`: every frame, for developers |
 *
 * @example
 * const client = new GatewayClient({ url: 'ws://localhost:8080/ws', token });
 * const room = client.room('chat:lobby');
 * room.on('message', ({ sender, payload }) => console.log(sender, payload));
 * await client.connect();
 * await room.join({ tail: 50 });
 * await room.publish('said', { text: 'hello' });
 */
export class GatewayClient extends Emitter {
  #clock;
  #connection;
  /** Wanted rooms by name. @type {Map<string, RoomEntry>} */
  #entries = new Map();
  /** Joined rooms by the number of the present connection. @type {Map<number, Room>} */
  #numbers = new Map();
  #headsCheck;

  /** @param {GatewayOptions} options */
  constructor({
    url,
    token = null,
    WebSocket = globalThis.WebSocket,
    agent = 'gateway-js/1',
    pingAfterMs = 15_000,
    pingTimeoutMs = 5_000,
    headsEveryMs = 30_000,
    attemptsBeforeFailure = 5,
    clock = systemClock,
  }) {
    super();
    if (typeof WebSocket !== 'function') throw new TypeError('This platform has no WebSocket: give one as the option "WebSocket".');
    const hasTokenProvider = typeof token === 'function';
    this.#clock = clock;
    this.#connection = new Connection(
      { url, getToken: hasTokenProvider ? token : () => token, hasTokenProvider, WebSocket, agent, pingAfterMs, pingTimeoutMs, attemptsBeforeFailure, clock },
      { welcomed: () => this.#welcomed(), interrupted: () => this.#interrupted(), received: (frame) => this.#receive(frame) });
    for (const event of ['status', 'failure', 'goaway', 'error', 'frame']) this.#connection.on(event, (value) => this.emit(event, value));
    this.#headsCheck = new HeadsCheck({ clock, everyMs: headsEveryMs, ask: () => this.#askHeads() });
  }

  /** @returns {'connected'|'connecting'|'disconnected'} */
  get status() {
    return this.#connection.status;
  }

  /** What the server said at the beginning of the present session, or null. */
  get session() {
    return this.#connection.session;
  }

  /** The rooms that are joined, or will be as soon as there is a connection. @returns {Room[]} */
  get rooms() {
    return [...this.#entries.values()].map((entry) => entry.room);
  }

  /**
   * Resolves with the first welcome. Fails when the server refuses for good; as long as it cannot be reached the client goes on trying
   * (the event `failure` says that it is taking long).
   */
  connect() {
    return this.#connection.connect();
  }

  /** Leaves for good: rooms are forgotten, unanswered calls fail. `connect` may be called again. */
  close() {
    this.#connection.close();
    for (const { room } of [...this.#entries.values()]) room.leave();
  }

  /** Ends a back-off early, for instance because the network has come back. */
  retryNow() {
    this.#connection.retryNow();
  }

  /**
   * The room of this name; listen to it, then `join()` it.
   * @param {string} name `kind:id`
   */
  room(name) {
    return this.#entries.get(name)?.room ?? new Room(name, this.#host);
  }

  /**
   * Publishes into a room, joined or not. Repeated by itself, under one idempotency key, until it is acknowledged or the time is up.
   * @param {string} roomName
   * @param {string} event
   * @param {unknown} payload
   * @param {PublishOptions} [options]
   * @returns {Promise<Ack>}
   */
  async publish(roomName, event, payload, { idempotencyKey, conflationKey = null, timeoutMs = DefaultPublishTimeoutMs } = {}) {
    // Of a conflated message only the latest counts, so a second copy does no harm.
    const key = idempotencyKey ?? (conflationKey === null ? uniqueKey() : null);
    const encoded = this.#encodePayload(payload);
    const [epoch, offset, duplicate] = await this.#ask({
      frame: (id) => [Op.Publish, id, this.#reference(roomName), event, encoded, key, conflationKey],
      isRepeatable: true,
      timeoutMs,
      conflationKey: conflationKey === null ? null : `${roomName}\n${event}\n${conflationKey}`,
    });
    return { epoch, offset, isDuplicate: duplicate };
  }

  /**
   * Sends to all connections of a user; not kept for those who are away.
   * @returns {Promise<number>} how many connections it reached
   */
  async send(user, event, payload) {
    const encoded = this.#encodePayload(payload);
    const [count] = await this.#ask({ frame: (id) => [Op.Send, id, user, event, encoded] });
    return count;
  }

  /** Asks a backend service. @returns {Promise<unknown>} its reply */
  async request(service, method, payload = null, { timeoutMs = 10_000 } = {}) {
    const encoded = this.#encodePayload(payload);
    // The server's own time limit comes first; the client's is for an answer that got lost.
    const [reply] = await this.#ask({ frame: (id) => [Op.Request, id, service, method, encoded, timeoutMs], timeoutMs: timeoutMs + 5_000 });
    return reply ?? null;
  }

  /**
   * Kept messages of a room.
   * @param {string} roomName
   * @param {{ after?: number, limit?: number }} [range] after this offset, at most so many
   */
  async history(roomName, { after = 0, limit = 100 } = {}) {
    const [epoch, head, first, entries, more] = await this.#ask({
      frame: (id) => [Op.History, id, this.#reference(roomName), after, limit],
      isRepeatable: true,
    });
    const messages = entries.map(([offset, event, payload, sender, time]) =>
      ({ room: roomName, epoch, offset, event, payload: payload ?? null, sender: sender ?? null, time, conflationKey: null }));
    return { epoch, head, first, messages, hasMore: more };
  }

  /**
   * Who is in a room.
   * @param {string} roomName
   * @param {string[]|null} [users] in a large room, these are named in any case
   */
  async presence(roomName, users = null) {
    const [, count, members, complete] = await this.#ask({
      frame: (id) => [Op.Presence, id, this.#reference(roomName), users],
      isRepeatable: true,
    });
    return { count, members: members.map(toMember), isComplete: complete };
  }

  /** @returns {Promise<number>} milliseconds there and back */
  async ping() {
    let sentAt = 0;
    await this.#ask({
      frame: (id) => {
        sentAt = performance.now();
        return [Op.Ping, id];
      },
    });
    return performance.now() - sentAt;
  }

  #host = {
    enter: (room) => {
      if (this.#entries.has(room.name)) throw new Error(`Room ${room.name} is joined already, through another Room object: client.room() gives it.`);
      const entry = new RoomEntry(room, { ask: (call) => this.#ask(call), clock: this.#clock, left: () => this.#drop(room) });
      this.#entries.set(room.name, entry);
      if (this.session !== null) entry.join();
    },
    exit: (room) => {
      this.#drop(room);
      if (this.session !== null) this.#ask({ frame: (id) => [Op.Leave, id, room.name] }).catch(() => {});
    },
    rejoin: (room) => this.#entries.get(room.name)?.join(),
    publish: (room, event, payload, options) => this.publish(room.name, event, payload, options),
    setState: async (room, state, data) => {
      await this.#ask({ frame: (id) => [Op.State, id, this.#reference(room.name), state, data] });
    },
  };

  #ask(call) {
    if (this.status === 'disconnected') return Promise.reject(new GatewayError('closed', 'The client is not connected: call connect() first.'));
    return this.#connection.calls.start(call);
  }

  #welcomed() {
    for (const entry of this.#entries.values()) entry.join();
    this.#headsCheck.start();
  }

  #interrupted() {
    this.#headsCheck.stop();
    this.#numbers.clear();
    for (const entry of this.#entries.values()) entry.interrupt();
  }

  #receive([op, ...fields]) {
    switch (op) {
      case Op.Message: return this.#numbers.get(fields[0])?.onMessage(fields.slice(1));
      case Op.Joined: return this.#joined(fields);
      case Op.Left: return this.#left(fields);
      case Op.Lost: return this.#numbers.get(fields[0])?.onLost(fields.slice(1));
      case Op.Changes: return this.#numbers.get(fields[0])?.onChanges(fields.slice(1));
      case Op.Roster: return this.#roster(fields);
      case Op.Positions: return this.#positions(fields);
      case Op.Direct: return this.#direct(fields);
      case Op.Ok:
      case Op.Ack:
      case Op.Reply:
      case Op.Page:
      case Op.Pong:
        return this.#connection.calls.answer(fields[0], fields.slice(1));
      // An op of a later version.
      default: return undefined;
    }
  }

  /** Handled before the messages that follow in the same packet, so not through the promise of the call. */
  #joined([id, roomName, number, epoch, offset, head, recovered]) {
    const entry = this.#entries.get(roomName);
    if (entry?.isAnsweredBy(id)) {
      this.#numbers.set(number, entry.room);
      entry.room.onJoined(number, epoch, offset, head, recovered);
    }
    this.#connection.calls.answer(id, []);
  }

  #left([number, code, sentence]) {
    const room = this.#numbers.get(number);
    if (room === undefined) return;
    this.#numbers.delete(number);
    this.#entries.get(room.name)?.removed(GatewayError.refused(code, sentence));
  }

  #roster([id, number, count, members, complete]) {
    if (id === 0) this.#numbers.get(number)?.onRoster(count, members, complete);
    else this.#connection.calls.answer(id, [number, count, members, complete]);
  }

  #positions([id, positions]) {
    this.#headsCheck.compare(positions, (number) => this.#numbers.get(number));
    if (id !== 0) this.#connection.calls.answer(id, [positions]);
  }

  #direct([sender, event, payload, time]) {
    this.emit('direct', { sender: sender ?? null, event, payload: payload ?? null, time });
  }

  #askHeads() {
    if (this.#numbers.size > 0) this.#ask({ frame: (id) => [Op.Heads, id] }).catch(() => {});
  }

  #drop(room) {
    this.#entries.delete(room.name);
    this.#numbers.delete(room.number);
  }

  /** The room's number on this connection, which is shorter, or its name. */
  #reference(roomName) {
    return this.#entries.get(roomName)?.room.number ?? roomName;
  }

  /** Encoded once, so that what is repeated is what was given, also when the caller changes it meanwhile. */
  #encodePayload(payload) {
    const bytes = encode(payload, { maxDepth: MaxPayloadDepth });
    const limit = this.session?.limits.maxPayloadBytes ?? Infinity;
    if (bytes.length > limit) {
      throw GatewayError.refused(ErrorCode.TooLarge, `The payload has ${bytes.length} bytes; the gateway takes ${limit}.`);
    }
    return new Encoded(bytes);
  }
}
