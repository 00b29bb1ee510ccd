import { Ext } from './ext.js';
import { MsgpackError } from './msgpack-error.js';
import { decodeTimestamp, TimestampType } from './timestamp.js';

// ignoreBOM keeps a leading U+FEFF: it belongs to the string.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads MessagePack values that stand one after the other.
 *
 * Integers within 2^53 become numbers, others bigints; bin becomes a Uint8Array of its own; a map whose keys are all strings becomes a
 * plain object, any other a Map; a timestamp becomes a Date where that is exact, else a Timestamp; other ext values an Ext.
 *
 * Hostile input costs at most memory in proportion to its own size: a length is compared with the bytes that are left before anything
 * is made of it, and nesting is limited.
 */
export class Decoder {
  #bytes;
  #view;
  #position = 0;
  #depth = 0;
  #maxDepth;

  /**
   * @param {Uint8Array|ArrayBuffer} bytes
   * @param {{ maxDepth?: number }} [options]
   */
  constructor(bytes, { maxDepth = 128 } = {}) {
    // A plain Uint8Array also of a subclass: the slice() of Node's Buffer does not copy.
    this.#bytes = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    this.#maxDepth = maxDepth;
  }

  get atEnd() {
    return this.#position === this.#bytes.length;
  }

  /** How many bytes have been read. */
  get position() {
    return this.#position;
  }

  /**
   * The next value.
   * @returns {unknown}
   * @throws {MsgpackError}
   */
  read() {
    const code = this.#take(1)[0];
    if (code < 0x80) return code;
    if (code < 0x90) return this.#map(code & 0x0f);
    if (code < 0xa0) return this.#array(code & 0x0f);
    if (code < 0xc0) return this.#string(code & 0x1f);
    if (code >= 0xe0) return code - 0x100;
    switch (code) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return this.#binary(this.#uint8());
      case 0xc5: return this.#binary(this.#uint16());
      case 0xc6: return this.#binary(this.#uint32());
      case 0xc7: return this.#ext(this.#uint8());
      case 0xc8: return this.#ext(this.#uint16());
      case 0xc9: return this.#ext(this.#uint32());
      case 0xca: return this.#view.getFloat32(this.#skip(4));
      case 0xcb: return this.#view.getFloat64(this.#skip(8));
      case 0xcc: return this.#uint8();
      case 0xcd: return this.#uint16();
      case 0xce: return this.#uint32();
      case 0xcf: return asNumberIfExact(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0: return this.#view.getInt8(this.#skip(1));
      case 0xd1: return this.#view.getInt16(this.#skip(2));
      case 0xd2: return this.#view.getInt32(this.#skip(4));
      case 0xd3: return asNumberIfExact(this.#view.getBigInt64(this.#skip(8)));
      case 0xd4: return this.#ext(1);
      case 0xd5: return this.#ext(2);
      case 0xd6: return this.#ext(4);
      case 0xd7: return this.#ext(8);
      case 0xd8: return this.#ext(16);
      case 0xd9: return this.#string(this.#uint8());
      case 0xda: return this.#string(this.#uint16());
      case 0xdb: return this.#string(this.#uint32());
      case 0xdc: return this.#array(this.#uint16());
      case 0xdd: return this.#array(this.#uint32());
      case 0xde: return this.#map(this.#uint16());
      case 0xdf: return this.#map(this.#uint32());
      default: throw new MsgpackError('reserved', 'The byte 0xc1 is never used.');
    }
  }

  #array(count) {
    this.#enter(count);
    const items = [];
    for (let i = 0; i < count; i++) items.push(this.read());
    this.#depth--;
    return items;
  }

  #map(count) {
    this.#enter(count * 2);
    const entries = [];
    let hasStringKeysOnly = true;
    for (let i = 0; i < count; i++) {
      const key = this.read();
      hasStringKeysOnly &&= typeof key === 'string';
      entries.push([key, this.read()]);
    }
    this.#depth--;
    // fromEntries defines properties, so a key "__proto__" is a key like any other.
    return hasStringKeysOnly ? Object.fromEntries(entries) : new Map(entries);
  }

  #enter(valueCount) {
    // Every value takes at least one byte.
    if (valueCount > this.#bytes.length - this.#position) throw truncated();
    if (++this.#depth > this.#maxDepth) throw new MsgpackError('depth', `The value is nested more than ${this.#maxDepth} deep.`);
  }

  #string(count) {
    const encoded = this.#take(count);
    try {
      return utf8.decode(encoded);
    } catch {
      throw new MsgpackError('utf8', 'A string is not UTF-8.');
    }
  }

  #binary(count) {
    return this.#take(count).slice();
  }

  #ext(count) {
    const type = this.#view.getInt8(this.#skip(1));
    const data = this.#take(count);
    return type === TimestampType ? decodeTimestamp(data) : new Ext(type, data.slice());
  }

  #uint8() {
    return this.#view.getUint8(this.#skip(1));
  }

  #uint16() {
    return this.#view.getUint16(this.#skip(2));
  }

  #uint32() {
    return this.#view.getUint32(this.#skip(4));
  }

  #take(count) {
    const start = this.#skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Steps over `count` bytes and returns where they begin. */
  #skip(count) {
    const start = this.#position;
    if (count > this.#bytes.length - start) throw truncated();
    this.#position = start + count;
    return start;
  }
}

function asNumberIfExact(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function truncated() {
  return new MsgpackError('truncated', 'The bytes end within a value.');
}
