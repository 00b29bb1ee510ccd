import { byId } from './dom.js';
import { Job } from './job.js';
import { JobCard } from './job-card.js';

/** `job:error` also tells that a job was cancelled: its status says so. */
const events = new Set(['job:progress', 'video:progress', 'job:complete', 'job:error']);

/**
 * The user's jobs, newest first. The list comes over HTTP once (and after a gap); from then on the room `user:{id}` says what changes:
 * nothing is polled.
 */
export class JobsView {
  #api;
  #fail;
  /** By id. @type {Map<string, JobCard>} */
  #cards = new Map();
  /** Events of jobs that a list under way may not have yet. */
  #early = [];
  #isLoading = false;
  #list = byId('jobs');
  #more = byId('jobs-more');
  #next = null;

  /** @param {import('./api.js').Api} api @param {(problem: Error) => void} fail */
  constructor(api, fail) {
    this.#api = api;
    this.#fail = fail;
    this.#more.addEventListener('click', () => this.#loadMore());
  }

  /** Follows the room. @param {import('../gateway/room.js').Room} room */
  follow(room) {
    room.on('message', (message) => this.#apply(message));
    // Progress is not kept by the room; after an absence the list has the newest.
    room.on('joined', () => this.load());
    room.on('gap', () => this.load());
  }

  async load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { jobs, next } = await this.#api.jobs();
      const ids = new Set(jobs.map(({ id }) => id));
      for (const id of this.#cards.keys()) if (!ids.has(id)) this.#take(id);
      for (const json of jobs.reverse()) this.put(json);
      this.#showNext(next);
    } catch (problem) {
      if (!problem.isPermanent) this.#fail(problem);
    } finally {
      this.#isLoading = false;
      for (const message of this.#early.splice(0)) this.#apply(message);
    }
  }

  /** Shows a job that is new or has changed. @param {object} json @param {boolean} [isOlder] than all that are shown */
  put(json, isOlder = false) {
    const card = this.#cards.get(json.id);
    if (card !== undefined) {
      card.job.refresh(json);
      card.show();
      return;
    }
    const added = new JobCard(new Job(json), {
      retry: async ({ id }) => this.put(await this.#api.retry(id)),
      remove: (job) => this.#remove(job),
      refresh: async ({ id }) => this.put(await this.#api.job(id)),
    });
    this.#cards.set(json.id, added);
    if (isOlder) this.#list.append(added.node);
    else this.#list.prepend(added.node);
    this.#showEmpty();
  }

  clear() {
    this.#cards.clear();
    this.#list.replaceChildren();
    this.#showNext(null);
    this.#showEmpty();
  }

  async #loadMore() {
    this.#more.disabled = true;
    try {
      const { jobs, next } = await this.#api.jobs(this.#next);
      for (const json of jobs) this.put(json, true);
      this.#showNext(next);
    } catch (problem) {
      this.#fail(problem);
    } finally {
      this.#more.disabled = false;
    }
  }

  #apply({ event, payload }) {
    if (!events.has(event)) return;
    if (this.#isLoading) {
      this.#early.push({ event, payload });
      return;
    }
    const { id } = payload;
    const card = this.#cards.get(id);
    if (card === undefined) {
      // Uploaded in another window.
      this.#refresh(id);
      return;
    }
    const before = card.job.status;
    card.job.apply(event, payload);
    card.show();
    if (card.job.hasEnded && before !== card.job.status) {
      this.#announce(card.job);
      // Links and figures of the result are not part of the event.
      this.#refresh(id);
    }
  }

  async #refresh(id) {
    try {
      this.put(await this.#api.job(id));
    } catch (problem) {
      if (problem.status !== 404) this.#fail(problem);
    }
  }

  async #remove(job) {
    const wasOver = job.hasEnded;
    const answer = await this.#api.remove(job.id);
    if (wasOver) this.#take(job.id);
    else if (answer !== null) this.put(answer);
  }

  #take(id) {
    this.#cards.get(id)?.node.remove();
    this.#cards.delete(id);
    this.#showEmpty();
  }

  #announce(job) {
    const outcome = { completed: 'is ready', failed: 'could not be converted', cancelled: 'was cancelled' }[job.status];
    byId('jobs-announcer').textContent = `${job.filename} ${outcome}.`;
  }

  #showNext(next) {
    this.#next = next;
    this.#more.hidden = next === null;
  }

  #showEmpty() {
    byId('jobs-empty').hidden = this.#cards.size > 0;
  }
}
