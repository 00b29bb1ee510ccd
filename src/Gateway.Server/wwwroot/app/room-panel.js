import { element } from './dom.js';
import { formatTime } from './format.js';
import { RosterList } from './roster-list.js';
import { TypingState } from './typing-state.js';

/** What people say; other events of the room are shown as data. */
const SaidEvent = 'chat:message';

/** The newest messages that a newcomer sees. */
const Tail = 50;

/** Older ones leave the page; the room has them still. */
const MaxShown = 500;

/** One room: its messages, who is there, and a line to write on. */
export class RoomPanel {
  #user;
  #received;
  #list = element('ol.messages', { tabIndex: 0, role: 'log', 'aria-live': 'polite' });
  #typingLine = element('p.typing', { 'aria-live': 'off' });
  #text;
  #error = element('p.error', { role: 'alert' });
  #roster;
  #typing;
  /** What was sent from here and has not come back as a message of the room, by draft id. The acknowledgement may come before or after it. */
  #drafts = new Map();

  /**
   * @param {import('../gateway/room.js').Room} room
   * @param {{ id: string, username: string }} user
   * @param {{ leave: () => void, received: () => void }} actions
   */
  constructor(room, user, { leave, received }) {
    this.room = room;
    this.#user = user;
    this.#received = received;
    this.#list.setAttribute('aria-label', `Messages of ${room.name}`);
    this.#roster = new RosterList(room, user, (typing) => (this.#typingLine.textContent = typing));
    this.#typing = new TypingState((state) => room.setState(state, { name: user.username }).catch(() => {}));
    this.#text = element('input', {
      placeholder: `Message ${room.name}`, autocomplete: 'off', maxLength: 4000, 'aria-label': `Message to ${room.name}`,
      oninput: () => this.#typing.typed(this.#text.value !== ''),
    });
    this.node = element('section.room', { 'aria-label': room.name },
      element('div.talk', {},
        this.#list,
        this.#typingLine,
        this.#error,
        element('form.say', { onsubmit: (event) => this.#say(event) }, this.#text, element('button.primary', {}, 'Send'))),
      element('aside.side', { 'aria-label': `Who is in ${room.name}` },
        this.#roster.node,
        element('button.quiet', { type: 'button', onclick: leave, 'aria-label': `Leave ${room.name}` }, 'Leave room')));
    room.on('message', (message) => this.#show(message));
    room.on('gap', ({ from, to, count, isNewEpoch }) => this.#note(isNewEpoch
      ? 'The room lost its history and began anew.'
      : from === null ? `${count} short-lived messages were skipped.` : `Messages ${from} to ${to} are no longer kept.`));
  }

  join() {
    this.#typing.start();
    return this.room.join({ tail: Tail });
  }

  /** The panel has come to the front. */
  shown() {
    this.#scrollToEnd();
    this.#text.focus({ preventScroll: true });
  }

  /** The page was hidden, or shown again. */
  showAttention() {
    this.#typing.attentionChanged();
  }

  async #say(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === '') return;
    this.#text.value = '';
    this.#error.textContent = '';
    this.#typing.typed(false);
    const draft = this.#addDraft(text);
    try {
      const { offset } = await this.room.publish(SaidEvent, { text, name: this.#user.username, draft: draft.id });
      draft.node.querySelector('.offset').textContent = `#${offset}`;
    } catch (error) {
      this.#drafts.delete(draft.id);
      draft.node.remove();
      this.#error.textContent = `"${text}" was not sent: ${error.message}`;
    }
  }

  /** Shown at once, pale until the room has it. */
  #addDraft(text) {
    const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    const node = this.#line({ sender: this.#user.id, name: this.#user.username, text, time: Date.now(), offset: null });
    node.classList.add('draft');
    this.#drafts.set(id, node);
    this.#append(node, true);
    return { id, node };
  }

  #show({ offset, event, payload, sender, time }) {
    const isSaid = event === SaidEvent && typeof payload?.text === 'string';
    const name = isSaid && typeof payload.name === 'string' ? payload.name : this.#roster.nameOf(sender);
    const node = isSaid
      ? this.#line({ sender, name, text: payload.text, time, offset })
      : this.#line({ sender, name, text: showData(payload), event, time, offset });
    const draft = sender === this.#user.id ? this.#drafts.get(payload?.draft) : undefined;
    this.#drafts.delete(payload?.draft);
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    // The room's order decides where it stands, also for one's own.
    draft?.remove();
    this.#append(node, isAtEnd || draft !== undefined);
    this.#received();
  }

  #line({ sender, name, text, event = null, time, offset }) {
    const isOwn = sender === this.#user.id;
    return element(`li.message${isOwn ? '.own' : ''}`, {},
      element('div.message-head', {},
        element('strong', { title: sender ?? '' }, isOwn ? 'You' : name),
        element('time', { dateTime: new Date(time).toISOString(), title: new Date(time).toLocaleString() }, formatTime(time)),
        element('span.offset', { title: 'Offset in the room' }, offset === null ? '…' : offset === 0 ? '' : `#${offset}`)),
      event === null ? element('p', {}, text) : element('p.data', {}, element('span.event', {}, event), ' ', element('code', {}, text)));
  }

  #note(sentence) {
    this.#append(element('li.note', {}, sentence), true);
  }

  #append(node, isFollowed) {
    this.#list.append(node);
    while (this.#list.childElementCount > MaxShown) this.#list.firstElementChild.remove();
    if (isFollowed) this.#scrollToEnd();
  }

  #scrollToEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

function showData(value) {
  const text = JSON.stringify(value, (_, item) =>
    typeof item === 'bigint' ? String(item) : item instanceof Uint8Array ? `(${item.length} bytes)` : item);
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
