import { Backoff } from './backoff.js';
import { Calls } from './calls.js';
import { CloseCode, mayComeBack, needsNewToken } from './codes.js';
import { deferred } from './deferred.js';
import { Emitter } from './emitter.js';
import { GatewayError } from './gateway-error.js';
import { Link } from './link.js';
import { Liveness } from './liveness.js';
import { Op } from './ops.js';
import { TokenRenewal } from './token-renewal.js';

const ProtocolVersion = 1;

/** From the first byte to `welcome`; the server itself allows 5 s for `hello`. */
const WelcomeTimeoutMs = 10_000;

/** A session that lasted this long was a success: the next failure starts with a short delay again. */
const StableAfterMs = 10_000;

/** How long answers are waited for before a planned move to another node. */
const MoveGraceMs = 1_000;

/**
 * What `welcome` said.
 * @typedef {object} Session
 * @property {string} connection id of the connection
 * @property {string|null} user
 * @property {number} expiresAt milliseconds since 1970 on the server's clock, 0: never
 * @property {number} heartbeatMs
 * @property {{ maxMessageBytes: number, maxPayloadBytes: number, maxRooms: number, maxKeyBytes: number }} limits
 * @property {number} serverTimeOffsetMs to add to this machine's clock to get the server's
 * @property {string} node
 */

/**
 * Keeps a session alive: opens links one after the other, says hello, renews the token, notices a dead server, keeps appointments, and
 * backs off between attempts. What happens within a session is for {@link import('./client.js').GatewayClient}.
 *
 * Life: `connect` -> #open -> #welcomed -> (#ended -> #comeBackLater -> #open)* -> `close` or #stop.
 */
export class Connection extends Emitter {
  #options;
  #clock;
  #owner;
  #backoff;
  #liveness;
  #renewal;
  /** @type {Link|null} */
  #link = null;
  /** @type {Session|null} */
  #session = null;
  #status = 'disconnected';
  #isWanted = false;
  #connecting = null;
  #cancelTimer = () => {};
  #cancelStable = () => {};
  #cancelMove = () => {};
  /** The error frame that came before the close, to tell why. */
  #lastError = null;
  /** The server refused the token; the next one must be new, and it has one chance. */
  #isTokenRefused = false;
  /** Where and with what to come back after `goaway`. */
  #appointment = null;
  /** The present link showed a ticket in the place of a token. */
  #isByTicket = false;
  /** Counts openings, so that what was started for an earlier one has no effect on the next. */
  #attempt = 0;

  /**
   * @param {object} options see GatewayClient
   * @param {{ welcomed: () => void, interrupted: () => void, received: (frame: unknown[]) => void }} owner
   */
  constructor(options, owner) {
    super();
    this.#options = options;
    this.#clock = options.clock;
    this.#owner = owner;
    this.#backoff = new Backoff({ random: this.#clock.random });
    this.calls = new Calls({ clock: this.#clock });
    this.#liveness = new Liveness({
      clock: this.#clock,
      quietMs: options.pingAfterMs,
      answerMs: options.pingTimeoutMs,
      ask: () => this.#askForSign(),
      giveUp: () => this.#link?.abandon(`The gateway was silent for ${options.pingAfterMs + options.pingTimeoutMs} ms.`),
    });
    this.#renewal = new TokenRenewal({ clock: this.#clock, renew: () => this.#renewToken() });
  }

  get status() {
    return this.#status;
  }

  get session() {
    return this.#session;
  }

  connect() {
    if (this.#connecting === null) {
      this.#connecting = deferred();
      this.#isWanted = true;
      this.#open();
    }
    return this.#connecting.promise;
  }

  close() {
    this.#stop(new GatewayError('closed', 'The client was closed.'), CloseCode.Normal);
  }

  /** Ends a back-off early, for instance because the network has come back. */
  retryNow() {
    if (this.#isWanted && this.#link === null && this.#status === 'connecting') {
      this.#cancelTimer();
      this.#open();
    }
  }

  async #open() {
    const attempt = ++this.#attempt;
    this.#setStatus('connecting', { attempt: this.#backoff.attempts + 1, retryInMs: 0 });
    const appointment = this.#appointment;
    this.#appointment = null;
    // A ticket stands for the token, so that those who are moved together do not ask for tokens together.
    this.#isByTicket = (appointment?.ticket ?? null) !== null;
    let token = null;
    try {
      if (!this.#isByTicket) token = await this.#getToken(this.#isTokenRefused);
    } catch (cause) {
      if (attempt !== this.#attempt) return;
      if (cause?.isPermanent) this.#stop(new GatewayError('closed', cause.message, { cause }));
      else this.#comeBackLater('No token could be had.', cause);
      return;
    }
    if (attempt !== this.#attempt) return;

    try {
      this.#link = this.#openLink(appointment, token);
    } catch (cause) {
      this.#stop(new GatewayError('closed', `The address ${this.#options.url} cannot be opened: ${cause.message}`, { cause }));
      return;
    }
    this.#cancelTimer = this.#clock.after(WelcomeTimeoutMs, () => this.#link?.abandon('The gateway did not answer in time.'));
  }

  #openLink(appointment, token) {
    const link = new Link({ url: appointment?.url ?? this.#options.url, WebSocket: this.#options.WebSocket }, {
      opened: () => link.send([Op.Hello, ProtocolVersion, token, appointment?.ticket ?? null, this.#options.agent]),
      traffic: () => this.#liveness.heard(),
      received: (frame) => this.#receive(frame),
      closed: (code, reason) => this.#ended(code, reason),
      logged: (direction, frame, byteCount) => this.emit('frame', { direction, frame, byteCount }),
    });
    return link;
  }

  #receive(frame) {
    switch (frame[0]) {
      case Op.Welcome: return this.#welcomed(frame);
      case Op.GoAway: return this.#makeAppointment(frame);
      case Op.Ping: return this.#link?.send([Op.Pong, frame[1], this.#clock.now()]);
      case Op.Error: return this.#refused(frame);
      default: return this.#owner.received(frame);
    }
  }

  #welcomed([, , connection, user, expiresAt, heartbeat, limits, time, node]) {
    this.#cancelTimer();
    this.#lastError = null;
    this.#isTokenRefused = false;
    const [maxMessageBytes, maxPayloadBytes, maxRooms, maxKeyBytes] = limits;
    this.#session = {
      connection,
      user: user ?? null,
      expiresAt,
      heartbeatMs: heartbeat,
      limits: { maxMessageBytes, maxPayloadBytes, maxRooms, maxKeyBytes },
      serverTimeOffsetMs: time - this.#clock.now(),
      node: node ?? '',
    };
    this.#liveness.start();
    this.#renewal.start(expiresAt === 0 ? 0 : Math.max(1, expiresAt - time));
    this.#cancelStable = this.#clock.after(StableAfterMs, () => this.#backoff.reset());
    this.#setStatus('connected', { session: this.#session });
    const link = this.#link;
    this.calls.open((frame) => link.send(frame), () => this.#owner.welcomed());
    this.#connecting?.resolve(this.#session);
  }

  #refused([, id, code, sentence, retryAfter]) {
    const error = GatewayError.refused(code, sentence, retryAfter ?? null);
    if (this.#session === null) this.#lastError = error;
    if (!this.calls.refuse(id, error)) this.emit('error', error);
  }

  /** The link is over, by either side or because the network broke. */
  #ended(code, reason) {
    const wasConnected = this.#session !== null;
    this.#link = null;
    this.#session = null;
    this.#cancelTimer();
    this.#cancelStable();
    this.#cancelMove();
    this.#liveness.stop();
    this.#renewal.stop();
    if (!this.#isWanted) return;
    if (wasConnected) this.#owner.interrupted();
    this.calls.interrupt();

    const sentence = this.#lastError?.message || reason || `The connection was closed with code ${code}.`;
    if (needsNewToken(code) && this.#isByTicket && !wasConnected) {
      this.#comeBackLater(sentence, this.#lastError, code); // With a token, then.
    } else if (needsNewToken(code) && this.#options.hasTokenProvider && !this.#isTokenRefused) {
      this.#isTokenRefused = true;
      this.#open();
    } else if (mayComeBack(code)) {
      if (this.#appointment !== null) this.#keepAppointment(sentence);
      else this.#comeBackLater(sentence, this.#lastError, code);
    } else this.#stop(new GatewayError('closed', sentence, { code: this.#lastError?.code ?? code, cause: this.#lastError ?? undefined }));
  }

  #comeBackLater(reason, cause, code = 0) {
    const retryInMs = Math.max(this.#backoff.next(), this.#lastError?.retryAfter ?? 0);
    const attempt = this.#backoff.attempts;
    this.#lastError = null;
    this.#setStatus('connecting', { attempt: attempt + 1, retryInMs, reason, code });
    if (attempt === this.#options.attemptsBeforeFailure) this.emit('failure', { attempts: attempt, reason, cause });
    this.#cancelTimer = this.#clock.after(retryInMs, () => this.#open());
  }

  /** The server may have closed before the time it named. */
  #keepAppointment(reason) {
    const retryInMs = this.#appointment.time - this.#clock.now();
    if (retryInMs <= 0) {
      this.#open();
      return;
    }
    this.#setStatus('connecting', { attempt: 1, retryInMs, reason, code: 0 });
    this.#cancelTimer = this.#clock.after(retryInMs, () => this.#open());
  }

  #stop(error, closeCode = CloseCode.Normal) {
    this.#attempt++;
    const wasConnected = this.#session !== null;
    this.#isWanted = false;
    this.#cancelTimer();
    this.#link?.close(closeCode);
    if (wasConnected) this.#owner.interrupted();
    this.#appointment = null;
    this.#isTokenRefused = false;
    this.#backoff.reset();
    this.calls.failAll(error);
    this.#connecting?.reject(error);
    this.#connecting = null;
    this.#setStatus('disconnected', { reason: error.message, code: error.code, error });
  }

  /** A planned stop of the node: go on until the time has come, let answers arrive, then move. */
  #makeAppointment([, code, reason, after, url, ticket]) {
    this.emit('goaway', { code, reason, afterMs: after ?? 0, url: url ?? null });
    this.#cancelMove();
    const link = this.#link;
    this.#appointment = { url: url ?? null, ticket: ticket ?? null, time: this.#clock.now() + (after ?? 0) };
    this.#cancelMove = this.#clock.after(after ?? 0, () => {
      this.calls.hold();
      const move = () => {
        if (this.#link === link) link.abandon(reason);
      };
      this.#cancelMove = this.#clock.after(MoveGraceMs, move);
      this.calls.whenIdle().then(move);
    });
  }

  #askForSign() {
    this.calls.start({ frame: (id) => [Op.Ping, id], timeoutMs: this.#options.pingTimeoutMs }).catch(() => {});
  }

  async #getToken(isRefused) {
    return this.#options.getToken({ isRefused });
  }

  async #renewToken() {
    const token = await this.#getToken(true);
    const [expiresAt] = await this.calls.start({ frame: (id) => [Op.Auth, id, token] });
    if (this.#session === null) return 0;
    this.#session.expiresAt = expiresAt;
    return expiresAt === 0 ? 0 : Math.max(1, expiresAt - this.#clock.now() - this.#session.serverTimeOffsetMs);
  }

  #setStatus(status, details) {
    const previous = this.#status;
    this.#status = status;
    this.emit('status', { status, previous, ...details });
  }
}
