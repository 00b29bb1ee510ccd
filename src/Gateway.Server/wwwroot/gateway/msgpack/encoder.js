import { Encoded } from './encoded.js';
import { Ext } from './ext.js';
import { MsgpackError } from './msgpack-error.js';
import { encodeTimestamp, Timestamp, TimestampType } from './timestamp.js';

const utf8 = new TextEncoder();

/** Up to this many UTF-16 units a string certainly fits a fixstr: at most 3 bytes each, 31 bytes in all. */
const MaxFixstrUnits = 10;

/**
 * Writes MessagePack values one after the other. Every value takes its shortest form.
 *
 * null and undefined become nil (an undefined property of an object is left out, as in JSON); an integral number within 2^53 becomes an
 * integer, every other number a float 64; a bigint an integer; Uint8Array, ArrayBuffer and other views bin; Date and Timestamp a
 * timestamp; Map and plain objects a map; Ext an ext; Encoded what it holds.
 */
export class Encoder {
  #bytes;
  #view;
  #length = 0;
  #maxDepth;

  /** @param {{ initialBytes?: number, maxDepth?: number }} [options] */
  constructor({ initialBytes = 256, maxDepth = 128 } = {}) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#maxDepth = maxDepth;
  }

  /** What was written so far, as bytes of their own. */
  toBytes() {
    return this.#bytes.slice(0, this.#length);
  }

  /** @param {unknown} value */
  write(value) {
    this.#write(value, 0);
    return this;
  }

  /** The head of an array; its `count` elements are written next. */
  writeArrayHeader(count) {
    if (count < 16) this.#uint8(0x90 | count);
    else if (count < 0x1_0000) this.#uint8And16(0xdc, count);
    else this.#uint8And32(0xdd, count);
    return this;
  }

  #write(value, depth) {
    switch (typeof value) {
      case 'undefined': return this.#uint8(0xc0);
      case 'boolean': return this.#uint8(value ? 0xc3 : 0xc2);
      case 'number': return this.#number(value);
      case 'bigint': return this.#bigint(value);
      case 'string': return this.#string(value);
      case 'object': return value === null ? this.#uint8(0xc0) : this.#object(value, depth);
      default: throw new MsgpackError('unsupported', `A ${typeof value} has no MessagePack form.`);
    }
  }

  #object(value, depth) {
    if (depth >= this.#maxDepth) throw new MsgpackError('depth', `The value is nested more than ${this.#maxDepth} deep, or within itself.`);
    if (Array.isArray(value)) {
      this.writeArrayHeader(value.length);
      for (let i = 0; i < value.length; i++) this.#write(value[i], depth + 1);
    } else if (ArrayBuffer.isView(value)) {
      this.#binary(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else if (value instanceof ArrayBuffer) {
      this.#binary(new Uint8Array(value));
    } else if (value instanceof Date) {
      this.#ext(TimestampType, encodeTimestamp(Timestamp.fromDate(value)));
    } else if (value instanceof Timestamp) {
      this.#ext(TimestampType, encodeTimestamp(value));
    } else if (value instanceof Ext) {
      this.#ext(value.type, value.data);
    } else if (value instanceof Encoded) {
      this.#raw(value.bytes);
    } else if (value instanceof Map) {
      this.#mapHeader(value.size);
      for (const [key, item] of value) {
        this.#write(key, depth + 1);
        this.#write(item, depth + 1);
      }
    } else {
      const keys = Object.keys(value).filter((key) => value[key] !== undefined);
      this.#mapHeader(keys.length);
      for (const key of keys) {
        this.#string(key);
        this.#write(value[key], depth + 1);
      }
    }
  }

  #number(value) {
    // -0 has no integer form; a number beyond 2^53 may not be the integer it looks like.
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.#uint8(0xcb);
      this.#reserve(8);
      this.#view.setFloat64(this.#length, value);
      this.#length += 8;
    } else if (value >= 0) {
      if (value < 0x80) this.#uint8(value);
      else if (value < 0x100) this.#uint8And8(0xcc, value);
      else if (value < 0x1_0000) this.#uint8And16(0xcd, value);
      else if (value < 0x1_0000_0000) this.#uint8And32(0xce, value);
      else this.#uint8And64(0xcf, BigInt(value));
    } else if (value >= -0x20) this.#uint8(value & 0xff);
    else if (value >= -0x80) this.#uint8And8(0xd0, value & 0xff);
    else if (value >= -0x8000) this.#uint8And16(0xd1, value & 0xffff);
    else if (value >= -0x8000_0000) this.#uint8And32(0xd2, value >>> 0);
    else this.#uint8And64(0xd3, BigInt(value));
  }

  #bigint(value) {
    if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) this.#number(Number(value));
    else if (value > 0n && value === BigInt.asUintN(64, value)) this.#uint8And64(0xcf, value);
    else if (value === BigInt.asIntN(64, value)) this.#uint8And64(0xd3, value);
    else throw new MsgpackError('range', 'An integer has at most 64 bits.');
  }

  #string(value) {
    if (value.length <= MaxFixstrUnits) {
      this.#reserve(1 + 3 * value.length);
      const { written } = utf8.encodeInto(value, this.#bytes.subarray(this.#length + 1));
      this.#bytes[this.#length] = 0xa0 | written;
      this.#length += 1 + written;
      return;
    }
    const encoded = utf8.encode(value);
    const count = encoded.length;
    if (count < 32) this.#uint8(0xa0 | count);
    else if (count < 0x100) this.#uint8And8(0xd9, count);
    else if (count < 0x1_0000) this.#uint8And16(0xda, count);
    else this.#uint8And32(0xdb, count);
    this.#raw(encoded);
  }

  #binary(data) {
    const count = data.length;
    if (count < 0x100) this.#uint8And8(0xc4, count);
    else if (count < 0x1_0000) this.#uint8And16(0xc5, count);
    else this.#uint8And32(0xc6, count);
    this.#raw(data);
  }

  #ext(type, data) {
    const count = data.length;
    const fixed = { 1: 0xd4, 2: 0xd5, 4: 0xd6, 8: 0xd7, 16: 0xd8 }[count];
    if (fixed !== undefined) this.#uint8(fixed);
    else if (count < 0x100) this.#uint8And8(0xc7, count);
    else if (count < 0x1_0000) this.#uint8And16(0xc8, count);
    else this.#uint8And32(0xc9, count);
    this.#uint8(type & 0xff);
    this.#raw(data);
  }

  #mapHeader(count) {
    if (count < 16) this.#uint8(0x80 | count);
    else if (count < 0x1_0000) this.#uint8And16(0xde, count);
    else this.#uint8And32(0xdf, count);
  }

  #uint8(value) {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #uint8And8(code, value) {
    this.#reserve(2);
    this.#bytes[this.#length] = code;
    this.#bytes[this.#length + 1] = value;
    this.#length += 2;
  }

  #uint8And16(code, value) {
    this.#reserve(3);
    this.#bytes[this.#length] = code;
    this.#view.setUint16(this.#length + 1, value);
    this.#length += 3;
  }

  #uint8And32(code, value) {
    if (value > 0xffff_ffff) throw new MsgpackError('too-large', 'A length has at most 32 bits.');
    this.#reserve(5);
    this.#bytes[this.#length] = code;
    this.#view.setUint32(this.#length + 1, value);
    this.#length += 5;
  }

  #uint8And64(code, value) {
    this.#reserve(9);
    this.#bytes[this.#length] = code;
    this.#view.setBigUint64(this.#length + 1, BigInt.asUintN(64, value));
    this.#length += 9;
  }

  #raw(data) {
    this.#reserve(data.length);
    this.#bytes.set(data, this.#length);
    this.#length += data.length;
  }

  #reserve(count) {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
