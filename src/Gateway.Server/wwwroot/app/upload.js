import { Backoff } from '../gateway/backoff.js';
import { Emitter } from '../gateway/emitter.js';
import { Problem } from './problem.js';

/** Small enough that a proxy's limit or a broken line costs little, large enough that requests do not count. */
const ChunkBytes = 8 * 1024 * 1024;

/** Of the first chunk: a file that the server refuses for its first bytes is refused before much of it was sent. */
const FirstChunkBytes = 256 * 1024;

/** Failures in a row before the user is asked; every chunk that arrives starts the count anew. */
const MaxAttempts = 8;

const StoragePrefix = 'gateway.upload.';

/**
 * One file on its way to the gateway: in chunks, each at the offset that the server says it has, so that it goes on after a failure, a
 * pause, and (when the same file is chosen again) a reload.
 *
 * Events: `changed` whenever state or `sentBytes` did; `done` with the job.
 * State: waiting -> sending <-> (retrying | paused) -> done | failed | cancelled.
 */
export class Upload extends Emitter {
  #api;
  #key;
  #request = null;
  #location = null;
  #wake = null;
  #backoff = new Backoff({ maxMs: 15_000 });

  /** @param {import('./api.js').Api} api @param {File} file @param {string} preset */
  constructor(api, file, preset) {
    super();
    this.#api = api;
    this.file = file;
    this.preset = preset;
    this.state = 'waiting';
    this.sentBytes = 0;
    this.bytesPerSecond = 0;
    this.error = null;
    this.#key = `${StoragePrefix}${preset}/${file.name}/${file.size}/${file.lastModified}`;
  }

  /** Runs to the end; never throws: the state says what became of it. */
  async run() {
    this.#location = localStorage.getItem(this.#key);
    this.#become('sending');
    while (this.state === 'sending' || this.state === 'retrying') {
      try {
        const job = await this.#send();
        localStorage.removeItem(this.#key);
        this.#become('done');
        this.emit('done', job);
      } catch (problem) {
        await this.#recover(problem);
      }
    }
  }

  pause() {
    if (this.state !== 'sending' && this.state !== 'retrying') return;
    this.#become('paused');
    this.#request?.abort();
    this.#wake?.();
  }

  /** Goes on after a pause or a failure. */
  resume() {
    if (this.state !== 'paused' && this.state !== 'failed') return;
    this.error = null;
    this.#backoff.reset();
    this.run();
  }

  async cancel() {
    const location = this.#location;
    localStorage.removeItem(this.#key);
    this.#become('cancelled');
    this.#request?.abort();
    this.#wake?.();
    // What the server has of it would be removed by itself later.
    if (location !== null) await this.#api.send('DELETE', location).catch(() => {});
  }

  async #send() {
    let { offset, job } = await this.#begin();
    while (job === null) {
      this.#progress(offset);
      const end = Math.min(offset + (offset === 0 ? FirstChunkBytes : ChunkBytes), this.file.size);
      ({ offset, job } = await this.#patch(offset, this.file.slice(offset, end)));
      this.#backoff.reset();
      this.#become('sending');
    }
    this.#progress(this.file.size);
    return job;
  }

  /** Where to go on; the job when all of it had arrived and only the answer got lost. */
  async #begin() {
    if (this.#location === null) return this.#create();
    const offset = await this.#find(async () => Number((await this.#api.send('HEAD', this.#location)).headers.get('Upload-Offset')));
    if (offset !== null) return { offset, job: null };
    // The job has the upload's id.
    const job = await this.#find(() => this.#api.job(this.#location.split('/').at(-1)));
    if (job !== null) return { offset: this.file.size, job };
    // The server has forgotten it: from the beginning.
    localStorage.removeItem(this.#key);
    return this.#create();
  }

  /** Null when there is no such thing. */
  async #find(ask) {
    try {
      return await ask();
    } catch (problem) {
      if (problem.status === 404) return null;
      throw problem;
    }
  }

  async #create() {
    const response = await this.#api.send('POST', '/upload', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ filename: this.file.name, size: this.file.size, preset: this.preset }),
    });
    this.#location = response.headers.get('Location');
    localStorage.setItem(this.#key, this.#location);
    return { offset: 0, job: null };
  }

  /** With XMLHttpRequest, since fetch does not tell how much of a body has been sent. */
  async #patch(offset, chunk) {
    const token = await this.#api.token();
    return new Promise((resolve, reject) => {
      const request = (this.#request = new XMLHttpRequest());
      request.open('PATCH', this.#location);
      request.setRequestHeader('Authorization', `Bearer ${token}`);
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream');
      request.setRequestHeader('Upload-Offset', String(offset));
      request.upload.onprogress = ({ loaded }) => this.#progress(offset + loaded);
      request.onload = () => {
        if (request.status >= 300) reject(Problem.fromAnswer(request.status, request.responseText, request.getResponseHeader('Retry-After')));
        else resolve({ offset: Number(request.getResponseHeader('Upload-Offset') ?? offset + chunk.size), job: parseJob(request.responseText) });
      };
      request.onerror = () => reject(Problem.noAnswer());
      request.onabort = () => reject(new Problem('The upload was stopped.'));
      request.send(chunk);
    });
  }

  async #recover(problem) {
    if (this.state === 'paused' || this.state === 'cancelled') return;
    // 409 and 404: the server's state is not what we thought; it is asked. 401: a token that ended meanwhile is exchanged.
    const mayGoOn = problem.isTemporary || [401, 404, 409].includes(problem.status);
    this.error = problem;
    if (!mayGoOn || this.#backoff.attempts >= MaxAttempts) {
      if (!mayGoOn) localStorage.removeItem(this.#key);
      this.#become('failed');
      return;
    }
    if (problem.status === 401) await this.#api.token({ isRefused: true }).catch(() => {});
    this.#become('retrying');
    await this.#pauseFor(Math.max(this.#backoff.next(), problem.retryAfterMs ?? 0));
  }

  #pauseFor(delayMs) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #measure = { time: 0, bytes: 0 };

  #progress(sentBytes) {
    const now = performance.now();
    const elapsedMs = now - this.#measure.time;
    if (elapsedMs > 500) {
      this.bytesPerSecond = this.#measure.time === 0 ? 0 : Math.max(0, ((sentBytes - this.#measure.bytes) / elapsedMs) * 1000);
      this.#measure = { time: now, bytes: sentBytes };
    }
    this.sentBytes = sentBytes;
    this.emit('changed');
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.emit('changed');
  }
}

function parseJob(text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
