import { byId } from './dom.js';

const ShownMs = 8_000;

let timer = null;

/** Tells something that belongs to no part of the page in particular. @param {string} sentence */
export function notify(sentence) {
  const notice = byId('notice');
  notice.textContent = sentence;
  notice.hidden = sentence === '';
  clearTimeout(timer);
  if (sentence !== '') timer = setTimeout(() => (notice.hidden = true), ShownMs);
}
