import { element } from './dom.js';
import { formatBytes, formatDuration, formatSeconds, formatTime } from './format.js';

const statusNames = { queued: 'Waiting', running: 'Converting', completed: 'Ready', failed: 'Failed', cancelled: 'Cancelled' };

const presetNames = {
  'mp4-1080p': 'MP4 1080p',
  'mp4-720p': 'MP4 720p',
  'mp4-480p': 'MP4 480p',
  webm: 'WebM',
  audio: 'Audio',
  gif: 'GIF',
};

/** One job in the list: thumbnail, what it is, how far it is, its result, and the buttons that make sense now. */
export class JobCard {
  #actions;
  #status = element('span.badge');
  #thumbnail = element('div.thumbnail', { 'aria-hidden': 'true' });
  #meta = element('span.facts-line');
  #bar = element('progress', { max: 100, value: 0 });
  #percent = element('span.percent');
  #progress;
  #stage = element('span.facts-line');
  #error = element('p.error');
  #player = element('div.player', { hidden: true });
  #play;
  #download = element('a.button.quiet', { download: '' }, 'Download');
  #retry;
  #remove;

  /**
   * @param {import('./job.js').Job} job
   * @param {{ retry: (job: object) => Promise<void>, remove: (job: object) => Promise<void>, refresh: (job: object) => Promise<void> }} actions
   */
  constructor(job, actions) {
    this.job = job;
    this.#actions = actions;
    this.#play = element('button.primary', { type: 'button', onclick: () => this.#togglePlayer() }, 'Play');
    this.#retry = element('button.quiet', { type: 'button', onclick: () => this.#run(actions.retry) }, 'Retry');
    this.#remove = element('button.quiet', { type: 'button', onclick: () => this.#run(actions.remove) });
    this.#progress = element('div.progress-line', {}, this.#bar, this.#percent);
    this.node = element('li.item.job', { 'data-id': job.id },
      this.#thumbnail,
      element('div.item-body', {},
        element('div.item-head', {}, element('strong.name', { title: job.filename }, job.filename), this.#status),
        this.#meta,
        this.#progress,
        this.#stage,
        this.#error,
        element('div.actions', {}, this.#play, this.#download, this.#retry, this.#remove)),
      this.#player);
    this.show();
  }

  /** Draws what the job is now. */
  show() {
    const { job } = this;
    const isReady = job.status === 'completed';
    this.node.dataset.status = job.status;
    this.#status.textContent = statusNames[job.status] ?? job.status;
    this.#meta.textContent = this.#describe();
    this.#showProgress();
    this.#error.textContent = job.status === 'failed' ? job.error?.message ?? 'The conversion failed.' : '';
    this.#showThumbnail();
    this.#play.hidden = !isReady;
    this.#download.hidden = !isReady;
    if (isReady && job.downloadUrl) this.#download.href = job.downloadUrl;
    this.#retry.hidden = job.status !== 'failed' && job.status !== 'cancelled';
    this.#remove.textContent = job.hasEnded ? 'Delete' : 'Cancel';
    this.#remove.hidden = job.cancelRequested && !job.hasEnded;
    this.#remove.setAttribute('aria-label', `${this.#remove.textContent} ${job.filename}`);
    if (!isReady) this.#closePlayer();
  }

  #describe() {
    const { job } = this;
    const parts = [presetNames[job.preset] ?? job.preset];
    if (job.durationSeconds) parts.push(formatDuration(job.durationSeconds));
    if (job.width && job.height) parts.push(`${job.width} × ${job.height}`);
    if (job.inputBytes) parts.push(job.outputBytes ? `${formatBytes(job.inputBytes)} → ${formatBytes(job.outputBytes)}` : formatBytes(job.inputBytes));
    if (job.createdAt) parts.push(formatTime(Date.parse(job.createdAt)));
    return parts.join(' · ');
  }

  #showProgress() {
    const { job } = this;
    const isRunning = !job.hasEnded;
    this.#progress.hidden = !isRunning;
    this.#stage.hidden = !isRunning;
    if (!isRunning) return;
    const percent = job.progress ?? 0;
    if (job.status === 'queued') this.#bar.removeAttribute('value');
    else this.#bar.value = percent;
    this.#bar.setAttribute('aria-label', `Conversion of ${job.filename}`);
    this.#percent.textContent = job.status === 'queued' ? '' : `${Math.floor(percent)} %`;
    const isStopping = job.cancelRequested;
    const parts = [isStopping ? 'Stopping' : job.status === 'queued' ? 'In the queue' : capitalize(job.stage ?? 'starting')];
    if (job.fps) parts.push(`${Math.round(job.fps)} fps`);
    if (job.speed) parts.push(`${job.speed.toFixed(1)}× speed`);
    if (job.etaSeconds !== null && job.etaSeconds !== undefined) parts.push(`${formatSeconds(job.etaSeconds)} left`);
    this.#stage.textContent = parts.join(' · ');
  }

  #showThumbnail() {
    const { thumbnailUrl } = this.job;
    const shown = this.#thumbnail.firstElementChild;
    if (!thumbnailUrl) this.#thumbnail.replaceChildren();
    // The signature in the address changes; the picture does not.
    else if (shown?.dataset.path !== pathOf(thumbnailUrl)) {
      const image = element('img', { src: thumbnailUrl, alt: '', loading: 'lazy', onerror: () => image.remove() });
      image.dataset.path = pathOf(thumbnailUrl);
      this.#thumbnail.replaceChildren(image);
    }
  }

  async #togglePlayer() {
    if (!this.#player.hidden) {
      this.#closePlayer();
      return;
    }
    // The signed address in the list may have run out since.
    await this.#run(this.#actions.refresh);
    const { job } = this;
    if (!job.downloadUrl) return;
    const src = job.playUrl ?? job.downloadUrl;
    const player = job.preset === 'gif'
      ? element('img', { src, alt: `Preview of ${job.filename}` })
      : element(job.preset === 'audio' ? 'audio' : 'video', { src, controls: true, autoplay: true, playsInline: true, preload: 'auto' });
    player.addEventListener('error', () => this.#fail(new Error('The result cannot be played here; download it instead.')));
    this.#player.replaceChildren(player);
    this.#player.hidden = false;
    this.#play.textContent = 'Close';
    this.#play.setAttribute('aria-expanded', 'true');
  }

  #closePlayer() {
    this.#player.replaceChildren();
    this.#player.hidden = true;
    this.#play.textContent = 'Play';
    this.#play.setAttribute('aria-expanded', 'false');
  }

  async #run(action) {
    const buttons = [this.#play, this.#retry, this.#remove];
    for (const button of buttons) button.disabled = true;
    try {
      await action(this.job);
    } catch (problem) {
      this.#fail(problem);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  #fail(problem) {
    this.#error.textContent = problem.message;
  }
}

function pathOf(url) {
  return url.split('?')[0];
}

function capitalize(text) {
  return text.charAt(0).toUpperCase() + text.slice(1).replaceAll('_', ' ').replaceAll('-', ' ');
}
