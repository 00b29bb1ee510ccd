import { MsgpackError } from './msgpack-error.js';

/** The ext type that the MessagePack specification reserves for points in time. */
export const TimestampType = -1;

const MaxDateMilliseconds = 8_640_000_000_000_000;
const MaxUint32 = 0xffff_ffff;
const MaxUint34 = 0x3_ffff_ffff;
const NanosecondsPerMillisecond = 1_000_000;

/** A point in time that a Date cannot hold: finer than a millisecond, or further away than a Date reaches. */
export class Timestamp {
  /**
   * @param {bigint} seconds since 1970-01-01T00:00:00Z, may be negative
   * @param {number} nanoseconds 0 to 999,999,999, counted forward from `seconds`
   */
  constructor(seconds, nanoseconds) {
    if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds > 999_999_999) {
      throw new MsgpackError('timestamp', `Nanoseconds are 0 to 999,999,999, not ${nanoseconds}.`);
    }
    this.seconds = BigInt(seconds);
    this.nanoseconds = nanoseconds;
  }

  /** @param {Date} date */
  static fromDate(date) {
    const milliseconds = date.getTime();
    if (Number.isNaN(milliseconds)) throw new MsgpackError('timestamp', 'An invalid Date has no time to encode.');
    const seconds = Math.floor(milliseconds / 1000);
    return new Timestamp(BigInt(seconds), (milliseconds - seconds * 1000) * NanosecondsPerMillisecond);
  }

  /** The same point in time as a Date, or null when a Date cannot hold it exactly. */
  toDate() {
    if (this.nanoseconds % NanosecondsPerMillisecond !== 0) return null;
    const milliseconds = Number(this.seconds) * 1000 + this.nanoseconds / NanosecondsPerMillisecond;
    return Math.abs(milliseconds) <= MaxDateMilliseconds ? new Date(milliseconds) : null;
  }
}

/**
 * The data of the shortest of the three layouts: uint32 seconds; uint30 nanoseconds and uint34 seconds; uint32 nanoseconds and int64 seconds.
 * @param {Timestamp} timestamp
 * @returns {Uint8Array}
 */
export function encodeTimestamp({ seconds, nanoseconds }) {
  if (nanoseconds === 0 && seconds >= 0n && seconds <= BigInt(MaxUint32)) {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, Number(seconds));
    return new Uint8Array(view.buffer);
  }
  if (seconds >= 0n && seconds <= BigInt(MaxUint34)) {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, (BigInt(nanoseconds) << 34n) | seconds);
    return new Uint8Array(view.buffer);
  }
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, nanoseconds);
  view.setBigInt64(4, seconds);
  return new Uint8Array(view.buffer);
}

/**
 * @param {Uint8Array} data
 * @returns {Date|Timestamp} a Date where it is exact
 */
export function decodeTimestamp(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const timestamp = readTimestamp(view);
  return timestamp.toDate() ?? timestamp;
}

function readTimestamp(view) {
  switch (view.byteLength) {
    case 4:
      return new Timestamp(BigInt(view.getUint32(0)), 0);
    case 8: {
      const packed = view.getBigUint64(0);
      return new Timestamp(packed & BigInt(MaxUint34), Number(packed >> 34n));
    }
    case 12:
      return new Timestamp(view.getBigInt64(4), view.getUint32(0));
    default:
      throw new MsgpackError('timestamp', `A timestamp has 4, 8 or 12 bytes, not ${view.byteLength}.`);
  }
}
