import { byId } from './dom.js';
import { formatSeconds } from './format.js';
import { notify } from './notice.js';

const PingEveryMs = 5_000;

/** The connection in the page's head: state, latency, node, number of rooms. */
export class ConnectionView {
  #client = null;
  #root = byId('connection');
  #state = byId('connection-state');
  #timer = null;
  #countdown = null;

  constructor() {
    byId('reconnect').addEventListener('click', () => this.#client?.connect().catch((error) => notify(error.message)));
  }

  /** @param {import('../gateway/index.js').GatewayClient} client */
  follow(client) {
    this.#client = client;
    client.on('status', (change) => {
      if (client === this.#client) this.#show(change);
    });
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#measure(), PingEveryMs);
  }

  /** Nobody is signed in. */
  clear() {
    this.#client = null;
    clearInterval(this.#timer);
    this.#show({ status: 'signed-out' });
  }

  /** How many rooms the user sees. */
  showRooms(count) {
    byId('fact-rooms').textContent = String(count);
  }

  #show({ status, session, retryInMs = 0, reason = '' }) {
    clearInterval(this.#countdown);
    this.#root.dataset.status = status;
    this.#state.textContent = status.replace('-', ' ');
    // The server does not want this client back by itself; the user may still.
    byId('reconnect').hidden = status !== 'disconnected';
    this.#root.title = status === 'connected' ? `Connection ${session.connection}` : reason;
    byId('connection-facts').hidden = status !== 'connected';
    if (status === 'connected') {
      byId('fact-node').textContent = session.node || '–';
      this.#measure();
    } else if (status === 'connecting' && retryInMs > 1000) this.#countDown(Date.now() + retryInMs);
  }

  #countDown(until) {
    const show = () => {
      const seconds = (until - Date.now()) / 1000;
      this.#state.textContent = seconds < 0.5 ? 'connecting' : `connecting again in ${formatSeconds(seconds)}`;
    };
    show();
    this.#countdown = setInterval(show, 1000);
  }

  async #measure() {
    // A hidden page's timers are throttled, so its figures would mislead.
    if (this.#client?.status !== 'connected' || document.hidden) return;
    try {
      const milliseconds = await this.#client.ping();
      byId('fact-latency').textContent = `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
    } catch {
      // The connection broke meanwhile; its status says so.
    }
  }
}
