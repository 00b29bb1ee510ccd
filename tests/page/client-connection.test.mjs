import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GatewayClient, Op } from '../../src/Gateway.Server/wwwroot/gateway/index.js';
import { mayComeBack } from '../../src/Gateway.Server/wwwroot/gateway/codes.js';
import { breakConnections, once, reconnect, setUp } from './client-harness.mjs';

const isStatus = (wanted) => ({ status }) => status === wanted;

describe('client: connection', () => {
  test('says hello and tells its status', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, statuses } = newClient({ agent: 'test/1' });
    assert.equal(client.status, 'disconnected');
    const session = await client.connect();
    assert.deepEqual((await gateway.frame(Op.Hello)).frame, [Op.Hello, 1, 'ann', null, 'test/1']);
    assert.equal(session.user, 'ann');
    assert.equal(session.limits.maxPayloadBytes, 1 << 18);
    client.close();
    assert.deepEqual(statuses.map(({ status }) => status), ['connecting', 'connected', 'disconnected']);
  });

  test('backs off exponentially with full jitter and reports a failure after five attempts', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await gateway.close();
    const delays = [];
    const failures = [];
    client.on('failure', ({ attempts }) => failures.push(attempts));
    client.connect();
    for (let i = 0; i < 7; i++) {
      const { retryInMs } = await once(client, 'status', ({ retryInMs: delay }) => delay > 0);
      delays.push(retryInMs);
      clock.advance(retryInMs);
    }
    assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.deepEqual(failures, [5]);
  });

  test('the jitter reaches down to nothing', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    clock.chance = 0;
    assert.equal((await breakConnections(gateway, client)).retryInMs, 0);
  });

  test('a session that lasted starts the back-off anew, one that did not goes on with it', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    const delays = [];
    for (const lastsMs of [0, 0, 10_000, 0]) {
      clock.advance(lastsMs);
      const { retryInMs } = await breakConnections(gateway, client);
      delays.push(retryInMs);
      const back = once(client, 'status', isStatus('connected'));
      clock.advance(retryInMs);
      await back;
    }
    assert.deepEqual(delays, [1_000, 2_000, 1_000, 2_000]);
  });

  test('the network coming back ends the waiting', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await client.connect();
    await breakConnections(gateway, client);
    const back = once(client, 'status', isStatus('connected'));
    client.retryNow();
    await back;
  });

  test('comes back after the codes that say so and after no other', async (t) => {
    const { gateway, newClient } = await setUp(t);
    for (const code of [1000, 1001, 1002, 1003, 1007, 1009, 1011, 1012, 1013, 3000, 4000, 4001, 4002, 4003, 4004, 4050, 4099, 4100, 4106, 4199, 4200]) {
      const { client } = newClient();
      await client.connect();
      const next = once(client, 'status');
      for (const { socket } of gateway.connections) socket.close(code);
      const { status } = await next;
      assert.equal(status, mayComeBack(code) ? 'connecting' : 'disconnected', `after ${code}`);
      client.close();
    }
    const stays = [1000, 1002, 1003, 1007, 1009, ...Array.from({ length: 100 }, (_, i) => 4000 + i)];
    for (let code = 1000; code < 5000; code++) assert.equal(mayComeBack(code), !stays.includes(code), String(code));
  });

  test('a silent server is asked for a sign and given up', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    clock.advance(15_000);
    const { connection } = await gateway.frame(Op.Ping);
    await once(client, 'frame', ({ direction, frame }) => direction === 'in' && frame[0] === Op.Pong);
    clock.advance(5_000);
    assert.equal(client.status, 'connected', 'it answered');

    gateway.intercept = (_, [op]) => op === Op.Ping;
    const gone = once(client, 'status', isStatus('connecting'));
    clock.advance(15_000);
    await gateway.frame(Op.Ping);
    clock.advance(5_000);
    assert.match((await gone).reason, /silent/);
    assert.ok(connection);
  });

  test('answers the server\'s ping', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await client.connect();
    [...gateway.connections][0].send(Op.Ping, 77);
    assert.equal((await gateway.frame(Op.Pong)).frame[1], 77);
  });

  test('a server that never says welcome is given up', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    gateway.intercept = () => true;
    client.connect();
    await gateway.frame(Op.Hello);
    const gone = once(client, 'status', ({ retryInMs }) => retryInMs > 0);
    clock.advance(10_000);
    await gone;
  });

  test('keeps its appointment after goaway, with the ticket, and asks nothing meanwhile', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    await gateway.frame(Op.Hello);
    const room = client.room('chat:a');
    await room.join();
    await gateway.frame(Op.Join);
    const told = once(client, 'goaway');
    [...gateway.connections][0].send(Op.GoAway, 4100, 'a new version comes', 3_000, gateway.url.replace('/ws', '/other'), 'ticket-1');
    assert.equal((await told).afterMs, 3_000);
    assert.deepEqual(await client.publish('chat:a', 'said', 1), { epoch: 7, offset: 1, isDuplicate: false }, 'goes on until then');
    clock.advance(3_000);
    const { frame } = await gateway.frame(Op.Hello);
    assert.equal(frame[3], 'ticket-1');
    const { frame: join } = await gateway.frame(Op.Join);
    assert.deepEqual(join.slice(4), [7, 1]);
  });

  test('shows the ticket of an appointment in the place of a token, and the token when the ticket is refused', async (t) => {
    const { gateway, newClient } = await setUp(t);
    let asked = 0;
    const { client, clock } = newClient({ token: ({ isRefused }) => `token-${++asked}-${isRefused}` });
    gateway.authenticate = (_, [, , token]) => (token === null ? [1004, 'The ticket is not valid.', 4000] : { user: 'ann' });
    await client.connect();
    await gateway.frame(Op.Hello);
    const [connection] = gateway.connections;
    connection.send(Op.GoAway, 4100, 'restart', 3_000, null, 'ticket-3');
    await once(client, 'goaway');
    const told = once(client, 'status', isStatus('connecting'));
    connection.socket.close(4100);
    await told;
    const refused = once(client, 'status', ({ status, retryInMs }) => status === 'connecting' && retryInMs > 0);
    clock.advance(3_000);
    assert.deepEqual((await gateway.frame(Op.Hello)).frame.slice(2, 4), [null, 'ticket-3']);
    assert.equal(asked, 1);
    clock.advance((await refused).retryInMs);
    assert.deepEqual((await gateway.frame(Op.Hello)).frame.slice(2, 4), ['token-2-false', null]);
  });

  test('keeps its appointment also when the server closes before', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    await gateway.frame(Op.Hello);
    const [connection] = gateway.connections;
    connection.send(Op.GoAway, 4100, 'restart', 3_000, null, 'ticket-2');
    await once(client, 'goaway');
    const gone = once(client, 'status', isStatus('connecting'));
    connection.socket.close(4100);
    assert.equal((await gone).retryInMs, 3_000);
    clock.advance(3_000);
    assert.equal((await gateway.frame(Op.Hello)).frame[3], 'ticket-2');
  });

  test('renews its token over the open connection', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const asked = [];
    const { client, clock } = newClient({ token: ({ isRefused }) => `token-${asked.push(isRefused)}`, pingAfterMs: 10_000_000 });
    gateway.authenticate = () => ({ user: 'ann', expiresAt: Date.now() + 600_000 });
    await client.connect();
    await clock.whenWaiting((delay) => delay > 500_000);
    clock.advance(600_000 - 61_000);
    clock.advance(2_000);
    assert.equal((await gateway.frame(Op.Auth)).frame[2], 'token-2');
    assert.deepEqual(asked, [false, true]);
    assert.equal(client.status, 'connected');
  });

  test('comes back with a new token when the old one is refused, once', async (t) => {
    const { gateway, newClient } = await setUp(t);
    let count = 0;
    const { client } = newClient({ token: ({ isRefused }) => (isRefused ? `new-${++count}` : 'old') });
    gateway.authenticate = (_, [, , token]) => (token === 'old' ? [1005, 'The token has expired.', 4001] : { user: 'ann' });
    assert.equal((await client.connect()).user, 'ann');
    assert.equal(count, 1);

    gateway.authenticate = () => [1004, 'The token is not valid.', 4000];
    const over = once(client, 'status', isStatus('disconnected'));
    for (const { socket } of gateway.connections) socket.close(4001);
    const { reason, error } = await over;
    assert.equal(reason, 'The token is not valid.');
    assert.equal(error.code, 1004);
    assert.equal(count, 2);
  });

  test('stops when there will be no token any more', async (t) => {
    const { newClient } = await setUp(t);
    const { client } = newClient({ token: () => { throw Object.assign(new Error('Signed out.'), { isPermanent: true }); } });
    await assert.rejects(client.connect(), /Signed out/);
    assert.equal(client.status, 'disconnected');
  });

  test('tries again when a token cannot be had at the moment', async (t) => {
    const { newClient } = await setUp(t);
    let isDown = true;
    const { client, clock } = newClient({ token: () => { if (isDown) throw new Error('no answer'); return 'ann'; } });
    const connected = client.connect();
    const { retryInMs } = await once(client, 'status', ({ retryInMs: delay }) => delay > 0);
    isDown = false;
    clock.advance(retryInMs);
    await connected;
  });

  test('bytes that are no frame end the connection, not the client', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    for (const bytes of ['c1', '01', 'a3666f', '9101c1']) {
      const gone = once(client, 'status', isStatus('connecting'));
      [...gateway.connections][0].socket.send(Buffer.from(bytes, 'hex'));
      const { retryInMs } = await gone;
      const back = once(client, 'status', isStatus('connected'));
      clock.advance(retryInMs);
      await back;
    }
  });

  test('unknown ops and unknown trailing fields are ignored', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await client.connect();
    const [connection] = gateway.connections;
    connection.send(99, 'from a later version');
    const told = once(client, 'direct');
    connection.send(Op.Direct, 'bob', 'hi', 1, 2, 'a later field');
    assert.deepEqual(await told, { sender: 'bob', event: 'hi', payload: 1, time: 2 });
    assert.equal(client.status, 'connected');
  });

  test('frames of one turn leave as one message, their trailing nils left out', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await client.connect();
    let messageCount = 0;
    [...gateway.connections][0].socket.on('message', () => messageCount++);
    await Promise.all([client.ping(), client.ping(), client.presence('chat:a')]);
    assert.equal(messageCount, 1);
    assert.equal((await gateway.frame(Op.Presence)).frame.length, 3);
  });

  test('a listener that throws does not harm the others', async (t) => {
    const { newClient } = await setUp(t);
    t.mock.method(console, 'error', () => {});
    const { client } = newClient();
    client.on('status', () => { throw new Error('a bug of the application'); });
    await client.connect();
    assert.equal(console.error.mock.callCount() > 0, true);
  });

  test('calls fail when the client is closed, and it can connect again', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client } = newClient();
    await assert.rejects(client.ping(), { kind: 'closed' });
    await client.connect();
    gateway.intercept = (_, [op]) => op === Op.Ping;
    const ping = client.ping();
    await gateway.frame(Op.Ping);
    client.close();
    await assert.rejects(ping, { kind: 'closed' });
    gateway.intercept = () => false;
    await client.connect();
    assert.ok((await client.ping()) >= 0);
  });

  test('a platform without WebSocket is told so', () => {
    assert.throws(() => new GatewayClient({ url: 'ws://localhost/ws', WebSocket: null }), /has no WebSocket/);
  });

  test('coming back again and again leaves no timer behind', async (t) => {
    const { gateway, newClient } = await setUp(t);
    const { client, clock } = newClient();
    await client.connect();
    await client.room('chat:a').join();
    const before = clock.delays.length;
    for (let i = 0; i < 5; i++) await reconnect(gateway, client, clock);
    await client.ping();
    assert.ok(clock.delays.length <= before + 1, `${clock.delays}`);
    client.close();
    await client.connect().then(() => client.close());
    assert.deepEqual(clock.delays, []);
  });
});
