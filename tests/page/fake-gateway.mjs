// A gateway for the tests of the client: one process, rooms in memory, and a hand on every screw, to do what a real one must never do.
import { WebSocket, WebSocketServer } from './dependencies.mjs';
import { Decoder, encode } from '../../src/Gateway.Server/wwwroot/gateway/msgpack.js';
import { Op } from '../../src/Gateway.Server/wwwroot/gateway/ops.js';

export class FakeGateway {
  rooms = new Map();
  connections = new Set();
  /** Called with (connection, frame) before a frame is handled; returning true keeps it from being handled. */
  intercept = () => false;
  /** Called with (connection, hello frame); returns { user } or an error [code, sentence, closeCode]. */
  authenticate = (_, [, , token]) => ({ user: token ?? null, expiresAt: 0 });
  #nextConnection = 1;
  #nextNumber = 1;
  #waiters = [];
  /** Every frame received, in order. */
  received = [];

  static async listen(port = 0) {
    const gateway = new FakeGateway();
    gateway.server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: selectSubprotocol });
    gateway.server.on('connection', (socket) => gateway.accept(socket));
    await new Promise((resolve) => gateway.server.once('listening', resolve));
    gateway.url = `ws://127.0.0.1:${gateway.server.address().port}/ws`;
    return gateway;
  }

  /** Takes the upgrades of an HTTP server instead of a port of its own. */
  static attach(server) {
    const gateway = new FakeGateway();
    gateway.server = new WebSocketServer({ noServer: true, handleProtocols: selectSubprotocol });
    server.on('upgrade', (request, socket, head) =>
      gateway.server.handleUpgrade(request, socket, head, (webSocket) => gateway.accept(webSocket)));
    return gateway;
  }

  async close() {
    for (const { socket } of this.connections) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The next frame, or one already received, that fits; frames are handed out once. */
  frame(op, fits = () => true) {
    const find = () => {
      const i = this.received.findIndex((entry) => !entry.isTaken && entry.frame[0] === op && fits(entry.frame));
      if (i < 0) return null;
      this.received[i].isTaken = true;
      return this.received[i];
    };
    const found = find();
    return found ? Promise.resolve(found) : new Promise((resolve) => this.#waiters.push({ find, resolve }));
  }

  room(name) {
    if (!this.rooms.has(name)) {
      this.rooms.set(name, { name, number: this.#nextNumber++, epoch: 7, head: 0, first: 1, entries: [], keys: new Map(), members: new Map() });
    }
    return this.rooms.get(name);
  }

  accept(socket) {
    const connection = { id: `c${this.#nextConnection++}`, socket, user: null, isWelcome: false, name: null, send: (...frame) => send(socket, [frame]) };
    this.connections.add(connection);
    socket.on('message', (data) => {
      const decoder = new Decoder(new Uint8Array(data));
      while (!decoder.atEnd) this.#handle(connection, decoder.read());
    });
    socket.on('close', () => {
      this.connections.delete(connection);
      for (const room of this.rooms.values()) if (room.members.delete(connection)) this.#tellChange(room, [], [nameOf(connection)]);
    });
  }

  /** Publishes from the side, as a backend would. */
  publish(name, event, payload, { sender = null, conflationKey = null } = {}) {
    const room = this.room(name);
    const offset = conflationKey === null ? ++room.head : 0;
    const entry = [offset, event, payload, sender, Date.now(), conflationKey];
    if (offset > 0) room.entries.push(entry);
    for (const connection of room.members.keys()) connection.send(Op.Message, room.number, ...entry);
    return offset;
  }

  /** Lets go of the oldest messages, as a history with a limit does. */
  trim(name, first) {
    const room = this.room(name);
    room.first = first;
    room.entries = room.entries.filter(([offset]) => offset >= first);
  }

  #handle(connection, frame) {
    const entry = { connection, frame, isTaken: false };
    this.received.push(entry);
    if (!this.intercept(connection, frame)) this.#answer(connection, frame);
    for (const waiter of [...this.#waiters]) {
      const found = waiter.find();
      if (found) {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        waiter.resolve(found);
      }
    }
  }

  #answer(connection, frame) {
    const [op, id, ...fields] = frame;
    switch (op) {
      case Op.Hello: return this.#hello(connection, frame);
      case Op.Auth: return connection.send(Op.Ok, id, 0);
      case Op.Join: return this.#join(connection, id, fields);
      case Op.Leave: {
        const room = this.#find(fields[0]);
        if (room.members.delete(connection)) this.#tellChange(room, [], [nameOf(connection)]);
        return connection.send(Op.Ok, id);
      }
      case Op.Publish: return this.#publish(connection, id, fields);
      case Op.State: {
        const room = this.#find(fields[0]);
        const member = room.members.get(connection);
        if (!member) return connection.send(Op.Error, id, 1008, 'The frame needs a joined room.');
        [member.state, member.data] = [fields[1], fields[2] ?? null];
        this.#tellChange(room, [], [], [this.#member(room, nameOf(connection))]);
        return connection.send(Op.Ok, id);
      }
      case Op.Presence: {
        const room = this.#find(fields[0]);
        const members = this.#members(room);
        return connection.send(Op.Roster, id, room.number, members.length, members, true);
      }
      case Op.History: {
        const room = this.#find(fields[0]);
        const rest = room.entries.filter(([offset]) => offset > fields[1]);
        return connection.send(Op.Page, id, room.epoch, room.head, room.first, rest.slice(0, fields[2]).map((m) => m.slice(0, 5)), rest.length > fields[2]);
      }
      case Op.Send: {
        const targets = [...this.connections].filter((other) => other.user === fields[0]);
        for (const target of targets) target.send(Op.Direct, connection.user, fields[1], fields[2], Date.now());
        return targets.length ? connection.send(Op.Ok, id, targets.length) : connection.send(Op.Error, id, 1015, 'Nobody is connected as this user.');
      }
      case Op.Request: return connection.send(Op.Reply, id, { service: fields[0], method: fields[1], echo: fields[2] });
      case Op.Ping: return connection.send(Op.Pong, id, Date.now());
      case Op.Heads: return connection.send(Op.Positions, id, [...this.rooms.values()].filter((r) => r.members.has(connection)).map((r) => [r.number, r.epoch, r.head]));
      default: return connection.send(Op.Error, id, 1001, 'This server does not know the op.');
    }
  }

  #hello(connection, hello) {
    const result = this.authenticate(connection, hello);
    if (Array.isArray(result)) {
      connection.send(Op.Error, 0, result[0], result[1]);
      return connection.socket.close(result[2], result[1]);
    }
    connection.user = result.user;
    connection.isWelcome = true;
    return connection.send(Op.Welcome, 1, connection.id, result.user, result.expiresAt ?? 0, 30_000, [1 << 20, 1 << 18, 100, 128], Date.now(), 'fake-1');
  }

  #join(connection, id, [name, flags, epoch, offset, tail]) {
    const room = this.room(name);
    const isNewcomer = !room.members.has(connection);
    room.members.set(connection, room.members.get(connection) ?? { state: null, data: null, since: Date.now(), flags });
    const isKnown = epoch === room.epoch && offset >= room.first - 1 && offset <= room.head;
    const from = epoch === undefined || epoch === null
      ? Math.max(room.head - (tail ?? 0), room.first - 1)
      : isKnown ? offset : room.first - 1;
    const frames = [[Op.Joined, id, name, room.number, room.epoch, from, room.head, isKnown]];
    for (const entry of room.entries) if (entry[0] > from) frames.push([Op.Message, room.number, ...entry]);
    if (flags & 1) frames.push([Op.Roster, 0, room.number, this.#members(room).length, this.#members(room), true]);
    send(connection.socket, frames);
    if (isNewcomer) this.#tellChange(room, [this.#member(room, nameOf(connection))], [], [], connection);
  }

  #publish(connection, id, [reference, event, payload, idempotencyKey, conflationKey]) {
    const room = this.#find(reference);
    const known = room.keys.get(idempotencyKey);
    if (known !== undefined) return connection.send(Op.Ack, id, room.epoch, known, true);
    const offset = this.publish(room.name, event, payload ?? null, { sender: nameOf(connection), conflationKey: conflationKey ?? null });
    if (idempotencyKey) room.keys.set(idempotencyKey, offset);
    return connection.send(Op.Ack, id, room.epoch, offset, false);
  }

  #find(reference) {
    return typeof reference === 'string' ? this.room(reference) : [...this.rooms.values()].find((room) => room.number === reference);
  }

  #members(room) {
    return [...new Set([...room.members.keys()].map(nameOf))].map((user) => this.#member(room, user));
  }

  #member(room, user) {
    const own = [...room.members].filter(([connection]) => nameOf(connection) === user);
    const [, { state, data, since }] = own[0];
    return [user, own.length, state, data, since];
  }

  #tellChange(room, joined, left, updated = [], except = null) {
    const members = this.#members(room);
    const gone = left.filter((user) => !members.some(([name]) => name === user));
    if (joined.length + gone.length + updated.length === 0) return;
    for (const [connection, { flags }] of room.members) {
      if (connection !== except && flags & 1) connection.send(Op.Changes, room.number, members.length, joined, gone, updated);
    }
  }
}

function nameOf(connection) {
  return connection.user ?? `~${connection.id}`;
}

function selectSubprotocol(offered) {
  return offered.has('gateway.v1.msgpack') ? 'gateway.v1.msgpack' : false;
}

function send(socket, frames) {
  if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat(frames.map((frame) => encode(frame))));
}
