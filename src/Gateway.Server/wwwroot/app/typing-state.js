/** Without a key for so long, somebody is no longer typing. */
const IdleMs = 4_000;

/** Turns keys and the page's visibility into `active`, `viewing` and `typing`, and tells changes only. */
export class TypingState {
  #tell;
  #told = null;
  #timer = null;

  /** @param {(state: string) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  start() {
    this.#become(this.#quietState());
  }

  /** A key was pressed. @param {boolean} hasText whether there is anything in the line */
  typed(hasText) {
    clearTimeout(this.#timer);
    if (!hasText) {
      this.#become(this.#quietState());
      return;
    }
    this.#become('typing');
    this.#timer = setTimeout(() => this.#become(this.#quietState()), IdleMs);
  }

  attentionChanged() {
    if (this.#told !== 'typing' || document.hidden) this.#become(this.#quietState());
  }

  #quietState() {
    return document.hidden ? 'viewing' : 'active';
  }

  #become(state) {
    if (state === this.#told) return;
    this.#told = state;
    this.#tell(state);
  }
}
