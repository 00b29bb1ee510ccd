import { isRetryable } from './codes.js';

/**
 * Why something could not be done: an error frame of the server, or one of the client's own:
 *
 * | kind | meaning |
 * | --- | --- |
 * | refused | the server answered with an error; `code` says which |
 * | connection-lost | the connection broke before the answer; what was asked may or may not have happened |
 * | timed-out | no answer in time |
 * | queue-full | too much is waiting for a connection or an answer |
 * | closed | the client was closed, or may not come back |
 * | left | the room was left before the answer |
 */
export class GatewayError extends Error {
  /**
   * @param {'refused'|'connection-lost'|'timed-out'|'queue-full'|'closed'|'left'} kind
   * @param {string} sentence
   * @param {{ code?: number, retryAfter?: number|null, cause?: unknown }} [details] code: of the protocol, 0 when it is the client's own error
   */
  constructor(kind, sentence, { code = 0, retryAfter = null, cause } = {}) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.kind = kind;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same may succeed later. */
  get isRetryable() {
    return this.kind === 'refused' ? isRetryable(this.code) : this.kind !== 'closed' && this.kind !== 'left';
  }

  /** @param {number} code @param {string} sentence @param {number|null} [retryAfter] */
  static refused(code, sentence, retryAfter = null) {
    return new GatewayError('refused', sentence, { code, retryAfter });
  }
}
