/** The longest delay that setTimeout takes; it fires at once for a longer one. */
const MaxTimeoutMs = 0x7fff_ffff;

/**
 * Where time and chance come from, so that tests can set both.
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since 1970
 * @property {(delayMs: number, action: () => void) => () => void} after runs the action once; the function returned cancels it
 * @property {() => number} random 0 to 1, 1 excluded
 */

/** @type {Clock} */
export const systemClock = Object.freeze({
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.min(Math.max(delayMs, 0), MaxTimeoutMs));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
});
