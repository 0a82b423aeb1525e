// Every page by the rules of axe, at two widths, light and dark; nothing to scroll sideways; nothing in the console.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { ask, assertCalm, enter, openBrowser, openPage, settled } from './browser.mjs';
import { choose, logTwice } from './journey.mjs';
import { OUTSIDE, VISITS } from './pages.mjs';
import { startServer } from './server.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'];

let server;
let browser;
let axe;

before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  server = await startServer();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** What axe finds on the page as it is now, in a few words each. */
async function findings(page) {
  return page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }, TAGS);
}

/** Looks at the page in every width and scheme. */
async function inspect(page, name, problems) {
  await page.evaluate(axe);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const finding of await findings(page)) problems.push(`${name} ${width} ${colorScheme}: ${finding}`);
    }
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (sideways > 0) problems.push(`${name} ${width}: ${sideways} pixels too wide`);
  }
}

async function visit(page, pages) {
  const problems = [];
  for (const [name, address] of pages) {
    await page.goto(address);
    await settled(page).catch(() => problems.push(`${name}: never settles`));
    await inspect(page, name, problems);
  }
  assert.deepEqual(problems, []);
  assertCalm(page);
}

test('the pages before one is signed in', async () => {
  const page = await openPage(browser, server);
  await visit(page, OUTSIDE);
  await page.context().close();
});

for (const [id, pagesOf] of VISITS) {
  test(`the pages of ${id}`, async () => {
    const page = await openPage(browser, server);
    await enter(page, id);
    await visit(page, await pagesOf(page));
    await page.context().close();
  });
}

test('the menu of a narrow screen', async () => {
  const page = await openPage(browser, server, { width: 390 });
  await enter(page, 'cedar');
  await page.goto('/');
  await settled(page);
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('dialog', { name: 'Menu' }).waitFor();
  await page.evaluate(axe);
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Menu' }).waitFor({ state: 'hidden' });
  assertCalm(page);
  await page.context().close();
});

test('the form to log, open, incomplete, with a list under its field', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'larch');
  await page.goto('/log');
  await settled(page);
  const problems = [];
  for (const kind of ['A value was upheld', 'It fell short']) {
    await choose(page, 'What happened?', kind);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Please', { exact: false }).first().waitFor();
    await page.getByRole('combobox', { name: 'People', exact: true }).fill('a');
    await page.getByRole('option').first().waitFor();
    await inspect(page, `log, ${kind}`, problems);
  }
  assert.deepEqual(problems, []);
  assertCalm(page);
  await page.context().close();
});

test('the form to decide, with everything that it can ask', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'cedar');
  const { decisionQueue } = await ask(page, '{ decisionQueue(first: 50) { nodes { id kind viewerMay } } }');
  const lapse = decisionQueue.nodes.find(({ kind, viewerMay }) => kind === 'VIOLATED' && viewerMay.includes('decide'));
  await page.goto(`/incidents/${lapse.id}`);
  await settled(page);
  const problems = [];
  await choose(page, 'What is it?', 'Correction');
  for (const handling of ['In public', '1:1']) {
    await choose(page, 'Where do you handle it?', handling);
    await page.getByRole('button', { name: 'Record the decision' }).click();
    await page.getByText('Please', { exact: false }).first().waitFor();
    await inspect(page, `decide, ${handling}`, problems);
  }
  assert.deepEqual(problems, []);
  assertCalm(page);
  await page.context().close();
});

/** Opens a dialog by a button and looks at it. */
async function inspectDialog(page, path, button, name, problems) {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path);
  await settled(page);
  await page.getByRole('button', { name: button }).first().click();
  await page.getByRole('dialog', { name }).waitFor();
  await inspect(page, name, problems);
}

test('the dialogs', async () => {
  const [admin, leader] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  const problems = [];
  await enter(admin, 'hazel');
  await inspectDialog(admin, '/my-data', 'Save as JSON', 'Is it you?', problems);
  await inspectDialog(admin, '/account', 'Change the password', 'Change the password', problems);
  await inspectDialog(admin, '/account', 'Set it up', 'Set up the second factor', problems);
  await inspectDialog(admin, '/admin/people', 'Add a person', 'Add a person', problems);
  await inspectDialog(admin, '/admin/places', 'Add a team', 'Add a team', problems);
  await inspectDialog(admin, '/admin/places', 'Add a venue', 'Add a venue', problems);
  await enter(leader, 'cedar');
  const [twice] = await logTwice(leader);
  await inspectDialog(leader, `/incidents/${twice.id}`, /^Compare with/, 'Are they the same event?', problems);
  assert.deepEqual(problems, []);
  assertCalm(admin, leader);
  await admin.context().close();
  await leader.context().close();
});
