/** MessagePack, the whole specification: https://github.com/msgpack/msgpack/blob/master/spec.md */
import { Decoder } from './msgpack/decoder.js';
import { Encoder } from './msgpack/encoder.js';
import { MsgpackError } from './msgpack/msgpack-error.js';

export { Decoder } from './msgpack/decoder.js';
export { Encoded } from './msgpack/encoded.js';
export { Encoder } from './msgpack/encoder.js';
export { Ext } from './msgpack/ext.js';
export { MsgpackError } from './msgpack/msgpack-error.js';
export { Timestamp } from './msgpack/timestamp.js';

/**
 * @param {unknown} value
 * @param {{ maxDepth?: number }} [options]
 * @returns {Uint8Array}
 */
export function encode(value, options) {
  return new Encoder(options).write(value).toBytes();
}

/**
 * Exactly one value; bytes after it are an error.
 * @param {Uint8Array|ArrayBuffer} bytes
 * @param {{ maxDepth?: number }} [options]
 * @returns {unknown}
 */
export function decode(bytes, options) {
  const decoder = new Decoder(bytes, options);
  const value = decoder.read();
  if (!decoder.atEnd) throw new MsgpackError('trailing', 'There are bytes after the value.');
  return value;
}
