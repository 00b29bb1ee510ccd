// The page in a real browser, from registering to watching the result and talking in a room.
//   node tests/page/page.e2e.mjs URL CLIP [SCREENSHOT-FOLDER]
// The users are ann and bob; SUFFIX=-2 makes them ann-2 and bob-2 on a server that knows the first two already.
// Prints one line a step and exits 0, or tells what went wrong and exits 1.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { playwright } from './dependencies.mjs';

const [url, clip, pictures] = process.argv.slice(2);
if (!url || !clip) {
  console.error('usage: node page.e2e.mjs URL CLIP [SCREENSHOT-FOLDER]');
  process.exit(2);
}

/** Long enough for a slow machine to convert a clip of some seconds; nothing waits for it to pass. */
const PatienceMs = 90_000;

const { chromium } = playwright();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
});
const complaints = [];
const suffix = process.env.SUFFIX ?? '';
const lobby = `chat:lobby${suffix}`;

try {
  const ann = await open('light');
  await picture(ann, 'sign-in');
  await refusesWrongPassword(ann);
  await register(ann, `ann${suffix}`);
  await convertsAVideo(ann);
  const bob = await open('dark');
  await register(bob, `bob${suffix}`);
  await talk(ann, bob);
  await survivesAReload(ann);
  await showsTheWire(ann);
  await picture(bob, 'dark');
  await ann.setViewportSize({ width: 400, height: 860 });
  await picture(ann, 'narrow');
  await signsOut(bob, ann);
  assert.deepEqual(complaints, [], 'the browser complained');
  console.log('ok');
} catch (error) {
  console.error(error.stack ?? error);
  for (const complaint of complaints) console.error(`browser: ${complaint}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}

/** A page of its own, as another person on another machine would have it. */
async function open(colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme });
  context.setDefaultTimeout(PatienceMs);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused sign-in and a broken line are part of the test, and the browser mentions them.
    if (message.type() === 'error' && !/status of 401|ERR_CONNECTION_RESET/.test(message.text())) complaints.push(message.text());
  });
  const response = await page.goto(url);
  assert.match(response.headers()['content-security-policy'] ?? '', /default-src 'self'/, 'the page has a Content-Security-Policy');
  return page;
}

async function refusesWrongPassword(page) {
  await page.getByLabel('User name').fill(`nobody${suffix}`);
  await page.getByLabel('Password').fill('not the password');
  await page.locator('#account-submit').click();
  await page.locator('#account-error').filter({ hasText: /\S/ }).waitFor();
  step('a wrong password is refused with a sentence', await page.locator('#account-error').textContent());
}

async function register(page, name) {
  await page.getByRole('button', { name: 'Register' }).click();
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Email').fill(`${name}@example.org`);
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.locator('#connection[data-status=connected]').waitFor();
  await page.locator('#fact-latency').filter({ hasText: 'ms' }).waitFor();
  step(`${name} is connected`, await page.locator('#fact-latency').textContent());
}

async function convertsAVideo(page) {
  // Every value that the bar ever shows, as the page shows it.
  await page.evaluate(() => {
    window.percents = [];
    new MutationObserver(() => {
      for (const label of document.querySelectorAll('.job .percent')) {
        const percent = Number.parseInt(label.textContent, 10);
        if (!Number.isNaN(percent) && window.percents.at(-1) !== percent) window.percents.push(percent);
      }
    }).observe(document.getElementById('jobs'), { subtree: true, childList: true, characterData: true });
  });
  // The line breaks once, in the middle of the file.
  let patchCount = 0;
  await page.route('**/upload/*', (route) =>
    route.request().method() === 'PATCH' && ++patchCount === 2 ? route.abort('connectionreset') : route.continue());
  await page.getByLabel('Convert to').selectOption('mp4-480p');
  await page.locator('#file').setInputFiles(clip);
  const job = page.locator('.job').first();
  await page.waitForFunction(() => window.percents.length >= 2);
  await picture(page, 'progress');
  await job.and(page.locator('[data-status=completed], [data-status=failed]')).waitFor();
  assert.equal(await job.getAttribute('data-status'), 'completed', `the job failed: ${await job.locator('.error').textContent()}`);
  assert.ok(patchCount >= 3, `the upload went on after it broke: ${patchCount} chunks`);
  await page.unroute('**/upload/*');
  const percents = await page.evaluate(() => window.percents);
  assert.ok(new Set(percents).size >= 2, `the bar moved: ${percents}`);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b), 'the bar never went back');
  step('the bar moved', percents.join(' '));

  await job.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(() => {
    const video = document.querySelector('.job video');
    return video !== null && video.readyState >= 2 && video.currentTime > 0.2;
  });
  const played = await page.evaluate(() => {
    const { currentTime, duration, videoWidth, videoHeight } = document.querySelector('.job video');
    return { currentTime, duration, videoWidth, videoHeight };
  });
  assert.ok(played.videoWidth > 0 && played.duration > 0);
  step('the result plays', JSON.stringify(played));
}

async function talk(ann, bob) {
  for (const page of [ann, bob]) {
    await page.getByLabel('Room to join').fill(lobby);
    await page.getByRole('button', { name: 'Join' }).click();
  }
  for (const page of [ann, bob]) {
    for (const name of ['ann', 'bob']) await page.locator('.roster li').filter({ hasText: `${name}${suffix}` }).waitFor();
  }
  step('both are in the roster of both');
  await say(ann, 'Hello Bob, the clip is ready.');
  await bob.locator('.message:not(.own)').filter({ hasText: 'Hello Bob' }).waitFor();
  await say(bob, 'Great, watching it now!');
  await ann.locator('.message:not(.own)').filter({ hasText: 'watching it now' }).waitFor();
  for (const page of [ann, bob]) {
    const texts = await page.locator('.message p').allTextContents();
    assert.deepEqual(texts.slice(-2), ['Hello Bob, the clip is ready.', 'Great, watching it now!'], 'both see the same order');
    assert.equal(new Set(await page.locator('.message .offset').allTextContents()).size, texts.length, 'every message has its own offset');
  }
  step('messages went both ways');
  await bob.getByPlaceholder(`Message ${lobby}`).pressSequentially('One more th');
  await ann.locator('.typing').filter({ hasText: `bob${suffix} is typing` }).waitFor();
  await ann.locator('.roster li[data-state=typing]').waitFor();
  step('typing is seen');
  await picture(ann, 'page');
}

async function say(page, text) {
  await page.getByPlaceholder(`Message ${lobby}`).fill(text);
  await page.getByPlaceholder(`Message ${lobby}`).press('Enter');
  await page.locator('.message.own:not(.draft)').filter({ hasText: text }).waitFor();
}

async function survivesAReload(page) {
  await page.reload();
  await page.locator('#connection[data-status=connected]').waitFor();
  await page.locator('.job[data-status=completed]').waitFor();
  await page.locator('.message').filter({ hasText: 'watching it now' }).waitFor();
  step('a reload shows the same again, without signing in');
}

async function showsTheWire(page) {
  await page.locator('#wire summary').click();
  await say(page, 'What does this look like on the wire?');
  await page.locator('.frames li.out').filter({ hasText: 'publish' }).waitFor();
  await page.locator('.frames li.in').filter({ hasText: 'ack' }).waitFor();
  step('the wire shows publish and ack');
  await picture(page, 'wire', true);
}

async function signsOut(page, other) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  await other.locator('.roster li').filter({ hasText: `bob${suffix}` }).waitFor({ state: 'detached' });
  step('who signs out leaves the roster');
}

async function picture(page, name, fullPage = false) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
}

function step(what, detail = '') {
  console.log(detail === '' ? what : `${what}: ${detail}`);
}
