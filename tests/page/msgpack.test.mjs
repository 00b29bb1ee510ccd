import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decode, encode, Encoded, Ext, MsgpackError, Timestamp } from '../../src/Gateway.Server/wwwroot/gateway/msgpack.js';
import { peerMsgpack } from './dependencies.mjs';
import { Random } from './random.mjs';

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (text) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (length) => 'x'.repeat(length);
const zeros = (count) => new Uint8Array(count);

// Value and bytes, both ways: the shortest form of each kind, on both sides of every border.
const golden = [
  [null, 'c0'], [false, 'c2'], [true, 'c3'],
  [0, '00'], [127, '7f'], [128, 'cc80'], [255, 'ccff'], [256, 'cd0100'], [65535, 'cdffff'], [65536, 'ce00010000'],
  [4294967295, 'ceffffffff'], [4294967296, 'cf0000000100000000'], [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
  [9007199254740992n, 'cf0020000000000000'], [18446744073709551615n, 'cfffffffffffffffff'],
  [-1, 'ff'], [-32, 'e0'], [-33, 'd0df'], [-128, 'd080'], [-129, 'd1ff7f'], [-32768, 'd18000'], [-32769, 'd2ffff7fff'],
  [-2147483648, 'd280000000'], [-2147483649, 'd3ffffffff7fffffff'], [-9223372036854775808n, 'd38000000000000000'],
  [1.5, 'cb3ff8000000000000'], [-0, 'cb8000000000000000'], [Infinity, 'cb7ff0000000000000'], [NaN, 'cb7ff8000000000000'],
  ['', 'a0'], ['a', 'a161'], ['é€😀', 'a9c3a9e282acf09f9880'], ['\ufeffx', 'a4efbbbf78'],
  [text(31), `bf${'78'.repeat(31)}`], [text(32), `d920${'78'.repeat(32)}`], [text(255), `d9ff${'78'.repeat(255)}`],
  [text(256), `da0100${'78'.repeat(256)}`], [text(65536), `db00010000${'78'.repeat(65536)}`],
  [zeros(0), 'c400'], [zeros(255), `c4ff${'00'.repeat(255)}`], [zeros(256), `c50100${'00'.repeat(256)}`], [zeros(65536), `c600010000${'00'.repeat(65536)}`],
  [[], '90'], [[1, [2]], '92019102'], [Array(15).fill(0), `9f${'00'.repeat(15)}`], [Array(16).fill(0), `dc0010${'00'.repeat(16)}`],
  [Array(65536).fill(0), `dd00010000${'00'.repeat(65536)}`],
  [{}, '80'], [{ a: { b: null } }, '81a16181a162c0'], [new Map([[1, 2], [null, 'x']]), '820102c0a178'],
  [new Ext(1, zeros(1)), 'd40100'], [new Ext(-128, zeros(2)), 'd5800000'], [new Ext(2, zeros(4)), 'd60200000000'],
  [new Ext(3, zeros(8)), `d703${'00'.repeat(8)}`], [new Ext(4, zeros(16)), `d804${'00'.repeat(16)}`], [new Ext(5, zeros(3)), 'c70305000000'],
  [new Ext(6, zeros(256)), `c8010006${'00'.repeat(256)}`], [new Ext(7, zeros(65536)), `c90001000007${'00'.repeat(65536)}`],
  [new Date(0), 'd6ff00000000'], [new Date(1_000), 'd6ff00000001'], [new Date(1_500), 'd7ff7735940000000001'],
  [new Date(-1), 'c70cff3b8b87c0ffffffffffffffff'], [new Timestamp(1n, 1), 'd7ff0000000400000001'],
  [new Timestamp(2n ** 34n, 1), 'c70cff000000010000000400000000'], [new Timestamp(-(2n ** 63n), 999_999_999), 'c70cff3b9ac9ff8000000000000000'],
];

describe('MessagePack', () => {
  for (const [value, expected] of golden) {
    const name = expected.length > 40 ? `${expected.slice(0, 12)}… (${expected.length / 2} bytes)` : expected;
    test(`golden ${name}`, () => {
      assert.equal(hex(encode(value)), expected);
      assert.deepEqual(decode(bytes(expected)), value);
    });
  }

  test('other forms of the same value are read', () => {
    const same = [
      ['cc01', 1], ['cd0001', 1], ['ce00000001', 1], ['cf0000000000000001', 1], ['d001', 1], ['d3ffffffffffffffff', -1],
      ['ca3fc00000', 1.5], ['d90161', 'a'], ['da000161', 'a'], ['db0000000161', 'a'], ['dc000101', [1]], ['dd0000000101', [1]],
      ['de0001a16101', { a: 1 }], ['df00000001a16101', { a: 1 }], ['c7010500', new Ext(5, zeros(1))], ['c70cff0000000000000000000000 01', new Date(1000)],
    ];
    for (const [encoded, value] of same) assert.deepEqual(decode(bytes(encoded)), value, encoded);
  });

  const malformed = [
    ['', 'truncated'], ['c1', 'reserved'], ['91', 'truncated'], ['81a161', 'truncated'], ['a261', 'truncated'], ['cd01', 'truncated'],
    ['cf00000000', 'truncated'], ['ddffffffff', 'truncated'], ['dfffffffff', 'truncated'], ['dbffffffff61', 'truncated'],
    ['c6ffffffff', 'truncated'], ['c9ffffffff01', 'truncated'], ['a1ff', 'utf8'], ['a2c080', 'utf8'], ['a3eda080', 'utf8'], ['a4f4908080', 'utf8'],
    ['c701ff00', 'timestamp'], ['d7ffffffffff00000000', 'timestamp'], ['0000', 'trailing'], ['91'.repeat(200) + '00', 'depth'],
  ];
  for (const [encoded, reason] of malformed) {
    test(`malformed ${encoded.slice(0, 24) || '(nothing)'} is refused: ${reason}`, () => {
      assert.throws(() => decode(bytes(encoded)), (error) => error instanceof MsgpackError && error.reason === reason);
    });
  }

  test('every cut of a value is refused', () => {
    const whole = encode({ list: [1, 300, -70000, 2.5, 'text', zeros(3)], when: new Date(1_500), ext: new Ext(9, zeros(5)), big: 2n ** 60n });
    for (let end = 0; end < whole.length; end++) {
      assert.throws(() => decode(whole.subarray(0, end)), (error) => error.reason === 'truncated', `after ${end} bytes`);
    }
  });

  test('what has no form is refused', () => {
    for (const value of [() => 1, Symbol('x'), 2n ** 64n, -(2n ** 63n) - 1n, new Date(NaN)]) assert.throws(() => encode(value), MsgpackError);
    const circle = [];
    circle.push(circle);
    assert.throws(() => encode(circle), (error) => error.reason === 'depth');
  });

  test('a key named __proto__ is a key', () => {
    const value = decode(bytes('81a95f5f70726f746f5f5f81a161 01'));
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal({}.a, undefined);
  });

  test('undefined is nil, and no property', () => {
    assert.equal(hex(encode([undefined, { a: undefined, b: 1 }])), '92c081a16201');
  });

  test('decoded bytes do not hold on to the message', () => {
    for (const message of [bytes('c4020102'), Buffer.from('c4020102', 'hex')]) {
      const value = decode(message);
      message.fill(9);
      assert.deepEqual(value, Uint8Array.of(1, 2));
    }
  });

  test('encoded values go in as they are', () => {
    assert.equal(hex(encode([new Encoded(encode({ a: 1 })), 2])), '9281a1610102');
  });

  test('both ways against @msgpack/msgpack on random values', () => {
    const random = new Random();
    random.run(() => {
      for (let i = 0; i < 3_000; i++) {
        const value = randomValue(random, 0);
        const mine = encode(value);
        const theirs = peerMsgpack.encode(value, { useBigInt64: true, maxDepth: 200 });
        assert.deepEqual(normal(peerMsgpack.decode(mine, { useBigInt64: true, mapKeyConverter: (key) => key })), normal(value));
        assert.deepEqual(normal(decode(theirs)), normal(value));
        assert.deepEqual(normal(decode(mine)), normal(value));
      }
    });
  });

  test('random bytes are refused or read, nothing else', () => {
    const random = new Random();
    random.run(() => {
      for (let i = 0; i < 20_000; i++) {
        const noise = Uint8Array.from({ length: random.integer(40) }, () => random.integer(256));
        try {
          decode(noise);
        } catch (error) {
          assert.ok(error instanceof MsgpackError, error);
        }
      }
    });
  });
});

function randomValue(random, depth) {
  switch (random.integer(depth > 4 ? 8 : 10)) {
    case 0: return null;
    case 1: return random.integer(2) === 1;
    case 2: return random.integer(2 ** random.integer(32)) * (random.integer(2) ? 1 : -1) || 0;
    case 3: return random.next() * 10 ** random.integer(20) + 0.5;
    case 4: return (1n << BigInt(53 + random.integer(10))) * (random.integer(2) ? 1n : -1n) - 1n;
    case 5: return Array.from({ length: random.integer(40) }, () => ['a', 'é', '€', '😀', '\0'][random.integer(5)]).join('');
    case 6: return Uint8Array.from({ length: random.integer(300) }, () => random.integer(256));
    case 7: return new Date(random.integer(2 ** 31) * 1000 * (random.integer(4) ? 1 : -1) + random.integer(1000));
    case 8: return Array.from({ length: random.integer(20) }, () => randomValue(random, depth + 1));
    default: return Object.fromEntries(Array.from({ length: random.integer(20) }, (_, i) => [`key ${i}`, randomValue(random, depth + 1)]));
  }
}

/** The peer decodes every 64 bit integer as a bigint, also those that fit a number. */
function normal(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(normal);
  if (value instanceof Uint8Array) return [...value];
  if (value?.constructor === Object) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
  return value;
}
