import { element } from './dom.js';

/** Beyond this the names say less than their number. */
const MaxShown = 50;

/** Who is in a room and what they are doing. */
export class RosterList {
  #room;
  #user;
  #tellTyping;
  #title = element('h3', {}, 'Here');
  #list = element('ul.roster');

  /**
   * @param {import('../gateway/room.js').Room} room
   * @param {{ id: string }} user
   * @param {(sentence: string) => void} tellTyping
   */
  constructor(room, user, tellTyping) {
    this.#room = room;
    this.#user = user;
    this.#tellTyping = tellTyping;
    this.node = element('div', {}, this.#title, this.#list);
    room.on('presence', () => this.#show());
    room.on('left', () => this.#show());
  }

  /** A member says its name along with its state; without one its id stands for it. */
  nameOf(id) {
    if (id === null || id === undefined) return 'gateway';
    const name = this.#room.roster.get(id)?.data?.name;
    return typeof name === 'string' ? name : id.length > 12 ? `…${id.slice(-6)}` : id;
  }

  #show() {
    const { roster } = this.#room;
    this.#title.textContent = `Here (${roster.count})`;
    const members = [...roster.members].sort((a, b) => a.since - b.since);
    this.#list.replaceChildren(...members.slice(0, MaxShown).map((member) => this.#row(member)));
    if (roster.count > Math.min(members.length, MaxShown)) {
      this.#list.append(element('li.more', {}, `and ${roster.count - Math.min(members.length, MaxShown)} more`));
    }
    this.#tellTyping(this.#typingSentence(members));
  }

  #row({ user, connections, state }) {
    const isSelf = user === this.#user.id;
    return element('li', { 'data-state': state ?? 'active', title: user },
      element('span.dot', { 'aria-hidden': 'true' }),
      element('span.who', {}, this.nameOf(user), isSelf ? element('span.self', {}, ' (you)') : null),
      element('span.state', {}, connections > 1 ? `${state ?? 'here'} ×${connections}` : state ?? 'here'));
  }

  #typingSentence(members) {
    const names = members.filter(({ user, state }) => state === 'typing' && user !== this.#user.id).map(({ user }) => this.nameOf(user));
    if (names.length === 0) return '';
    if (names.length > 2) return `${names.length} people are typing …`;
    return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} typing …`;
  }
}
