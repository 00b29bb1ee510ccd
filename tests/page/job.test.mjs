import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Job } from '../../src/Gateway.Server/wwwroot/app/job.js';

const queued = { id: 'j', status: 'queued', attempt: 0, progress: 0, updatedAt: '2026-01-01T00:00:00.5+00:00', filename: 'a.mp4' };
const running = { ...queued, status: 'running', attempt: 1, progress: 20, updatedAt: '2026-01-01T00:00:01+00:00' };
const completed = { ...running, status: 'completed', progress: 100, updatedAt: '2026-01-01T00:00:09+00:00', downloadUrl: '/x' };
const progress = (percent, attempt = 1) => ({ id: 'j', status: 'running', attempt, progress: percent, stage: 'encoding' });

describe('job', () => {
  test('follows its events', () => {
    const job = new Job(queued);
    job.apply('job:progress', progress(10));
    assert.deepEqual([job.status, job.progress, job.stage, job.filename], ['running', 10, 'encoding', 'a.mp4']);
    job.apply('job:complete', { id: 'j', status: 'completed', attempt: 1, progress: 100 });
    assert.equal(job.hasEnded, true);
  });

  test('a reading that comes after the end changes nothing, one of a new attempt does', () => {
    const job = new Job(completed);
    job.apply('job:progress', progress(97));
    assert.equal(job.status, 'completed');
    job.apply('job:progress', progress(3, 2));
    assert.deepEqual([job.status, job.progress], ['running', 3]);
  });

  test('an answer that was overtaken changes nothing', () => {
    const job = new Job(completed);
    job.refresh(queued);
    assert.equal(job.status, 'completed');
    job.refresh({ ...running, updatedAt: completed.updatedAt });
    assert.equal(job.status, 'completed');
  });

  test('the bar does not go back within an attempt', () => {
    const job = new Job(running);
    job.apply('job:progress', progress(60));
    job.refresh({ ...running, progress: 55 });
    assert.equal(job.progress, 60);
    job.refresh({ ...running, attempt: 2, progress: 5 });
    assert.equal(job.progress, 5);
  });

  test('asked for again, it waits again', () => {
    const job = new Job({ ...completed, status: 'failed' });
    job.refresh({ ...queued, attempt: 1, updatedAt: '2026-01-01T00:01:00+00:00' });
    assert.equal(job.status, 'queued');
  });

  test('the answer after the end brings the links', () => {
    const job = new Job(running);
    job.apply('job:complete', { id: 'j', status: 'completed', attempt: 1, progress: 100 });
    job.refresh(completed);
    assert.equal(job.downloadUrl, '/x');
  });
});
