/** Events by name. A listener that throws is reported and does not keep the others, or the next message, from being handled. */
export class Emitter {
  #listeners = new Map();

  /**
   * @param {string} event
   * @param {(value: any) => void} listener
   * @returns {() => void} takes the listener away again
   */
  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
    return () => this.#listeners.get(event).delete(listener);
  }

  /** @protected */
  emit(event, value) {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener(value);
      } catch (error) {
        console.error(`A listener of "${event}" failed:`, error);
      }
    }
  }

  /** Whether anybody listens: spares the making of what nobody sees. @protected */
  hasListeners(event) {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }
}
