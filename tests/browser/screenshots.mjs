// Pictures of every page for people to look at: node screenshots.mjs FOLDER

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { enter, openBrowser, openPage, settled } from './browser.mjs';
import { OUTSIDE, VISITS } from './pages.mjs';
import { startServer } from './server.mjs';

const folder = process.argv[2] ?? 'screenshots';
await mkdir(folder, { recursive: true });
const server = await startServer();
const browser = await openBrowser();
let taken = 0;

async function take(person, pagesOf) {
  const first = await openPage(browser, server);
  const state = person === 'nobody' ? undefined : await enter(first, person);
  const pages = await pagesOf(first);
  await first.context().close();
  for (const width of [1280, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await openPage(browser, server, { width, colorScheme, state });
      for (const [name, address] of pages) {
        await page.goto(address);
        await settled(page).catch(() => console.error(`${person} ${name}: never settles`));
        await page.screenshot({ path: join(folder, `${person}-${name}-${width}-${colorScheme}.png`), fullPage: true });
        taken += 1;
      }
      for (const problem of page.problems) console.error(`${person} ${width} ${colorScheme}: ${problem}`);
      await page.context().close();
    }
  }
}

/** What the first screen of a leader's history shows: the picture of the README. */
async function takeForReadme() {
  const page = await openPage(browser, server);
  await enter(page, 'cedar');
  await page.goto('/history');
  await settled(page);
  await page.screenshot({ path: join(folder, 'readme.png') });
  await page.context().close();
}

try {
  await takeForReadme();
  await take('nobody', async () => OUTSIDE);
  for (const [person, pagesOf] of VISITS) await take(person, pagesOf);
  console.log(`${taken} pictures in ${folder}`);
} finally {
  await browser.close();
  await server.stop();
}
