const EndedStatuses = new Set(['completed', 'failed', 'cancelled']);

/**
 * A job as the page shows it, made of what HTTP answered and of the events that came since. The two are not in step: an event may
 * overtake an answer that was given before it.
 */
export class Job {
  /** @param {object} json of `GET /jobs/{id}` */
  constructor(json) {
    Object.assign(this, json);
  }

  get hasEnded() {
    return EndedStatuses.has(this.status);
  }

  /** An answer of HTTP: whole, but perhaps not the newest. @param {object} json */
  refresh(json) {
    if (Date.parse(json.updatedAt) < Date.parse(this.updatedAt)) return;
    const isSameAttempt = json.attempt <= this.attempt;
    // Once ended, an attempt runs no more; "queued" is another matter: it was asked for again.
    if (this.hasEnded && json.status === 'running' && isSameAttempt) return;
    const reached = isSameAttempt && this.status === 'running' && json.status === 'running' ? this.progress : 0;
    Object.assign(this, json, { progress: Math.max(json.progress, reached) });
  }

  /** An event of the room: the newest there is, but only some fields. @param {string} event @param {object} payload */
  apply(event, payload) {
    const isProgress = event === 'job:progress' || event === 'video:progress';
    // Progress is conflated and the end is not, so a last reading may come after it; that of a new attempt counts.
    if (isProgress && this.hasEnded && payload.attempt <= this.attempt) return;
    Object.assign(this, payload);
  }
}
