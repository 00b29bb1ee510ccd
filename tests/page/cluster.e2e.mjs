// The page of a cluster in a real browser: who is there, who owns what, and what is seen when a node dies.
//   node tests/page/cluster.e2e.mjs URL PID NODE [SCREENSHOT-FOLDER]
// URL is a node that stays, PID the process of the node named NODE, which is killed on the way; '-' for a node that is alone.
// Prints one line a step and exits 0, or tells what went wrong and exits 1.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { playwright } from './dependencies.mjs';

const [url, pid, victim, pictures] = process.argv.slice(2);
if (!url || !pid) {
  console.error('usage: node cluster.e2e.mjs URL PID NODE [SCREENSHOT-FOLDER]');
  process.exit(2);
}

/** Far beyond a take-over on a slow machine. */
const PatienceMs = 60_000;

const ShardCount = 256;

const browser = await playwright().chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const complaints = [];
try {
  const page = await open();
  if (pid === '-') await showsThatItIsAlone(page);
  else {
    await showsTheNodes(page);
    await showsADeath(page);
  }
  assert.deepEqual(complaints, [], 'the browser complained');
  console.log('ok');
} catch (error) {
  console.error(error.stack ?? error);
  for (const complaint of complaints) console.error(`browser: ${complaint}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}

async function open() {
  // Without transitions, so that no picture is taken in the middle of one.
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PatienceMs);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(url);
  await page.getByRole('button', { name: 'Register' }).click();
  await page.getByLabel('User name').fill('cleo');
  await page.getByLabel('Email').fill('cleo@example.org');
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.locator('#connection[data-status=connected]').waitFor();
  return page;
}

async function showsThatItIsAlone(page) {
  await page.locator('#cluster-summary').filter({ hasText: 'is alone' }).waitFor();
  assert.equal(await page.locator('.node').count(), 0);
  assert.ok(await page.locator('#cluster-shards').isHidden());
  console.log(`alone: ${await page.locator('#cluster-summary').textContent()}`);
  await picture(page, 'alone');
}

async function showsTheNodes(page) {
  await page.locator('#cluster[data-state=whole]').waitFor();
  const names = await page.locator('.node strong').allTextContents();
  assert.ok(names.includes(victim) && names.length >= 2, `the nodes are ${names}`);
  assert.equal(await page.locator('.shards span').count(), ShardCount);
  const counts = (await page.locator('.node-shards').allTextContents()).map((text) => Number.parseInt(text, 10));
  assert.equal(counts.reduce((sum, count) => sum + count, 0), ShardCount);
  // Each node has a colour, and as many shards of it as it says.
  for (const [place, name] of names.entries()) {
    const colour = await page.locator(`.node[data-node=${name}]`).getAttribute('data-colour');
    assert.equal(await page.locator(`.shards [data-colour="${colour}"]`).count(), counts[place]);
  }
  const here = page.locator('.node', { has: page.locator('.badge') });
  assert.equal(await here.locator('strong').textContent(), await page.locator('#fact-node').textContent());
  console.log(`the nodes: ${names.map((name, place) => `${name} ${counts[place]}`).join(', ')}`);
  await picture(page, 'whole');
}

async function showsADeath(page) {
  const lost = page.locator(`.node[data-node=${victim}]`);
  const colour = await lost.getAttribute('data-colour');
  process.kill(Number(pid), 'SIGKILL');
  await lost.and(page.locator('[data-status=dead]')).waitFor();
  await page.waitForFunction((colour) => document.querySelectorAll(`.shards [data-colour="${colour}"], .shards [data-colour=none]`).length === 0, colour);
  assert.equal(await lost.locator('.node-shards').textContent(), '0 shards');
  assert.match(await page.locator('#cluster-summary').textContent(), /every shard has an owner/);
  console.log(`after a death: ${await page.locator('#cluster-summary').textContent()}`);
  await picture(page, 'death');
}

async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(pictures, `cluster-${name}-${colorScheme}.png`), fullPage: true });
  }
}
