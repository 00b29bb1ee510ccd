import { GatewayClient } from '../../src/Gateway.Server/wwwroot/gateway/index.js';
import { WebSocket } from './dependencies.mjs';
import { FakeGateway } from './fake-gateway.mjs';
import { ManualClock } from './manual-clock.mjs';

/** A fake gateway and a way to make clients of it; both end with the test. */
export async function setUp(t) {
  const gateway = await FakeGateway.listen();
  const clients = [];
  t.after(async () => {
    for (const client of clients) client.close();
    await gateway.close();
  });
  return {
    gateway,
    /** @returns {{ client: GatewayClient, clock: ManualClock, statuses: object[] }} */
    newClient(options = {}) {
      const clock = new ManualClock();
      const client = new GatewayClient({ url: gateway.url, token: 'ann', WebSocket, clock, ...options });
      const statuses = [];
      client.on('status', (change) => statuses.push(change));
      clients.push(client);
      return { client, clock, statuses };
    },
  };
}

/** The next event that fits. */
export function once(emitter, event, fits = () => true) {
  return new Promise((resolve) => {
    const stop = emitter.on(event, (value) => {
      if (!fits(value)) return;
      stop();
      resolve(value);
    });
  });
}

/** Collects a room's messages; `until(n)` resolves when there are n. */
export function collect(room) {
  const messages = [];
  const gaps = [];
  const waiters = [];
  room.on('message', (message) => {
    messages.push(message);
    for (const waiter of [...waiters]) if (waiter.fits()) waiters.splice(waiters.indexOf(waiter), 1)[0].resolve();
  });
  room.on('gap', (gap) => gaps.push(gap));
  const until = (fits) => (fits() ? Promise.resolve() : new Promise((resolve) => waiters.push({ fits, resolve })));
  return {
    messages,
    gaps,
    get payloads() { return messages.map(({ payload }) => payload); },
    get offsets() { return messages.map(({ offset }) => offset); },
    until: (count) => until(() => messages.length >= count),
    untilOffset: (offset) => until(() => messages.some((message) => message.offset >= offset)),
  };
}

/** Breaks every connection as a dead network does, and waits until the client has noticed. */
export async function breakConnections(gateway, client) {
  const noticed = once(client, 'status', ({ status }) => status === 'connecting');
  for (const { socket } of gateway.connections) socket.terminate();
  return noticed;
}

/** Breaks the connection and lets the client come back. */
export async function reconnect(gateway, client, clock) {
  const { retryInMs } = await breakConnections(gateway, client);
  const back = once(client, 'status', ({ status }) => status === 'connected');
  clock.advance(retryInMs);
  await back;
}
