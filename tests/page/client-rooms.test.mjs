import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeFrame, Op } from '../../src/Gateway.Server/wwwroot/gateway/index.js';
import { breakConnections, collect, once, reconnect, setUp } from './client-harness.mjs';
import { Random } from './random.mjs';

const isStatus = (wanted) => ({ status }) => status === wanted;

/** A connected client in chat:a, which holds messages 1 to `count` with their offset as payload. */
async function setUpRoom(t, { count = 0, join = {}, ...options } = {}) {
  const context = await setUp(t);
  for (let i = 1; i <= count; i++) context.gateway.publish('chat:a', 'said', i);
  // Time is moved faster here than any answer comes, so silence means nothing.
  const { client, clock, statuses } = context.newClient({ pingAfterMs: 10_000_000, ...options });
  const room = client.room('chat:a');
  const seen = collect(room);
  await client.connect();
  await room.join(join);
  return { ...context, client, clock, statuses, room, seen };
}

describe('client: rooms', () => {
  test('sees messages from its join on, whole and in order', async (t) => {
    const { gateway, room, seen } = await setUpRoom(t, { count: 3 });
    assert.deepEqual(room.position, { epoch: 7, offset: 3 });
    gateway.publish('chat:a', 'said', { text: 'hello' }, { sender: 'bob' });
    await seen.until(1);
    const { time, ...rest } = seen.messages[0];
    assert.deepEqual(rest, { room: 'chat:a', epoch: 7, offset: 4, event: 'said', payload: { text: 'hello' }, sender: 'bob', conflationKey: null });
    assert.ok(time > 0);
  });

  test('gets the newest ones with tail, also those in the packet of the answer', async (t) => {
    const { seen } = await setUpRoom(t, { count: 5, join: { tail: 2 } });
    await seen.until(2);
    assert.deepEqual(seen.payloads, [4, 5]);
  });

  test('goes on from a position that was kept', async (t) => {
    const { seen } = await setUpRoom(t, { count: 5, join: { position: { epoch: 7, offset: 3 } } });
    await seen.until(2);
    assert.deepEqual(seen.payloads, [4, 5]);
    assert.deepEqual(seen.gaps, []);
  });

  test('gets exactly what it missed after a reconnect', async (t) => {
    const { gateway, client, clock, room, seen } = await setUpRoom(t);
    for (let i = 1; i <= 3; i++) gateway.publish('chat:a', 'said', i);
    await seen.until(3);
    const { retryInMs } = await breakConnections(gateway, client);
    for (let i = 4; i <= 6; i++) gateway.publish('chat:a', 'said', i);
    const joined = once(room, 'joined');
    clock.advance(retryInMs);
    assert.equal((await joined).recovered, true);
    gateway.publish('chat:a', 'said', 7);
    await seen.until(7);
    assert.deepEqual(seen.offsets, [1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(seen.gaps, []);
  });

  test('drops duplicates', async (t) => {
    const { gateway, seen } = await setUpRoom(t);
    gateway.publish('chat:a', 'said', 1);
    const [connection] = gateway.connections;
    for (const offset of [1, 1, 2, 2, 1, 3]) connection.send(Op.Message, 1, offset, 'said', offset, 'bob', 1);
    await seen.until(3);
    assert.deepEqual(seen.offsets, [1, 2, 3]);
  });

  test('fills a hole by asking again, and delivers in order', async (t) => {
    const { gateway, client, seen } = await setUpRoom(t);
    await gateway.frame(Op.Join);
    const [connection] = gateway.connections;
    const room = gateway.room('chat:a');
    for (let offset = 1; offset <= 4; offset++) room.entries.push([offset, 'said', offset, null, 1]);
    room.head = 4;
    connection.send(Op.Message, 1, 1, 'said', 1, null, 1);
    connection.send(Op.Message, 1, 3, 'said', 3, null, 1);
    connection.send(Op.Message, 1, 4, 'said', 4, null, 1);
    assert.deepEqual((await gateway.frame(Op.Join)).frame.slice(2), ['chat:a', 1, 7, 1]);
    await seen.until(4);
    assert.deepEqual(seen.payloads, [1, 2, 3, 4]);
    assert.deepEqual(seen.gaps, []);
    await client.ping();
    assert.equal(gateway.received.filter(({ frame }) => frame[0] === Op.Join).length, 2, 'one question for one hole');
  });

  test('tells a gap when the history no longer reaches back', async (t) => {
    const { gateway, client, clock, seen } = await setUpRoom(t);
    gateway.publish('chat:a', 'said', 1);
    await seen.until(1);
    const { retryInMs } = await breakConnections(gateway, client);
    for (let i = 2; i <= 9; i++) gateway.publish('chat:a', 'said', i);
    gateway.trim('chat:a', 7);
    clock.advance(retryInMs);
    await seen.untilOffset(9);
    assert.deepEqual(seen.offsets, [1, 7, 8, 9]);
    assert.deepEqual(seen.gaps, [{ from: 2, to: 6, count: 5, isNewEpoch: false }]);
  });

  test('tells a gap when the history was lost, and sees what the new one has', async (t) => {
    const { gateway, client, clock, seen } = await setUpRoom(t);
    for (let i = 1; i <= 5; i++) gateway.publish('chat:a', 'said', i);
    await seen.until(5);
    const { retryInMs } = await breakConnections(gateway, client);
    Object.assign(gateway.room('chat:a'), { epoch: 8, head: 0, first: 1, entries: [] });
    gateway.publish('chat:a', 'said', 'new');
    clock.advance(retryInMs);
    await seen.until(6);
    assert.deepEqual(seen.messages.at(-1).payload, 'new');
    assert.deepEqual([seen.messages.at(-1).epoch, seen.messages.at(-1).offset], [8, 1]);
    assert.deepEqual(seen.gaps, [{ from: 6, to: null, count: null, isNewEpoch: true }]);
  });

  test('tells what the server says was lost, once', async (t) => {
    const { gateway, seen } = await setUpRoom(t);
    const [connection] = gateway.connections;
    connection.send(Op.Message, 1, 1, 'said', 1, null, 1);
    connection.send(Op.Lost, 1, 3, 2, 4);
    connection.send(Op.Lost, 1, 3, 2, 4);
    connection.send(Op.Message, 1, 5, 'said', 5, null, 1);
    connection.send(Op.Lost, 1, 2, 0, 0);
    connection.send(Op.Message, 1, 6, 'said', 6, null, 1);
    await seen.until(3);
    assert.deepEqual(seen.payloads, [1, 5, 6]);
    assert.deepEqual(seen.gaps, [
      { from: 2, to: 4, count: 3, isNewEpoch: false },
      { from: null, to: null, count: 2, isNewEpoch: false },
    ]);
  });

  test('transient messages come through and move nothing', async (t) => {
    const { gateway, room, seen } = await setUpRoom(t);
    gateway.publish('chat:a', 'cursor', 10, { conflationKey: 'c' });
    gateway.publish('chat:a', 'said', 1);
    await seen.until(2);
    assert.deepEqual(seen.offsets, [0, 1]);
    assert.equal(seen.messages[0].conflationKey, 'c');
    assert.deepEqual(room.position, { epoch: 7, offset: 1 });
  });

  test('finds the loss of a last message by comparing heads', async (t) => {
    const { gateway, client, clock, seen } = await setUpRoom(t);
    const room = gateway.room('chat:a');
    room.entries.push([1, 'said', 1, null, 1]);
    room.head = 1;
    await gateway.frame(Op.Join);
    clock.advance(30_000);
    await gateway.frame(Op.Heads);
    await client.ping();
    assert.deepEqual(seen.payloads, [], 'it may still be on its way');
    clock.advance(5_000);
    await gateway.frame(Op.Join);
    await seen.until(1);
    assert.deepEqual(seen.payloads, [1]);
  });

  test('does not ask again for what arrives in time', async (t) => {
    const { gateway, client, clock, seen } = await setUpRoom(t);
    [...gateway.connections][0].send(Op.Positions, 0, [[1, 7, 1]]);
    gateway.publish('chat:a', 'said', 1);
    await seen.until(1);
    clock.advance(5_000);
    await client.ping();
    assert.equal(gateway.received.filter(({ frame }) => frame[0] === Op.Join).length, 1);
  });

  test('does not ask again while it catches up, however far it is behind', async (t) => {
    const { gateway, client, clock, seen } = await setUpRoom(t);
    [...gateway.connections][0].send(Op.Positions, 0, [[1, 7, 5]]);
    gateway.publish('chat:a', 'said', 1);
    await seen.until(1);
    clock.advance(5_000);
    await client.ping();
    assert.equal(gateway.received.filter(({ frame }) => frame[0] === Op.Join).length, 1);
  });

  test('an answer that lies before its position only repeats', async (t) => {
    const { gateway, room, seen } = await setUpRoom(t);
    for (let i = 1; i <= 3; i++) gateway.publish('chat:a', 'said', i);
    await seen.until(3);
    const [connection] = gateway.connections;
    connection.send(Op.Joined, 0, 'chat:a', 1, 7, 1, 3, true);
    for (const offset of [2, 3, 4]) connection.send(Op.Message, 1, offset, 'said', offset, null, 1);
    await seen.until(4);
    assert.deepEqual(seen.offsets, [1, 2, 3, 4]);
    assert.deepEqual(seen.gaps, []);
    assert.deepEqual(room.position, { epoch: 7, offset: 4 });
  });

  test('the answer to a join that was taken back means nothing', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await client.connect();
    gateway.intercept = (_, [op]) => op === Op.Join;
    const room = client.room('chat:a');
    const seen = collect(room);
    room.join().catch(() => {});
    const first = await gateway.frame(Op.Join);
    room.leave();
    gateway.intercept = (connection, frame) => {
      if (frame[0] !== Op.Join) return false;
      connection.send(Op.Joined, first.frame[1], 'chat:a', 1, 7, 90, 90, false);
      connection.send(Op.Message, 1, 91, 'said', 'of the first', null, 1);
      return false;
    };
    await room.join();
    assert.deepEqual(room.position, { epoch: 7, offset: 0 });
    assert.deepEqual(seen.messages, []);
  });

  test('publishes with a key of its own and is told the offset', async (t) => {
    const { gateway, room, seen } = await setUpRoom(t);
    assert.deepEqual(await room.publish('said', { text: 'x' }), { epoch: 7, offset: 1, isDuplicate: false });
    const { frame } = await gateway.frame(Op.Publish);
    assert.deepEqual(frame.slice(2, 5), [1, 'said', { text: 'x' }], 'the room by its number');
    assert.match(frame[5], /^[0-9a-f]{32}$/);
    await seen.until(1);
    assert.equal(seen.messages[0].sender, 'ann');
    assert.equal((await room.publish('said', 'again', { idempotencyKey: frame[5] })).isDuplicate, true);
  });

  test('repeats a publish whose ack was lost, and it is there once', async (t) => {
    const { gateway, client, clock, room, seen } = await setUpRoom(t);
    gateway.intercept = (connection, frame) => {
      if (frame[0] !== Op.Publish) return false;
      // Stored, but the connection breaks before anybody hears of it.
      gateway.intercept = () => false;
      gateway.room('chat:a').keys.set(frame[5], gateway.publish('chat:a', frame[3], frame[4]));
      connection.socket.terminate();
      return true;
    };
    const gone = once(client, 'status', isStatus('connecting'));
    const publishing = room.publish('said', 'once');
    clock.advance((await gone).retryInMs);
    assert.deepEqual(await publishing, { epoch: 7, offset: 1, isDuplicate: true });
    await seen.until(1);
    assert.deepEqual(seen.payloads, ['once']);
  });

  test('a payload is what it was when it was published', async (t) => {
    const { gateway, client, clock, room } = await setUpRoom(t);
    const { retryInMs } = await breakConnections(gateway, client);
    const payload = { text: 'before' };
    const publishing = room.publish('said', payload);
    payload.text = 'after';
    clock.advance(retryInMs);
    await publishing;
    assert.deepEqual(gateway.room('chat:a').entries[0][2], { text: 'before' });
  });

  test('what is published without a connection waits, in order', async (t) => {
    const { gateway, client, clock, room, seen } = await setUpRoom(t);
    const { retryInMs } = await breakConnections(gateway, client);
    const publishing = [1, 2, 3].map((value) => room.publish('said', value));
    clock.advance(retryInMs);
    assert.deepEqual((await Promise.all(publishing)).map(({ offset }) => offset), [1, 2, 3]);
    await seen.until(3);
    assert.deepEqual(seen.payloads, [1, 2, 3]);
  });

  test('of conflated publishes that wait only the latest is sent', async (t) => {
    const { gateway, client, clock, room, seen } = await setUpRoom(t);
    const { retryInMs } = await breakConnections(gateway, client);
    const publishing = [1, 2, 3].map((value) => room.publish('cursor', value, { conflationKey: 'c' }));
    clock.advance(retryInMs);
    assert.equal((await Promise.all(publishing)).length, 3);
    await seen.until(1);
    assert.deepEqual(seen.payloads, [3]);
  });

  test('repeats what the server puts off, not before it may', async (t) => {
    const { gateway, clock, room } = await setUpRoom(t);
    let refusals = 0;
    gateway.intercept = (connection, [op, id]) => {
      if (op !== Op.Publish || refusals++ > 0) return false;
      connection.send(Op.Error, id, 2001, 'Too many messages.', 4_321);
      return true;
    };
    const publishing = room.publish('said', 1);
    await clock.whenWaiting((delay) => delay === 4_321);
    clock.advance(4_321);
    assert.equal((await publishing).offset, 1);
    assert.equal(refusals, 2);
  });

  test('does not repeat what the server refuses', async (t) => {
    const { gateway, room } = await setUpRoom(t);
    gateway.intercept = (connection, [op, id]) => op === Op.Publish && (connection.send(Op.Error, id, 1006, 'Not here.'), true);
    await assert.rejects(room.publish('said', 1), { name: 'GatewayError', kind: 'refused', code: 1006, message: 'Not here.', isRetryable: false });
  });

  test('gives up when the time is up', async (t) => {
    const { gateway, client, clock, room } = await setUpRoom(t);
    gateway.intercept = (_, [op]) => op === Op.Publish || op === Op.History;
    const publishing = assert.rejects(room.publish('said', 1), { kind: 'timed-out', isRetryable: true });
    const asking = assert.rejects(client.history('chat:a'), { kind: 'timed-out' });
    await gateway.frame(Op.History);
    clock.advance(15_000);
    await asking;
    clock.advance(45_000);
    await publishing;
  });

  test('holds no more than a thousand calls', async (t) => {
    const { gateway, client, clock, room } = await setUpRoom(t);
    const { retryInMs } = await breakConnections(gateway, client);
    const publishing = Array.from({ length: 1_000 }, (_, i) => room.publish('said', i));
    await assert.rejects(room.publish('said', 'one more'), { kind: 'queue-full' });
    clock.advance(retryInMs);
    assert.equal((await Promise.all(publishing)).at(-1).offset, 1_000);
  });

  test('refuses a payload that is too large or too deep before it is sent', async (t) => {
    const { room } = await setUpRoom(t);
    await assert.rejects(room.publish('said', new Uint8Array(1 << 18)), { code: 1009 });
    await room.publish('said', new Uint8Array((1 << 18) - 5));
    const nested = (depth) => (depth === 0 ? 1 : [nested(depth - 1)]);
    await room.publish('said', nested(64));
    await assert.rejects(room.publish('said', nested(65)), { reason: 'depth' });
  });

  test('a request that may not be repeated fails with the connection, a question is asked again', async (t) => {
    const { gateway, client, clock } = await setUpRoom(t, { count: 2 });
    gateway.intercept = (_, [op]) => op === Op.Request || op === Op.History;
    const request = assert.rejects(client.request('billing', 'charge', { cents: 1 }), { kind: 'connection-lost' });
    const history = client.history('chat:a', { after: 1 });
    await gateway.frame(Op.History);
    const { retryInMs } = await breakConnections(gateway, client);
    await request;
    gateway.intercept = () => false;
    clock.advance(retryInMs);
    const page = await history;
    assert.deepEqual(page.messages.map(({ offset, payload }) => [offset, payload]), [[2, 2]]);
    assert.deepEqual([page.epoch, page.head, page.first, page.hasMore], [7, 2, 1, false]);
  });

  test('sends to a user, asks a service', async (t) => {
    const { client, newClient } = await setUpRoom(t);
    const { client: bob } = newClient({ token: 'bob' });
    await bob.connect();
    const told = once(bob, 'direct');
    assert.equal(await client.send('bob', 'poke', [1]), 1);
    const { time, ...direct } = await told;
    assert.deepEqual(direct, { sender: 'ann', event: 'poke', payload: [1] });
    await assert.rejects(client.send('nobody', 'poke', 1), { code: 1015 });
    assert.deepEqual(await client.request('echo', 'back', { a: 1 }), { service: 'echo', method: 'back', echo: { a: 1 } });
    assert.ok(time > 0);
  });

  test('a refused join says why and is not tried again', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await client.connect();
    gateway.intercept = (connection, [op, id]) => op === Op.Join && (connection.send(Op.Error, id, 1006, 'Members only.'), true);
    const room = client.room('chat:secret');
    const left = once(room, 'left');
    await assert.rejects(room.join(), { code: 1006, message: 'Members only.' });
    assert.deepEqual(await left, { code: 1006, sentence: 'Members only.', willRejoin: false });
    assert.deepEqual(client.rooms, []);
    gateway.intercept = () => false;
    await room.join();
    assert.deepEqual(client.rooms, [room]);
  });

  test('a join that the server puts off is tried again', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    gateway.intercept = (connection, [op, id]) => op === Op.Join && (connection.send(Op.Error, id, 2004, 'Moving.', 2_222), true);
    const joining = client.room('chat:a').join();
    await clock.whenWaiting((delay) => delay === 2_222);
    gateway.intercept = () => false;
    clock.advance(2_222);
    await joining;
  });

  test('who is removed stays away, or comes back when invited', async (t) => {
    const { gateway, client, clock, room, seen } = await setUpRoom(t);
    gateway.publish('chat:a', 'said', 1);
    await seen.until(1);
    let left = once(room, 'left');
    [...gateway.connections][0].send(Op.Left, 1, 2004, 'The room moves.');
    assert.equal((await left).willRejoin, true);
    gateway.publish('chat:a', 'said', 2);
    clock.advance(1_000);
    await seen.until(2);
    assert.deepEqual(seen.payloads, [1, 2]);

    left = once(room, 'left');
    [...gateway.connections][0].send(Op.Left, 1, 1006, 'Removed by a moderator.');
    assert.equal((await left).willRejoin, false);
    await reconnect(gateway, client, clock);
    assert.deepEqual(client.rooms, []);
    assert.equal(gateway.room('chat:a').members.size, 0);
  });

  test('leaves, and does not come back after a reconnect', async (t) => {
    const { gateway, client, clock, room } = await setUpRoom(t);
    room.leave();
    await gateway.frame(Op.Leave);
    await reconnect(gateway, client, clock);
    await client.ping();
    assert.equal(gateway.room('chat:a').members.size, 0);
    await room.join();
    assert.equal(gateway.room('chat:a').members.size, 1);
  });

  test('join waits for a connection, leave ends the waiting', async (t) => {
    const { newClient } = await setUp(t);
    const { client } = newClient();
    const room = client.room('chat:a');
    const other = client.room('chat:b');
    const joining = room.join();
    const leaving = assert.rejects(other.join(), { kind: 'left' });
    other.leave();
    await leaving;
    await client.connect();
    await joining;
    assert.equal(room.isJoined, true);
    assert.deepEqual(client.rooms, [room]);
  });

  test('two objects of one room are one too many', async (t) => {
    const { newClient } = await setUp(t);
    const { client } = newClient();
    const first = client.room('chat:a');
    const second = client.room('chat:a');
    first.join();
    assert.throws(() => second.join(), /joined already/);
    assert.equal(client.room('chat:a'), first);
  });

  test('sees who comes, changes and goes', async (t) => {
    const { gateway, room, newClient } = await setUpRoom(t);
    assert.deepEqual(room.roster.members.map(({ user }) => user), ['ann']);
    const { client: bob } = newClient({ token: 'bob' });
    await bob.connect();
    let change = once(room, 'presence');
    const bobsRoom = bob.room('chat:a');
    await bobsRoom.join();
    assert.deepEqual((await change).joined.map(({ user }) => user), ['bob']);
    assert.equal(room.roster.count, 2);
    assert.deepEqual(bobsRoom.roster.members.map(({ user }) => user).sort(), ['ann', 'bob']);

    change = once(room, 'presence');
    await bobsRoom.setState('typing', { name: 'Bob' });
    assert.deepEqual((await change).updated.map(({ user, state, data }) => [user, state, data]), [['bob', 'typing', { name: 'Bob' }]]);
    assert.equal(room.roster.get('bob').state, 'typing');
    assert.equal((await bob.presence('chat:a')).count, 2);

    change = once(room, 'presence');
    bobsRoom.leave();
    assert.deepEqual((await change).left, ['bob']);
    assert.equal(room.roster.get('bob'), undefined);
    assert.equal(gateway.room('chat:a').members.size, 1);
  });

  test('its state is told again after a reconnect', async (t) => {
    const { gateway, client, clock, room } = await setUpRoom(t);
    await room.setState('viewing');
    await gateway.frame(Op.State);
    await reconnect(gateway, client, clock);
    assert.deepEqual((await gateway.frame(Op.State)).frame.slice(2), [1, 'viewing']);
  });

  test('tells nobody the token', () => {
    assert.deepEqual(describeFrame([Op.Hello, 1, 'secret', 'also', 'agent/1']),
      { name: 'hello', fields: { version: 1, token: '(secret)', ticket: '(secret)', agent: 'agent/1' } });
    assert.deepEqual(describeFrame([Op.GoAway, 1, 'r', 0, null, 'secret']).fields.ticket, '(secret)');
    assert.deepEqual(describeFrame([99, 'x', 1]), { name: 'op 99', fields: { 'field 1': 'x', 'field 2': 1 } });
  });
});

describe('client: random schedules', () => {
  test('each member sees every message once and in order, or is told of the gap', async (t) => {
    const random = new Random();
    await random.runAsync(async () => {
      for (let round = 0; round < 15; round++) await playRound(t, random);
    });
  });
});

/** Publishes, breaks, loses, repeats and forgets at random; then compares what was seen with what was published. */
async function playRound(t, random) {
  const { gateway, newClient } = await setUp(t);
  const { client, clock } = newClient();
  const room = client.room('chat:a');
  const seen = collect(room);
  await client.connect();
  await room.join();
  const server = gateway.room('chat:a');
  let published = 0;

  for (let step = 0; step < 40; step++) {
    const [connection] = gateway.connections;
    switch (random.integer(8)) {
      case 0: {
        // A message that gets lost on its way.
        server.entries.push([++server.head, 'said', ++published, null, 1]);
        break;
      }
      case 1: {
        // One that comes twice, or long after.
        const entry = server.entries[random.integer(server.entries.length || 1)];
        if (entry && connection) connection.send(Op.Message, server.number, ...entry);
        break;
      }
      case 2: {
        if (random.integer(3) === 0 && server.head > 3) gateway.trim('chat:a', Math.max(server.first, server.head - random.integer(4)));
        break;
      }
      case 3: {
        const { retryInMs } = await breakConnections(gateway, client);
        for (let i = random.integer(4); i > 0; i--) gateway.publish('chat:a', 'said', ++published);
        const joined = once(room, 'joined');
        clock.advance(retryInMs);
        await joined;
        break;
      }
      case 4: {
        room.publish('said', ++published);
        await client.ping();
        break;
      }
      default: gateway.publish('chat:a', 'said', ++published);
    }
  }
  // A last one reveals whatever is missing before it.
  gateway.publish('chat:a', 'said', ++published);
  await seen.untilOffset(server.head);

  assert.deepEqual(seen.offsets, [...new Set(seen.offsets)].sort((a, b) => a - b), 'once and in order');
  for (const { offset, payload } of seen.messages) assert.equal(payload, offset, 'the message that belongs to the offset');
  const told = seen.gaps.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
  const all = [...seen.offsets, ...told].sort((a, b) => a - b);
  assert.deepEqual(all, Array.from({ length: server.head }, (_, i) => i + 1), 'seen or told, nothing twice');
  client.close();
}
