import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RoomOrder } from '../../src/Gateway.Server/wwwroot/gateway/room-order.js';

describe('room order: the answer to a join', () => {
  test('that is older than what came meanwhile takes the member no step back', () => {
    const order = new RoomOrder({ epoch: 7, offset: 4 });
    assert.equal(order.receive(5), 'next');
    assert.equal(order.receive(6), 'next');
    assert.equal(order.join(7, 5, 6, false), null);
    assert.equal(order.receive(6), 'duplicate');
    assert.equal(order.receive(7), 'next');
  });

  test('tells what the history holds no more', () => {
    const order = new RoomOrder({ epoch: 7, offset: 4 });
    assert.deepEqual(order.join(7, 6, 9, false), { from: 5, to: 6, count: 2, isNewEpoch: false });
    assert.equal(order.receive(7), 'next');
  });

  test('of a server that has less than was seen begins anew', () => {
    const order = new RoomOrder({ epoch: 7, offset: 6 });
    assert.deepEqual(order.join(7, 2, 3, false), { from: 7, to: null, count: null, isNewEpoch: true });
    assert.equal(order.receive(3), 'next');
  });

  test('in a new epoch begins anew', () => {
    const order = new RoomOrder({ epoch: 7, offset: 6 });
    assert.deepEqual(order.join(8, 0, 0, false), { from: 7, to: null, count: null, isNewEpoch: true });
    assert.deepEqual(order.position, { epoch: 8, offset: 0 });
  });
});
