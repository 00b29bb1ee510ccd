import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { decode, describeFrame, encode, Ext, Op, Timestamp } from '../../src/Gateway.Server/wwwroot/gateway/index.js';

const vectors = JSON.parse(readFileSync(new URL('../../protocol/vectors/frames.json', import.meta.url), 'utf8'));

describe('protocol vectors', () => {
  for (const { name, json, msgpack } of vectors) {
    test(name, () => {
      const frame = json.map(fromJson);
      assert.deepEqual(decode(Buffer.from(msgpack, 'hex')), frame);
      assert.equal(Buffer.from(encode(frame)).toString('hex'), msgpack);
      assert.ok(!describeFrame(frame).name.startsWith('op '), 'the op has a name');
    });
  }

  test('every op has a vector', () => {
    const seen = new Set(vectors.map(({ json }) => json[0]));
    for (const [name, op] of Object.entries(Op)) assert.ok(seen.has(op), name);
  });
});

/** Section 2.1 of the specification: what JSON lacks. */
function fromJson(value) {
  if (Array.isArray(value)) return value.map(fromJson);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0].startsWith('$')) {
    const [key] = keys;
    const content = value[key];
    switch (key) {
      case '$bin': return Uint8Array.from(Buffer.from(content, 'base64'));
      case '$ext': return new Ext(content[0], Uint8Array.from(Buffer.from(content[1], 'base64')));
      case '$time': return fromTime(content);
      case '$float': return Number(content);
      default: return { [key.slice(1)]: fromJson(content) };
    }
  }
  return Object.fromEntries(keys.map((key) => [key, fromJson(value[key])]));
}

function fromTime(text) {
  const [seconds, fraction = ''] = text.replace('Z', '').split('.');
  const timestamp = new Timestamp(BigInt(Date.parse(`${seconds}Z`) / 1000), Number(fraction.padEnd(9, '0') || 0));
  return timestamp.toDate() ?? timestamp;
}
