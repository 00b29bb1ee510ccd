import { decode, Encoded } from './msgpack.js';

/** The ops of the protocol, section 4 of the specification. Wire values: never renumber. */
export const Op = Object.freeze({
  Hello: 1,
  Welcome: 2,
  Auth: 3,
  Ok: 4,
  Join: 5,
  Joined: 6,
  Leave: 7,
  Left: 8,
  Publish: 9,
  Ack: 10,
  Message: 11,
  Send: 12,
  Direct: 13,
  Request: 14,
  Reply: 15,
  Presence: 16,
  Roster: 17,
  Changes: 18,
  State: 19,
  History: 20,
  Page: 21,
  Ping: 24,
  Pong: 25,
  Heads: 26,
  Positions: 27,
  Lost: 28,
  GoAway: 29,
  Error: 30,
});

/** The bits of `join.flags`. */
export const JoinFlag = Object.freeze({ Presence: 1, Observer: 2 });

/** Name and fields of each op, in wire order, to show frames to people. */
const layouts = new Map([
  [Op.Hello, ['hello', 'version', 'token', 'ticket', 'agent']],
  [Op.Welcome, ['welcome', 'version', 'connection', 'user', 'expiresAt', 'heartbeat', 'limits', 'time', 'node']],
  [Op.Auth, ['auth', 'id', 'token']],
  [Op.Ok, ['ok', 'id', 'value']],
  [Op.Join, ['join', 'id', 'room', 'flags', 'epoch', 'offset', 'tail']],
  [Op.Joined, ['joined', 'id', 'room', 'number', 'epoch', 'offset', 'head', 'recovered']],
  [Op.Leave, ['leave', 'id', 'room']],
  [Op.Left, ['left', 'number', 'code', 'sentence']],
  [Op.Publish, ['publish', 'id', 'room', 'event', 'payload', 'idempotencyKey', 'conflationKey']],
  [Op.Ack, ['ack', 'id', 'epoch', 'offset', 'duplicate']],
  [Op.Message, ['message', 'number', 'offset', 'event', 'payload', 'sender', 'time', 'conflationKey']],
  [Op.Send, ['send', 'id', 'user', 'event', 'payload']],
  [Op.Direct, ['direct', 'sender', 'event', 'payload', 'time']],
  [Op.Request, ['request', 'id', 'service', 'method', 'payload', 'timeout']],
  [Op.Reply, ['reply', 'id', 'payload']],
  [Op.Presence, ['presence', 'id', 'room', 'users']],
  [Op.Roster, ['roster', 'id', 'number', 'count', 'members', 'complete']],
  [Op.Changes, ['changes', 'number', 'count', 'joined', 'left', 'updated']],
  [Op.State, ['state', 'id', 'room', 'state', 'data']],
  [Op.History, ['history', 'id', 'room', 'after', 'limit']],
  [Op.Page, ['page', 'id', 'epoch', 'head', 'first', 'messages', 'more']],
  [Op.Ping, ['ping', 'id']],
  [Op.Pong, ['pong', 'id', 'time']],
  [Op.Heads, ['heads', 'id', 'numbers']],
  [Op.Positions, ['positions', 'id', 'positions']],
  [Op.Lost, ['lost', 'number', 'count', 'from', 'to']],
  [Op.GoAway, ['goaway', 'code', 'reason', 'after', 'url', 'ticket']],
  [Op.Error, ['error', 'id', 'code', 'sentence', 'retryAfter']],
]);

const secretFields = new Set(['token', 'ticket']);

/**
 * A frame with the names of its parts, for logs; what is secret (tokens, tickets) is masked.
 * @param {unknown[]} frame
 * @returns {{ name: string, fields: Record<string, unknown> }}
 */
export function describeFrame([op, ...values]) {
  const [name, ...names] = layouts.get(op) ?? [`op ${op}`];
  const fields = {};
  values.forEach((value, i) => {
    const field = names[i] ?? `field ${i + 1}`;
    fields[field] = secretFields.has(field) && value ? '(secret)' : value instanceof Encoded ? decode(value.bytes) : value;
  });
  return { name, fields };
}
