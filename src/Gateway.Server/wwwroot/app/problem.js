/** What an HTTP request of the page failed with; `message` is a sentence for the user. */
export class Problem extends Error {
  /**
   * @param {string} sentence
   * @param {{ status?: number, code?: string|number, retryAfterMs?: number|null, fields?: Record<string, string[]> }} [details]
   */
  constructor(sentence, { status = 0, code = '', retryAfterMs = null, fields = {} } = {}) {
    super(sentence);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.fields = fields;
  }

  /** No answer, or one that says "later". */
  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 423 || this.status === 429 || this.status >= 500;
  }

  /**
   * From an answer as of RFC 9457 (application/problem+json), or any other.
   * @param {number} status @param {string} text @param {string|null} retryAfter
   */
  static fromAnswer(status, text, retryAfter = null) {
    let body = {};
    try {
      body = JSON.parse(text) ?? {};
    } catch {
      // Not from the gateway itself: a proxy, or nothing at all.
    }
    const sentences = Object.values(body.errors ?? {}).flat();
    const sentence = sentences.length > 0 ? sentences.join(' ') : body.detail || body.title || `The gateway answered with status ${status}.`;
    const seconds = Number.parseInt(retryAfter ?? '', 10);
    return new Problem(sentence, { status, code: body.code ?? '', fields: body.errors ?? {}, retryAfterMs: Number.isNaN(seconds) ? null : seconds * 1000 });
  }

  static noAnswer() {
    return new Problem('The gateway cannot be reached. Is it running, and is the network up?');
  }
}
