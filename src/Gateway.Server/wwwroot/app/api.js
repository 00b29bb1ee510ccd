import { Problem } from './problem.js';

/** The gateway's HTTP interface, for the user of the session. */
export class Api {
  #session;

  /** @param {import('./session.js').Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {string|null} [cursor] `next` of the page before
   * @returns {Promise<{ jobs: object[], next: string|null }>} newest first
   */
  jobs(cursor = null) {
    return this.#json('GET', cursor === null ? '/jobs' : `/jobs?cursor=${encodeURIComponent(cursor)}`);
  }

  job(id) {
    return this.#json('GET', `/jobs/${encodeURIComponent(id)}`);
  }

  retry(id) {
    return this.#json('POST', `/jobs/${encodeURIComponent(id)}/retry`);
  }

  /** Cancels a job that runs, deletes one that has ended. */
  remove(id) {
    return this.#json('DELETE', `/jobs/${encodeURIComponent(id)}`);
  }

  /** @returns {Promise<{ enabled: boolean, self: string, nodes?: { name: string, status: string, shards: number }[], owners?: number[] }>} the nodes, as the one that answers sees them */
  cluster() {
    return this.#json('GET', '/cluster');
  }

  /** @returns {Promise<Response>} successful, or a Problem is thrown */
  async send(method, path, { headers = {}, body } = {}) {
    let response = await this.#attempt(method, path, headers, body, false);
    // The token may have been revoked or the clock may be wrong: once more with a fresh one.
    if (response.status === 401) response = await this.#attempt(method, path, headers, body, true);
    if (!response.ok) throw Problem.fromAnswer(response.status, await response.text(), response.headers.get('Retry-After'));
    return response;
  }

  /** For requests that are not made with fetch. */
  token(request) {
    return this.#session.token(request);
  }

  async #json(method, path) {
    const response = await this.send(method, path);
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  }

  async #attempt(method, path, headers, body, isRefused) {
    const token = await this.#session.token({ isRefused });
    try {
      return await fetch(path, { method, body, headers: { ...headers, Authorization: `Bearer ${token}` } });
    } catch {
      throw Problem.noAnswer();
    }
  }
}
