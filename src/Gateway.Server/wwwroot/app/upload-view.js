import { byId } from './dom.js';
import { Upload } from './upload.js';
import { UploadCard } from './upload-card.js';

/** Choosing, dropping and sending files; one after the other, in the order chosen. */
export class UploadView {
  #api;
  #uploaded;
  #queue = [];
  #isRunning = false;
  #list = byId('uploads');

  /** @param {import('./api.js').Api} api @param {(job: object|null) => void} uploaded */
  constructor(api, uploaded) {
    this.#api = api;
    this.#uploaded = uploaded;
    const input = byId('file');
    const zone = byId('drop');
    zone.addEventListener('submit', (event) => event.preventDefault());
    input.addEventListener('change', () => {
      this.#add([...input.files]);
      // The same file may be chosen again.
      input.value = '';
    });
    zone.addEventListener('dragover', (event) => {
      event.preventDefault();
      zone.classList.add('over');
    });
    zone.addEventListener('dragleave', (event) => {
      if (!zone.contains(event.relatedTarget)) zone.classList.remove('over');
    });
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      zone.classList.remove('over');
      this.#add([...event.dataTransfer.files]);
    });
  }

  /** The user has signed out: nothing of theirs stays, neither on the page nor on its way. */
  clear() {
    for (const upload of this.#queue.splice(0)) upload.pause();
    this.#list.replaceChildren();
  }

  #add(files) {
    for (const file of files) {
      const upload = new Upload(this.#api, file, byId('preset').value);
      upload.on('done', this.#uploaded);
      this.#list.append(new UploadCard(upload).node);
      this.#queue.push(upload);
    }
    this.#work();
  }

  async #work() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let upload = this.#queue[0]; upload !== undefined; upload = this.#queue[0]) {
      if (upload.state === 'waiting') await upload.run();
      if (this.#queue[0] === upload) this.#queue.shift();
    }
    this.#isRunning = false;
  }
}
