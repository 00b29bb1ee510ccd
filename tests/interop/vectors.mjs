// Checks protocol/vectors with @msgpack/msgpack and JSON.parse: what the bytes say and what the text says is the same, by the
// rules of protocol/spec.md, section 2.1.   node vectors.mjs FOLDER
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { decode, decodeMulti, ExtData, ExtensionCodec, EXT_TIMESTAMP, decodeTimestampToTimeSpec } from "@msgpack/msgpack";

const folder = process.argv[2];
const load = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

class Moment {
  constructor(sec, nsec) {
    this.sec = sec;
    this.nsec = nsec;
  }
}

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: EXT_TIMESTAMP,
  encode: () => null,
  decode: (data) => {
    const { sec, nsec } = decodeTimestampToTimeSpec(data);
    return new Moment(sec, nsec);
  },
});

const base64 = (bytes) => Buffer.from(bytes).toString("base64");

// A MessagePack value as the JSON value that stands for it.
function toJson(value) {
  if (typeof value === "number" && !Number.isFinite(value)) return { $float: String(value) };
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return { $bin: base64(value) };
  if (value instanceof ExtData) return { $ext: [value.type, base64(value.data)] };
  if (value instanceof Moment) {
    const date = new Date(value.sec * 1000).toISOString().replace(/^\+0*|\.000Z$/g, "");
    const fraction = value.nsec ? "." + String(value.nsec).padStart(9, "0").replace(/0+$/, "") : "";
    return { $time: date + fraction + "Z" };
  }
  if (Array.isArray(value)) return value.map(toJson);
  const entries = Object.entries(value);
  const escape = entries.length === 1 && entries[0][0].startsWith("$") ? "$" : "";
  return Object.fromEntries(entries.map(([key, item]) => [escape + key, toJson(item)]));
}

function expectSame(name, bytes, json) {
  const actual = toJson(decode(Buffer.from(bytes, "hex"), { extensionCodec }));
  if (!isDeepStrictEqual(actual, json)) {
    throw new Error(`${name}: the bytes say ${JSON.stringify(actual)}, the text says ${JSON.stringify(json)}`);
  }
}

const frames = load("frames.json");
for (const { name, msgpack, json } of frames) expectSame(name, msgpack, json);

// Left out: what JavaScript has no value for (integers beyond 2^53, -0.0, keys that are no strings, equal keys, moments
// beyond its dates), and $map, which exists for such keys.
let payloads = 0;
for (const { direction, msgpack, json } of load("payloads.json")) {
  if (direction !== "both" || /^(-0\.0|\{"\$map":|\{"\$ext":\[-1|-?\d{17,}|\{"a":1,"a":2\})/.test(json)) continue;
  expectSame(json, msgpack, JSON.parse(json));
  payloads++;
}

let batches = 0;
for (const { name, msgpack, json } of load("batches.json")) {
  const values = [...decodeMulti(Buffer.from(msgpack, "hex"), { extensionCodec })];
  const texts = json.replace(/\]\s*\[/g, "]\n[").split("\n").map((t) => t.trim()).filter((t) => t !== "");
  if (!isDeepStrictEqual(values, texts.map((t) => JSON.parse(t)))) throw new Error(`batch "${name}": bytes and text differ`);
  batches++;
}

process.stdout.write(`${frames.length} frames, ${payloads} payloads, ${batches} batches`);
