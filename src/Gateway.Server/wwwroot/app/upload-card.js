import { element } from './dom.js';
import { formatBytes, formatSeconds } from './format.js';

/** One upload in the list: name, progress bar, what happens, and the buttons that make sense now. */
export class UploadCard {
  #upload;
  #bar = element('progress', { max: 100, value: 0 });
  #facts = element('span.facts-line');
  #percent = element('span.percent', {}, '0 %');
  #pause = element('button.quiet', { type: 'button', onclick: () => this.#toggle() });
  #cancel = element('button.quiet', { type: 'button', onclick: () => this.#dismiss() });

  /** @param {import('./upload.js').Upload} upload */
  constructor(upload) {
    this.#upload = upload;
    const { name } = upload.file;
    this.#bar.setAttribute('aria-label', `Upload of ${name}`);
    this.node = element('li.item.upload', {},
      element('div.item-head', {}, element('strong.name', { title: name }, name), this.#percent),
      this.#bar,
      element('div.item-foot', {}, this.#facts, element('span.actions', {}, this.#pause, this.#cancel)));
    upload.on('changed', () => this.#show());
    this.#show();
  }

  #show() {
    const { state, sentBytes, file, bytesPerSecond, error } = this.#upload;
    const percent = file.size === 0 ? 0 : (sentBytes / file.size) * 100;
    this.#bar.value = percent;
    this.#percent.textContent = `${Math.floor(percent)} %`;
    this.#facts.textContent = this.#sentence(state, sentBytes, file.size, bytesPerSecond, error);
    this.node.classList.toggle('failed', state === 'failed');
    this.#pause.hidden = !['sending', 'retrying', 'paused', 'failed'].includes(state);
    this.#pause.textContent = state === 'paused' ? 'Resume' : state === 'failed' ? 'Try again' : 'Pause';
    this.#cancel.textContent = state === 'failed' ? 'Dismiss' : 'Cancel';
    if (state === 'done' || state === 'cancelled') this.node.remove();
  }

  #sentence(state, sentBytes, size, bytesPerSecond, error) {
    const amount = `${formatBytes(sentBytes)} of ${formatBytes(size)}`;
    switch (state) {
      case 'waiting': return 'Waiting for the one before';
      case 'paused': return `Paused at ${amount}`;
      case 'retrying': return `${error.message} Trying again from ${formatBytes(sentBytes)}.`;
      case 'failed': return error.message;
      default: {
        if (bytesPerSecond === 0) return `Uploading, ${amount}`;
        return `Uploading, ${amount}, ${formatBytes(bytesPerSecond)}/s, ${formatSeconds((size - sentBytes) / bytesPerSecond)} left`;
      }
    }
  }

  #toggle() {
    if (this.#upload.state === 'paused' || this.#upload.state === 'failed') this.#upload.resume();
    else this.#upload.pause();
  }

  #dismiss() {
    this.#upload.cancel();
  }
}
