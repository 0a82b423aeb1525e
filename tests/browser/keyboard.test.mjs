// Signing in and logging with the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertCalm, openBrowser, openPage, settled } from './browser.mjs';
import { tabTo } from './journey.mjs';
import { startServer } from './server.mjs';

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function typeInto(page, label, text) {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
}

async function pickByKeys(page, label, name) {
  await tabTo(page, page.getByRole('combobox', { name: label, exact: true }));
  await page.keyboard.type(name);
  await page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `Remove ${name}` }).waitFor();
}

test('a member signs in and logs with the keyboard alone', async () => {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await settled(page);
  await tabTo(page, page.getByLabel('E-mail address'));
  await page.keyboard.type('larch@upheld.example');
  await tabTo(page, page.getByLabel('Password'));
  await page.keyboard.type('upheld-demo');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Feed', level: 1 }).waitFor();

  const navigation = page.getByRole('navigation', { name: 'Main', exact: true });
  // The heading has the focus after signing in; the navigation stands before it.
  await tabTo(page, navigation.getByRole('link', { name: 'Log', exact: true }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Log what you saw', level: 1 }).waitFor();

  await tabTo(page, page.getByRole('radio', { name: 'A value was upheld' }));
  await page.keyboard.press('Space');
  await pickByKeys(page, 'People', 'Heath');
  await pickByKeys(page, 'Venue', 'Mobile retrospective');
  await tabTo(page, page.getByRole('checkbox', { name: 'Reflection', exact: true }));
  await page.keyboard.press('Space');
  await typeInto(page, 'In one line', 'Asked what we would do otherwise');
  await typeInto(page, 'Situation', 'The retrospective was about to end with "all fine".');
  await typeInto(page, 'Behaviour', 'Heath asked everybody for one thing to do otherwise next time.');
  await typeInto(page, 'Impact', 'Two changes came of it, and one of them has saved a day already.');
  await tabTo(page, page.getByRole('button', { name: 'Send', exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sent', level: 1 }).waitFor();
  assertCalm(page);
  await page.context().close();
});

test('the skip link leads past the navigation', async () => {
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  await settled(page);
  await page.getByRole('link', { name: 'Skip to the content' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  assertCalm(page);
  await page.context().close();
});
