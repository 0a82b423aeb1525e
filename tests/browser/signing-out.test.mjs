// Whoever signs out leaves nothing behind for the next person at this machine.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { BROWSER, enter, ask, settled } from './browser.mjs';
import { startServer } from './server.mjs';

let server;
let profile;

before(async () => {
  server = await startServer();
  profile = await mkdtemp(join(tmpdir(), 'upheld-profile-'));
});

after(async () => {
  await server?.stop();
  if (profile) await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
});

/** What a page can still reach: its text, its address, and all that it could have stored. */
async function reachable() {
  const stored = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) stored.push(request.url);
  }
  for (const { name } of await indexedDB.databases()) stored.push(`database ${name}`);
  const workers = await navigator.serviceWorker.getRegistrations();
  return [document.documentElement.outerHTML, location.href, ...stored, ...workers.map((one) => one.scope)].join('\n');
}

async function files(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

test('after signing out the back button shows nothing, and nothing is stored', async () => {
  const canary = `Canary${crypto.randomUUID().replaceAll('-', '')}`;
  const context = await chromium.launchPersistentContext(profile, { ...BROWSER, baseURL: server.address });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto('/sign-in');
  await enter(page, 'moss');
  const { people, values, venues, viewer } = await ask(page,
    '{ people(first: 30) { nodes { id } } values { id } venues { id } viewer { id } }');
  const { logIncident } = await ask(page, 'mutation($input: LogIncidentInput!) { logIncident(input: $input) { incident { id } } }', {
    input: {
      key: crypto.randomUUID(), kind: 'UPHELD', subjectIds: [people.nodes.find(({ id }) => id !== viewer.id).id],
      valueIds: [values[0].id], venueId: venues[0].id, title: canary, situation: `In ${canary}.`, behaviour: 'B.', impact: 'I.',
      occurredOn: new Date().toISOString().slice(0, 10),
    },
  });
  const paths = ['/entries', `/incidents/${logIncident.incident.id}`, '/account'];
  for (const path of paths) {
    await page.goto(path);
    await settled(page);
  }
  assert.ok((await page.context().cookies()).some(({ name, httpOnly }) => name.startsWith('upheld') && httpOnly));
  await page.goto(paths[1]);
  await page.getByRole('heading', { name: canary }).waitFor();
  assert.ok((await page.evaluate(reachable)).includes(canary), 'the search finds what is there');

  const answer = page.waitForResponse((response) => response.request().postData()?.includes('signOut') ?? false);
  await page.evaluate(() => {
    const buttons = [...document.querySelectorAll('button')].filter((one) => one.textContent.trim() === 'Sign out');
    buttons[0].click();
  });
  const cleared = (await (await answer).allHeaders())['clear-site-data'];
  assert.ok(cleared?.includes('"cache"') && cleared.includes('"storage"'), `Clear-Site-Data: ${cleared}`);
  await page.waitForURL(/sign-in/);
  for (let back = 0; back < paths.length + 1; back += 1) {
    await page.goBack().catch(() => {});
    await page.waitForTimeout(700);
    if (!page.url().startsWith(server.address)) break;
    assert.ok(!(await page.evaluate(reachable)).includes(canary), `${page.url()} still has it`);
  }
  await page.goto(paths[1]);
  await page.waitForTimeout(1_000);
  assert.ok(!(await page.evaluate(reachable)).includes(canary), 'its address still shows it');
  const session = (await context.cookies()).find(({ name }) => /session|__Host-upheld$/.test(name));
  assert.equal(session, undefined, 'the session cookie is gone');
  await context.close();

  for (const file of await files(profile)) {
    const bytes = await readFile(file);
    // Text is kept as it is or with two bytes for a character.
    const found = bytes.includes(canary) || bytes.includes(Buffer.from(canary, 'utf16le'));
    assert.ok(!found, `${file.slice(profile.length)} still has it`);
  }
});
