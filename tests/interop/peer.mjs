// Other people's WebSocket client (npm: ws) and MessagePack (npm: @msgpack/msgpack) against a running gateway.
//   node peer.mjs echo    <ws url of /echo> [deflate]
//   node peer.mjs session <ws url of /ws> json|msgpack <token> <room>
// Ends with 0 when everything was as protocol/spec.md says; an assertion that fails ends it with 1.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { decodeMulti, encode } from '@msgpack/msgpack';
import WebSocket from 'ws';

const [mode, url, ...rest] = process.argv.slice(2);
await (mode === 'echo' ? echo(rest[0] === 'deflate') : session(...rest));

async function echo(deflate) {
  const socket = new WebSocket(url, { perMessageDeflate: deflate ? { threshold: 0 } : false });
  const next = receiver(socket);
  await once(socket, 'open');
  assert.equal(socket.extensions, deflate ? 'permessage-deflate' : '');

  const messages = ['', 'Grüße 😀', 'x'.repeat(70_000), Buffer.alloc(0), Buffer.from([0, 255, 128]), Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3))];
  for (const message of messages) {
    socket.send(message);
    const [data, isBinary] = await next();
    assert.equal(isBinary, typeof message !== 'string');
    assert.ok(data.equals(Buffer.from(message)), `an echo of ${message.length} differs`);
  }

  for (const part of ['in ', 'three ']) socket.send(part, { fin: false });
  socket.send('fragments', { fin: true });
  assert.equal((await next())[0].toString(), 'in three fragments');

  const pong = once(socket, 'pong');
  socket.ping('are you there?');
  assert.equal((await pong)[0].toString(), 'are you there?');

  const closed = once(socket, 'close');
  socket.close(4321, 'enough');
  assert.equal((await closed)[0], 4321);
}

async function session(encoding, token, room) {
  const json = encoding === 'json';
  const socket = new WebSocket(url, [`gateway.v1.${encoding}`]);
  const next = frames(receiver(socket), json);
  await once(socket, 'open');
  assert.equal(socket.protocol, `gateway.v1.${encoding}`);
  const send = (...all) => socket.send(json ? all.map((frame) => JSON.stringify(frame)).join('\n') : Buffer.concat(all.map((frame) => encode(frame))));

  send([1, 1, token, null, 'interop']);
  const welcome = await next();
  assert.deepEqual([welcome[0], welcome[1], welcome[3], welcome.length], [2, 1, 'interop', 9]);

  send([5, 1, room, 0]);
  const joined = await next();
  assert.deepEqual([joined[0], joined[1], joined[2], joined[7]], [6, 1, room, false]);
  const [, , , number, epoch, offset] = joined;

  // Two frames in one WebSocket message.
  const payload = { text: 'Grüße 😀', list: [1, -2.5, null, true], nested: { a: {} } };
  send([9, 2, number, 'say', payload, 'key-1'], [9, 3, room, 'say', payload, 'key-1']);
  const got = [await next(), await next(), await next()];
  const acks = got.filter((frame) => frame[0] === 10);
  assert.deepEqual(acks, [[10, 2, epoch, offset + 1, false], [10, 3, epoch, offset + 1, true]]);
  const message = got.find((frame) => frame[0] === 11);
  assert.deepEqual(message.slice(0, 6), [11, number, offset + 1, 'say', payload, 'interop']);

  send([24, 4]);
  const pong = await next();
  assert.deepEqual(pong.slice(0, 2), [25, 4]);

  send([7, 5, number]);
  assert.deepEqual((await next()).slice(0, 2), [4, 5]);

  const closed = once(socket, 'close');
  socket.close();
  assert.equal((await closed)[0], 1005);
}

// Messages in order, however the events fall; a connection that ends early fails the next call.
function receiver(socket) {
  const waiting = [];
  const arrived = [];
  const deliver = () => {
    while (waiting.length > 0 && arrived.length > 0) waiting.shift()(arrived.shift());
  };
  socket.on('message', (data, isBinary) => {
    arrived.push([data, isBinary]);
    deliver();
  });
  socket.on('error', (error) => {
    throw error;
  });
  socket.on('close', (code) => {
    assert.equal(waiting.length, 0, `the connection ended with ${code} while a message was awaited`);
  });
  return () => new Promise((resolve) => {
    waiting.push(resolve);
    deliver();
  });
}

// A WebSocket message carries one or more frames.
function frames(next, json) {
  const left = [];
  return async () => {
    while (left.length === 0) {
      const [data, isBinary] = await next();
      assert.equal(isBinary, !json);
      left.push(...(json ? data.toString().split('\n').map((line) => JSON.parse(line)) : decodeMulti(data)));
    }
    return left.shift();
  };
}
