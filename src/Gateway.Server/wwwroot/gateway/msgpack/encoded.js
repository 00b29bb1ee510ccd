/** A value that is MessagePack already: an encoder copies its bytes. */
export class Encoded {
  /** @param {Uint8Array} bytes exactly one value */
  constructor(bytes) {
    this.bytes = bytes;
  }
}
