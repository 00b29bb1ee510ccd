import { Emitter } from '../gateway/emitter.js';
import { Problem } from './problem.js';

const StorageKey = 'gateway.session';

/** A token is exchanged this long before it ends, so that none expires on its way. */
const MarginMs = 30_000;

/**
 * Who is signed in on this page. Tokens live in sessionStorage: they survive a reload and end with the tab.
 * Events: `changed` (signed in or out; value: the user or null), `ended` (a sentence: the session is over though the user did not ask).
 */
export class Session extends Emitter {
  #tokens = null;
  #refreshing = null;

  constructor() {
    super();
    try {
      this.#tokens = JSON.parse(sessionStorage.getItem(StorageKey));
    } catch {
      // Written by another version: start afresh.
      this.#tokens = null;
    }
  }

  /** @returns {{ id: string, username: string, email: string }|null} */
  get user() {
    return this.#tokens?.user ?? null;
  }

  async register(username, email, password) {
    this.#keep(await post('/auth/register', { username, email, password }));
  }

  async signIn(username, password) {
    this.#keep(await post('/auth/login', { username, password }));
  }

  async signOut() {
    const tokens = this.#tokens;
    this.#forget();
    // The server forgets the refresh token; if it cannot be told, the token ends by itself.
    if (tokens !== null) await post('/auth/logout', { refreshToken: tokens.refreshToken }, tokens.accessToken).catch(() => {});
  }

  /**
   * A token that is good now. @param {{ isRefused?: boolean }} [request] the present one was refused: get another
   * @returns {Promise<string>}
   */
  async token({ isRefused = false } = {}) {
    if (this.#tokens === null) throw signedOut();
    if (isRefused || Date.now() > this.#tokens.expiresAt - MarginMs) await this.#refresh();
    return this.#tokens.accessToken;
  }

  /** A refresh token is good once, so those who need it at the same time share one exchange. */
  #refresh() {
    this.#refreshing ??= this.#exchange().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #exchange() {
    try {
      const answer = await post('/auth/refresh', { refreshToken: this.#tokens.refreshToken });
      if (this.#tokens === null) throw signedOut();
      this.#store(answer);
    } catch (problem) {
      if (problem instanceof Problem && !problem.isTemporary) {
        this.#forget();
        this.emit('ended', 'Your session has ended. Please sign in again.');
        throw signedOut();
      }
      throw problem;
    }
  }

  #keep(answer) {
    this.#store(answer);
    this.emit('changed', this.user);
  }

  #store({ accessToken, refreshToken, expiresIn, user }) {
    this.#tokens = { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000, user: user ?? this.user };
    sessionStorage.setItem(StorageKey, JSON.stringify(this.#tokens));
  }

  #forget() {
    this.#tokens = null;
    sessionStorage.removeItem(StorageKey);
    this.emit('changed', null);
  }
}

async function post(path, body, token = null) {
  const headers = { 'Content-Type': 'application/json' };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  } catch {
    throw Problem.noAnswer();
  }
  const text = await response.text();
  if (!response.ok) throw Problem.fromAnswer(response.status, text, response.headers.get('Retry-After'));
  return text === '' ? null : JSON.parse(text);
}

/** The gateway's client asks no more after an error that says it is permanent. */
function signedOut() {
  return Object.assign(new Error('Nobody is signed in.'), { isPermanent: true });
}
