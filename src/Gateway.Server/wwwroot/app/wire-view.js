import { describeFrame, Ext, Op, Timestamp } from '../gateway/index.js';
import { byId, element } from './dom.js';
import { formatBytes } from './format.js';

const MaxShown = 200;

const MaxTextLength = 400;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });

/** The developer's view: every frame in and out, decoded. Costs nothing while it is closed, but for the totals. */
export class WireView {
  #root = byId('wire');
  #list = byId('frames');
  #pause = byId('wire-pause');
  #totals = { in: { count: 0, bytes: 0 }, out: { count: 0, bytes: 0 } };
  #isPaused = false;
  /** Made at the next picture, so that a burst costs one layout. */
  #fresh = [];

  constructor() {
    this.#pause.addEventListener('click', () => {
      this.#isPaused = !this.#isPaused;
      this.#pause.setAttribute('aria-pressed', String(this.#isPaused));
      this.#pause.textContent = this.#isPaused ? 'Go on' : 'Pause';
    });
    byId('wire-clear').addEventListener('click', () => this.#list.replaceChildren());
    this.#root.addEventListener('toggle', () => this.#showTotals());
  }

  /** @param {import('../gateway/index.js').GatewayClient} client */
  follow(client) {
    client.on('frame', (entry) => this.#add(entry));
  }

  clear() {
    this.#list.replaceChildren();
    this.#totals = { in: { count: 0, bytes: 0 }, out: { count: 0, bytes: 0 } };
  }

  #add({ direction, frame, byteCount }) {
    const total = this.#totals[direction];
    total.count++;
    total.bytes += byteCount;
    if (!this.#root.open || this.#isPaused) return;
    const isPing = frame[0] === Op.Ping || frame[0] === Op.Pong;
    if (isPing && !byId('wire-pings').checked) return;
    this.#fresh.push({ direction, frame, byteCount, time: Date.now() });
    if (this.#fresh.length > MaxShown) this.#fresh.shift();
    if (this.#fresh.length === 1) requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    this.#list.append(...this.#fresh.splice(0).map(toLine));
    while (this.#list.childElementCount > MaxShown) this.#list.firstElementChild.remove();
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    this.#showTotals();
  }

  #showTotals() {
    const { in: received, out: sent } = this.#totals;
    byId('wire-totals').textContent =
      `${received.count} in, ${formatBytes(received.bytes)} · ${sent.count} out, ${formatBytes(sent.bytes)}`;
  }
}

function toLine({ direction, frame, byteCount, time }) {
  const { name, fields } = describeFrame(frame);
  return element(`li.${direction}`, {},
    element('time', {}, clock.format(time)),
    element('span.direction', { title: direction === 'in' ? 'received' : 'sent' }, direction === 'in' ? '← in' : '→ out'),
    element('strong', {}, name),
    element('code', {}, toText(fields)),
    element('span.size', {}, `${byteCount} B`));
}

function toText(fields) {
  const text = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${JSON.stringify(value, toJson)}`)
    .join('  ');
  return text.length > MaxTextLength ? `${text.slice(0, MaxTextLength)} …` : text;
}

/** What JSON lacks. */
function toJson(_, value) {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (value instanceof Ext) return `(ext ${value.type}, ${value.data.length} bytes)`;
  if (value instanceof Timestamp) return `${value.seconds}.${String(value.nanoseconds).padStart(9, '0')}`;
  if (value instanceof Map) return [...value];
  return value;
}
