/** Bytes that are no MessagePack, or a value that MessagePack cannot hold. */
export class MsgpackError extends Error {
  /**
   * @param {'truncated'|'reserved'|'utf8'|'depth'|'timestamp'|'trailing'|'unsupported'|'range'|'too-large'} reason stable, for programs
   * @param {string} sentence for people
   */
  constructor(reason, sentence) {
    super(sentence);
    this.name = 'MsgpackError';
    this.reason = reason;
  }
}
