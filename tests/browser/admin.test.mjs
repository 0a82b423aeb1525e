// People operations: people come, move and leave; an entry is opened with a reason; the trail tells of it; a log twice.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD, ask, assertCalm, enter, openBrowser, openPage, settled } from './browser.mjs';
import { logTwice, pick } from './journey.mjs';
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

/** Shows once more who one is, where that is asked for. */
async function confirm(page) {
  const dialog = page.getByRole('dialog', { name: 'Is it you?' });
  await dialog.getByLabel('Your password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'It is me' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function personId(page, name) {
  const { people } = await ask(page, 'query($name: String) { people(search: $name) { nodes { id name } } }', { name });
  return people.nodes.find((person) => person.name === name).id;
}

test('a person is added, comes in by the link, becomes an admin, is moved and leaves', async () => {
  const [admin, newcomer] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  await enter(admin, 'hazel');
  await admin.goto('/admin/people');
  await settled(admin);
  await admin.getByRole('button', { name: 'Add a person' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Add a person' });
  await dialog.getByLabel('Name', { exact: true }).fill('Zinnia');
  await dialog.getByLabel('E-mail address').fill('larch@upheld.example');
  await pick(admin, 'Reports to', 'Cedar');
  await dialog.getByRole('button', { name: 'Add and make an invite link' }).click();
  await dialog.locator('.field-error:not([hidden])').first().waitFor();
  assert.equal(await dialog.getByLabel('Name', { exact: true }).inputValue(), 'Zinnia', 'nothing is lost');
  await dialog.getByLabel('E-mail address').fill('zinnia@upheld.example');
  await dialog.getByRole('button', { name: 'Add and make an invite link' }).click();
  const link = await dialog.locator('.secret-lines code').innerText();
  await dialog.getByRole('button', { name: 'I have it' }).click();

  await newcomer.goto(new URL(link).pathname + new URL(link).hash);
  await newcomer.getByLabel('Password').fill('a wren sings in the hedge');
  await newcomer.getByRole('button', { name: 'Go in' }).click();
  await newcomer.getByRole('heading', { name: 'Feed', level: 1 }).waitFor();

  await admin.getByLabel('Search people').fill('Zinnia');
  await admin.getByRole('link', { name: 'Zinnia' }).click();
  await admin.getByRole('heading', { name: 'Role', level: 2 }).waitFor();
  await admin.locator('label').filter({ hasText: /^\s*Admin/ }).first().click();
  await admin.getByRole('button', { name: 'Save the role' }).click();
  await confirm(admin);
  await admin.getByText('The role is saved').waitFor();

  await admin.getByRole('button', { name: 'Remove Cedar' }).click();
  await pick(admin, 'Reports to', 'Rowan');
  await admin.getByRole('button', { name: 'Move', exact: true }).click();
  await admin.getByText('Moved.').first().waitFor();

  await admin.getByRole('button', { name: 'Deactivate' }).click();
  const leaving = admin.getByRole('dialog', { name: 'Deactivate' });
  await leaving.getByText('Rowan').waitFor();
  await leaving.getByRole('button', { name: 'Deactivate' }).click();
  await admin.getByText('Has left. Cannot sign in').waitFor();
  await newcomer.goto('/entries');
  await newcomer.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();

  await admin.goto('/admin/audit');
  await settled(admin);
  await admin.getByLabel('What').selectOption({ label: 'People' });
  await admin.getByText('deactivated a person').first().waitFor();
  await admin.getByText('changed a role').first().waitFor();
  assert.equal(await admin.getByText('read the audit trail').count(), 0, 'the filter holds');
  assertCalm(admin);
  await admin.context().close();
  await newcomer.context().close();
});

test('a way in again: a link that works once', async () => {
  const [admin, person] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  await enter(admin, 'hazel');
  await admin.goto(`/admin/people/${await personId(admin, 'Basil')}`);
  await settled(admin);
  await admin.getByRole('button', { name: 'Make a sign-in link' }).click();
  await confirm(admin);
  const link = await admin.locator('.secret-lines code').innerText();
  await person.goto(new URL(link).pathname + new URL(link).hash);
  await person.getByLabel('The new password').fill('the tide comes twice a day');
  await person.getByRole('button', { name: 'Go in' }).click();
  await person.getByRole('heading', { name: 'Feed', level: 1 }).waitFor();
  await person.goto('/account');
  await person.getByRole('heading', { name: 'Sign-in links made for you' }).waitFor();
  await person.getByRole('link', { name: 'Hazel' }).waitFor();
  assertCalm(admin, person);
  await admin.context().close();
  await person.context().close();
});

test('an admin opens an entry with a reason, and those concerned read who and why', async () => {
  const [leader, admin] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  const reason = 'The works council asked to look at this one.';
  await enter(leader, 'cedar');
  const { decisionQueue } = await ask(leader, '{ decisionQueue(first: 50) { nodes { id title kind viewerMay } } }');
  const entry = decisionQueue.nodes.find((node) => node.kind === 'VIOLATED' && node.viewerMay.includes('decide'));
  await enter(admin, 'hazel');
  await admin.goto(`/incidents/${entry.id}`);
  await admin.getByRole('alert').getByText('nothing here').waitFor();
  await admin.goto('/admin/open');
  await settled(admin);
  await admin.getByLabel('The link of the entry').fill('not a link');
  await admin.getByLabel('Why you must read it').fill('Why not');
  await admin.getByRole('button', { name: 'Open it for 24 hours' }).click();
  await admin.getByText('Please paste the link').waitFor();
  await admin.getByText('Please write at least 10 characters').waitFor();
  await admin.getByLabel('The link of the entry').fill(`${server.address}/incidents/${entry.id}`);
  await admin.getByLabel('Why you must read it').fill(reason);
  await admin.getByRole('button', { name: 'Open it for 24 hours' }).click();
  await confirm(admin);
  await admin.getByRole('heading', { name: entry.title, level: 1 }).waitFor();
  await admin.getByRole('note').getByText(/open for you for 2[34] h/).waitFor();
  assert.equal(await admin.getByRole('heading', { name: 'Decide', level: 2 }).count(), 0, 'to read and nothing else');

  await leader.goto(`/incidents/${entry.id}`);
  await leader.getByRole('heading', { name: 'Who else has read it' }).waitFor();
  await leader.getByText(reason).waitFor();

  await admin.getByRole('link', { name: 'Put it under legal hold' }).click();
  await admin.getByRole('heading', { name: 'Legal holds', level: 1 }).waitFor();
  await admin.getByLabel('Why', { exact: true }).fill('Case 12.');
  await admin.getByRole('button', { name: 'Hold it' }).click();
  await admin.getByText('It is held').waitFor();
  await admin.getByRole('button', { name: /^End the hold of/ }).click();
  const ending = admin.getByRole('dialog', { name: 'End the hold' });
  await ending.getByLabel('Why').fill('Case 12 is closed.');
  await ending.getByRole('button', { name: 'End the hold' }).click();
  await admin.getByText('No entry is held').waitFor();
  await leader.context().close();
  await admin.context().close();
});

test('two logs of one event are compared and merged', async () => {
  const leader = await openPage(browser, server);
  await enter(leader, 'cedar');
  const [first, second] = await logTwice(leader);
  await leader.goto(`/incidents/${first.id}`);
  await leader.getByRole('heading', { name: 'Logged twice?' }).waitFor();
  await leader.getByRole('button', { name: `Compare with ${second.title}` }).click();
  const dialog = leader.getByRole('dialog', { name: 'Are they the same event?' });
  await dialog.getByText(second.behaviour).waitFor();
  await dialog.getByRole('button', { name: 'The same event: merge' }).click();
  await leader.getByRole('heading', { name: 'Other logs of the same event' }).waitFor();
  await leader.getByRole('link', { name: second.title }).click();
  await leader.getByText('Merged into').waitFor();
  assertCalm(leader);
  await leader.context().close();
});

test('teams, venues and rules are written, and bad input names its field', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'hazel');
  await page.goto('/admin/places');
  await settled(page);
  await page.getByRole('button', { name: 'Add a venue' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a venue' });
  await dialog.getByLabel('Name', { exact: true }).fill('Friday demo');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Please choose how public it is').waitFor();
  await dialog.getByLabel('How public is it?').selectOption({ label: 'several teams' });
  await dialog.getByLabel('How many people are there').fill('30');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('heading', { name: 'Friday demo' }).waitFor();

  await page.goto('/admin/rules');
  await settled(page);
  await page.getByLabel('Hours to decide').fill('0');
  await page.getByLabel('Where it belongs, in your words').fill('Talk to the trusted person, Ash.');
  await page.getByRole('button', { name: 'Save the rules' }).click();
  await page.locator('#hoursToDecide-error').getByText('Please give 1 to 720 hours').waitFor();
  assert.equal(await page.getByLabel('Where it belongs, in your words').inputValue(), 'Talk to the trusted person, Ash.');
  await page.getByLabel('Hours to decide').fill('72');
  await page.getByRole('button', { name: 'Save the rules' }).click();
  await page.getByText('The rules are saved').waitFor();
  await page.reload();
  await settled(page);
  assert.equal(await page.getByLabel('Hours to decide').inputValue(), '72');
  assertCalm(page);
  await page.context().close();
});

test('nobody else finds people operations', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'larch');
  for (const path of ['/admin/people', '/admin/audit', '/admin/open']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'Nothing here', level: 1 }).waitFor();
  }
  assert.equal(await page.getByRole('link', { name: 'Admin', exact: true }).count(), 0);
  assertCalm(page);
  await page.context().close();
});
