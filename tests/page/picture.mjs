// Makes the picture of the README from a running gateway:
//   node tests/page/picture.mjs URL CLIP OUT.png
// One video is ready and plays, another is being converted, ann and bob talk, and the wire shows how.
import { playwright } from './dependencies.mjs';

const [url, clip, out] = process.argv.slice(2);
const browser = await playwright().chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
});
try {
  const [ann, bob] = [await enter('ann'), await enter('bob')];
  await ann.locator('#file').setInputFiles(clip);
  await ann.locator('.job[data-status=completed]').waitFor();
  for (const page of [ann, bob]) await page.getByRole('button', { name: 'Join' }).click();
  for (const page of [ann, bob]) await page.locator('.roster li').filter({ hasText: 'bob' }).waitFor();
  await say(ann, 'Uploading the clip from the launch now.');
  await say(bob, 'I can see this room, and you in it. How far is it?');
  await say(ann, 'Done already: 720p, ready to play.');
  await ann.getByRole('button', { name: 'Play' }).click();
  await ann.waitForFunction(() => document.querySelector('video')?.currentTime > 1.2);
  await ann.evaluate(() => document.querySelector('video').pause());
  await ann.locator('#wire summary').click();
  await say(bob, 'Nice. I will take the 480p one as well.');
  await ann.getByLabel('Convert to').selectOption('mp4-480p');
  await ann.locator('#file').setInputFiles(clip);
  await bob.getByPlaceholder('Message chat:lobby').pressSequentially('One more thi');
  await ann.waitForFunction(() => Number.parseInt(document.querySelector('.job[data-status=running] .percent')?.textContent, 10) > 30);
  await bob.getByPlaceholder('Message chat:lobby').pressSequentially('n');
  await ann.locator('.roster li[data-state=typing]').waitFor();
  await ann.evaluate(() => scrollTo(0, 0));
  await ann.screenshot({ path: out, fullPage: true });
} finally {
  await browser.close();
}

async function enter(name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  await page.getByRole('button', { name: 'Register' }).click();
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Email').fill(`${name}@example.org`);
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.locator('#connection[data-status=connected]').waitFor();
  return page;
}

async function say(page, text) {
  await page.getByPlaceholder('Message chat:lobby').fill(text);
  await page.getByPlaceholder('Message chat:lobby').press('Enter');
  await page.locator('.message.own:not(.draft)').filter({ hasText: text }).waitFor();
}
