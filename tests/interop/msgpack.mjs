// Holds our MessagePack against @msgpack/msgpack.
//   check            stdin: MessagePack array of [bytes, description]; fails unless each decodes to what is described.
//                    stdout: MessagePack array of the same values encoded again.
//   generate SEED N  stdout: MessagePack array of N pairs [bytes, description] of random values.
import { readFileSync, writeSync } from "node:fs";
import {
  decode, encode, ExtData, ExtensionCodec, EXT_TIMESTAMP, decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp,
} from "@msgpack/msgpack";

class Moment {
  constructor(sec, nsec) {
    this.sec = sec;
    this.nsec = nsec;
  }
}

// Dates hold milliseconds; the wire holds nanoseconds.
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: EXT_TIMESTAMP,
  encode: (value) => (value instanceof Moment ? encodeTimeSpecToTimestamp(value) : null),
  decode: (data) => {
    const { sec, nsec } = decodeTimestampToTimeSpec(data);
    return new Moment(sec, nsec);
  },
});
const options = { extensionCodec, useBigInt64: true };

const hex = (bytes) => Buffer.from(bytes).toString("hex").toUpperCase();

// The same text as JavaScriptInteropTests.DescribeAsJavaScript.
function describe(value) {
  if (value === null) return "nil";
  switch (typeof value) {
    case "boolean": return String(value);
    case "bigint": return value.toString();
    case "string": return "'" + hex(Buffer.from(value, "utf16le").swap16()) + "'";
    case "number": {
      if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
      if (Number.isNaN(value)) return "NaN";
      const bits = Buffer.alloc(8);
      bits.writeDoubleBE(value);
      return "f64:" + bits.toString("hex");
    }
  }
  if (value instanceof Uint8Array) return "bin:" + hex(value);
  if (value instanceof Moment) return `time:${value.sec}+${value.nsec}`;
  if (value instanceof ExtData) return `ext${value.type}:${hex(value.data)}`;
  if (Array.isArray(value)) return "[" + value.map(describe).join(",") + "]";
  return "{" + Object.entries(value).map(([k, v]) => describe(k) + ":" + describe(v)).join(",") + "}";
}

function check() {
  const pairs = decode(readFileSync(0));
  return pairs.map(([bytes, expected], index) => {
    const value = decode(bytes, options);
    const actual = describe(value);
    if (actual !== expected) throw new Error(`value ${index}, ${hex(bytes)}: expected ${expected}, got ${actual}`);
    return encode(value, options);
  });
}

// mulberry32: small, and the same on every platform.
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function generate(seed, count) {
  const random = randomFrom(seed);
  const below = (n) => Math.floor(random() * n);
  const lengths = [0, 1, 2, 3, 4, 8, 15, 16, 17, 31, 32, 255, 256];
  const length = () => lengths[below(lengths.length)];
  const bytes = () => Uint8Array.from({ length: length() }, () => below(256));
  const codePoint = () => [below(0x80), 0x80 + below(0x780), 0x800 + below(0xd000), 0x10000 + below(0x100000)][below(4)];
  const text = () => Array.from({ length: length() }, () => String.fromCodePoint(codePoint())).join("");
  const big = () => {
    // BigInts are always written in 64 bits, ours in as few as fit: only those that need them all compare.
    const value = (1n << 32n) + (BigInt(below(2 ** 31)) << 32n) + BigInt(below(2 ** 32));
    return below(2) ? value : -value;
  };
  const int = () => {
    const value = Math.floor(2 ** below(33)) - below(2);
    return below(2) || value > 2 ** 31 ? value : -value;
  };
  const next = (depth) => {
    switch (below(depth > 0 ? 12 : 9)) {
      case 0: return null;
      case 1: return below(2) === 1;
      case 2: case 3: return int();
      case 4: return big();
      case 5: return [below(1000) + 0.5, Infinity, -Infinity, random(), -random() * 1e-300, random() * 1e300 + 1e200][below(6)];
      case 6: return text();
      case 7: return bytes();
      case 8: return below(2)
        ? new ExtData(below(128), bytes())
        : new Moment([below(2 ** 32), below(2 ** 34), -below(2 ** 40), 2 ** 34 + below(2 ** 40)][below(4)], below(2) * below(1e9));
      case 9: case 10: return Array.from({ length: below(8) ? below(4) : 14 + below(4) }, () => next(depth - 1));
      default: return Object.fromEntries(
        Array.from({ length: below(8) ? below(4) : 14 + below(4) }, (_, i) => [`k${i}${text()}`, next(depth - 1)]));
    }
  };
  return Array.from({ length: count }, () => {
    const value = next(4);
    return [encode(value, options), describe(value)];
  });
}

const [mode, ...rest] = process.argv.slice(2);
const output = encode(mode === "check" ? check() : generate(...rest.map(Number)));
for (let written = 0; written < output.length;) written += writeSync(1, output, written);
