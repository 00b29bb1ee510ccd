import { Decoder, Encoder } from './msgpack.js';

/** The subprotocol this client speaks. */
const Subprotocol = 'gateway.v1.msgpack';

/** Frames wait for the end of the current turn and leave as one message; beyond this they leave at once. Well below the limit of 1 MiB. */
const MaxBatchBytes = 64 * 1024;

/** A script may close with 1000 or from 3000 on only; the server reads any of them as "gone". */
const MalformedCloseCode = 3000;

/**
 * One WebSocket from its opening to its end. Frames go in and out as arrays; the end is told exactly once, also when the peer is gone
 * and the browser would wait for its close frame for minutes.
 */
export class Link {
  #socket;
  #handlers;
  #pending = [];
  #pendingBytes = 0;
  #isFlushScheduled = false;
  #isOver = false;

  /**
   * @param {{ url: string, WebSocket: typeof WebSocket }} target
   * @param {{ opened: () => void, received: (frame: unknown[]) => void, traffic: () => void, closed: (code: number, reason: string) => void,
   *   logged?: (direction: 'in'|'out', frame: unknown[], byteCount: number) => void }} handlers
   */
  constructor({ url, WebSocket }, handlers) {
    this.#handlers = handlers;
    const socket = (this.#socket = new WebSocket(url, [Subprotocol]));
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (!this.#isOver) handlers.opened();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#end(code, reason);
    // Always followed by a close event, which says more.
    socket.onerror = () => {};
  }

  /**
   * Sends one frame, together with others of the same turn.
   * @param {unknown[]} frame
   * @throws {import('./msgpack.js').MsgpackError} the frame holds what MessagePack cannot
   */
  send(frame) {
    if (this.#isOver) return;
    const bytes = encodeFrame(frame);
    this.#handlers.logged?.('out', frame, bytes.length);
    if (this.#pendingBytes + bytes.length > MaxBatchBytes) this.#flush();
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (!this.#isFlushScheduled) {
      this.#isFlushScheduled = true;
      queueMicrotask(() => this.#flush());
    }
  }

  /** Closes and tells the end at once, without waiting for the peer. */
  close(code = 1000, reason = '') {
    if (this.#isOver) return;
    this.#flush();
    this.#socket.close(code, reason);
    this.#end(code, reason);
  }

  /** Gives the peer up: as if the connection had broken. */
  abandon(reason) {
    if (this.#isOver) return;
    this.#socket.close();
    this.#end(1006, reason);
  }

  #flush() {
    this.#isFlushScheduled = false;
    if (this.#pending.length === 0 || this.#isOver) return;
    const message = this.#pending.length === 1 ? this.#pending[0] : concatenate(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#socket.send(message);
  }

  #receive(data) {
    if (this.#isOver) return;
    this.#handlers.traffic();
    const decoder = new Decoder(data);
    while (!this.#isOver && !decoder.atEnd) {
      const start = decoder.position;
      let frame;
      try {
        frame = decoder.read();
        if (!Array.isArray(frame)) throw new TypeError('A frame is an array.');
      } catch {
        // What follows cannot be told apart any more; a new connection resumes from the last good position.
        this.#socket.close(MalformedCloseCode, 'malformed frame');
        this.#end(MalformedCloseCode, 'The server sent bytes that are no frame.');
        return;
      }
      this.#handlers.logged?.('in', frame, decoder.position - start);
      this.#handlers.received(frame);
    }
  }

  #end(code, reason) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pending = [];
    this.#handlers.closed(code, reason);
  }
}

/** Trailing fields that are nil are left out. */
function encodeFrame(frame) {
  let count = frame.length;
  while (count > 1 && (frame[count - 1] === null || frame[count - 1] === undefined)) count--;
  return new Encoder().write(count === frame.length ? frame : frame.slice(0, count)).toBytes();
}

function concatenate(parts, byteCount) {
  const whole = new Uint8Array(byteCount);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
