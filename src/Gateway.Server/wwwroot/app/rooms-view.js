import { byId, element } from './dom.js';
import { RoomPanel } from './room-panel.js';

const StorageKey = 'gateway.rooms';

/** The rooms that the user joined by hand: a tab and a panel each. They are joined again after a reload. */
export class RoomsView {
  #client = null;
  #user = null;
  #changed;
  /** By name. @type {Map<string, { panel: RoomPanel, tab: HTMLButtonElement, badge: HTMLElement, unreadCount: number }>} */
  #open = new Map();
  #selected = null;
  #input = byId('room-name');
  #error = byId('join-error');

  /** @param {(count: number) => void} changed */
  constructor(changed) {
    this.#changed = changed;
    byId('join').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#join(this.#input.value.trim());
    });
    document.addEventListener('visibilitychange', () => {
      for (const { panel } of this.#open.values()) panel.showAttention();
    });
  }

  /** @param {import('../gateway/index.js').GatewayClient} client @param {{ id: string, username: string }} user */
  follow(client, user) {
    this.#client = client;
    this.#user = user;
    for (const name of this.#remembered()) this.#join(name);
  }

  clear() {
    this.#client = null;
    for (const { panel, tab } of this.#open.values()) {
      panel.node.remove();
      tab.remove();
    }
    this.#open.clear();
    this.#error.textContent = '';
    this.#showCount();
  }

  async #join(name) {
    this.#error.textContent = '';
    if (!name.includes(':')) name = `chat:${name}`;
    if (this.#open.has(name)) {
      this.#select(name);
      return;
    }
    const room = this.#client.room(name);
    const panel = new RoomPanel(room, this.#user, { leave: () => this.#leave(name), received: () => this.#count(name) });
    const badge = element('span.count', { hidden: true });
    const tab = element('button.tab', { type: 'button', onclick: () => this.#select(name) }, name, badge);
    this.#open.set(name, { panel, tab, badge, unreadCount: 0 });
    room.on('left', ({ sentence, willRejoin }) => {
      if (willRejoin) return;
      this.#close(name);
      this.#error.textContent = `${name}: ${sentence}`;
    });
    byId('room-tabs').append(tab);
    byId('room-panels').append(panel.node);
    this.#select(name);
    this.#remember();
    this.#showCount();
    try {
      await panel.join();
    } catch {
      // Told by the event 'left', or the user has left meanwhile.
    }
  }

  #leave(name) {
    this.#open.get(name).panel.room.leave();
    this.#close(name);
    this.#input.focus();
  }

  #close(name) {
    const entry = this.#open.get(name);
    if (entry === undefined) return;
    entry.panel.node.remove();
    entry.tab.remove();
    this.#open.delete(name);
    if (this.#selected === name) this.#select([...this.#open.keys()].at(-1) ?? null);
    this.#remember();
    this.#showCount();
  }

  #select(name) {
    this.#selected = name;
    for (const [other, { panel, tab }] of this.#open) {
      panel.node.hidden = other !== name;
      tab.setAttribute('aria-current', String(other === name));
    }
    const entry = this.#open.get(name);
    if (entry === undefined) return;
    entry.unreadCount = 0;
    entry.badge.hidden = true;
    entry.panel.shown();
  }

  #count(name) {
    const entry = this.#open.get(name);
    if (entry === undefined || name === this.#selected) return;
    entry.unreadCount++;
    entry.badge.textContent = String(entry.unreadCount);
    entry.badge.hidden = false;
  }

  #showCount() {
    byId('rooms-empty').hidden = this.#open.size > 0;
    byId('room-tabs').hidden = this.#open.size === 0;
    this.#changed(this.#open.size);
  }

  #remember() {
    sessionStorage.setItem(StorageKey, JSON.stringify([...this.#open.keys()]));
  }

  #remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(StorageKey)) ?? [];
    } catch {
      return [];
    }
  }

  /** Another user may sign in next. */
  forget() {
    sessionStorage.removeItem(StorageKey);
  }
}
