// The steps beside the straight way: take over, hand over, revise, withdraw a delivered decision, an own lapse, undo.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertCalm, ask, openBrowser, openPage, settled, signIn } from './browser.mjs';
import { choose, go, log, openFromQueue, pick } from './journey.mjs';
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

/** So many people, each with a browser profile of their own. */
function people(count) {
  return Promise.all(Array.from({ length: count }, () => openPage(browser, server)));
}

async function leave(...pages) {
  assertCalm(...pages);
  for (const page of pages) await page.context().close();
}

/** Opens the dialog of an action, gives a reason where it asks for one, and sends it. */
async function act(page, action, { label = 'Why', reason, send = action } = {}) {
  await page.getByRole('button', { name: action, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: action });
  await dialog.waitFor();
  if (reason) await dialog.getByLabel(label, { exact: true }).fill(reason);
  await dialog.getByRole('button', { name: send, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await settled(page);
}

/** The path of an entry by its title, among those that somebody may see the decision of or decides. */
async function pathOf(page, title) {
  const lists = await ask(page, '{ myIncidents(first: 100) { nodes { id title } } decisionQueue(first: 100) { nodes { id title } } }');
  const found = [...lists.myIncidents.nodes, ...lists.decisionQueue.nodes].find((entry) => entry.title === title);
  assert.ok(found, `no entry "${title}"`);
  return `/incidents/${found.id}`;
}

test('a leader above takes over and hands over what does not belong here', async () => {
  const [below, above] = await people(2);
  const title = "Called a customer need 'noise'";
  await signIn(below, 'Sorrel');
  const path = await pathOf(below, title);
  await signIn(above, 'Rowan');
  await above.goto(path);
  await above.getByRole('heading', { name: title, level: 1 }).waitFor();
  assert.equal(await above.getByRole('heading', { name: 'Decide', level: 2 }).count(), 0, 'not before taking it over');
  await act(above, 'Take it over', { reason: 'Sorrel was in the room.' });
  await above.getByRole('heading', { name: 'Decide', level: 2 }).waitFor();
  await act(above, 'Not for this tool', { label: 'Where it belongs', reason: 'People operations.', send: 'Hand over and erase' });
  await above.getByText('power users').first().waitFor({ state: 'detached' });
  await below.goto(path);
  await settled(below);
  assert.ok(!(await below.locator('main').innerText()).includes('power users'));
  await leave(below, above);
});

test('a decision is revised before it is said and withdrawn after', async () => {
  const [leader, reader] = await people(2);
  const title = 'Three teams, one repair';
  const said = 'Three teams searched together, and nobody asked whose fault it was.';
  await signIn(leader, 'Rowan');
  await openFromQueue(leader, title);
  await leader.getByRole('button', { name: 'Revise the decision' }).click();
  await leader.getByLabel('What you say').fill(said);
  await leader.getByRole('button', { name: 'Record the decision' }).click();
  await leader.getByText(said).filter({ visible: true }).first().waitFor();
  await act(leader, 'Mark as delivered', { send: 'It is delivered' });
  await signIn(reader, 'Moss');
  await reader.getByText(said).waitFor();
  await act(leader, 'Withdraw the decision', { reason: 'It left somebody out.', send: 'Withdraw it' });
  await reader.reload();
  await settled(reader);
  assert.equal(await reader.getByText(said).count(), 0, 'the feed has forgotten it');
  await go(reader, 'Notices');
  await reader.getByText('has been withdrawn').first().waitFor();
  await leave(leader, reader);
});

test("a leader corrects an own lapse, and the next one up confirms", async () => {
  const [leader, above] = await people(2);
  const lapse = {
    kind: 'It fell short',
    person: 'Cedar',
    venue: 'Mobile retrospective',
    value: 'Reflection',
    title: 'I cut the retrospective short',
    situation: 'We were late for a customer call.',
    behaviour: 'I closed the round before two people had spoken.',
    impact: 'Their topics waited for two weeks.',
    seers: ['Rowan'],
  };
  const said = 'I cut the last retrospective short. Today those two speak first.';
  await signIn(leader, 'Cedar');
  const path = await log(leader, lapse);
  await choose(leader, 'Are you the only one who knows of it?', 'No');
  await choose(leader, 'Was nobody else affected?', 'No');
  await choose(leader, 'Do you know it at first hand?', 'Yes');
  await choose(leader, 'What is it?', 'Correction');
  await choose(leader, 'Where do you handle it?', 'In public');
  await leader.getByLabel('What you say').fill(said);
  await leader.getByLabel('Why', { exact: true }).fill('It happened in front of the team.');
  await leader.getByRole('button', { name: 'Record the decision' }).click();
  await leader.getByText(said).filter({ visible: true }).first().waitFor();
  assert.equal(await leader.getByRole('button', { name: 'Mark as delivered' }).count(), 0, 'it waits for a word');
  await signIn(above, 'Rowan');
  await openFromQueue(above, lapse.title);
  await act(above, 'Confirm it');
  await leader.goto(path);
  await act(leader, 'Mark as delivered', { send: 'It is delivered' });
  await leader.getByText(/^Delivered/).first().waitFor();
  await leave(leader, above);
});

test('the person is asked, and a log is undone without a trace', async () => {
  const [leader, subject, reporter] = await people(3);
  const title = "'Not my team'";
  await signIn(leader, 'Cedar');
  await openFromQueue(leader, title);
  await leader.getByRole('button', { name: 'Ask', exact: true }).click();
  const dialog = leader.getByRole('dialog', { name: 'Ask' });
  await dialog.getByLabel('Whom do you ask?').selectOption({ label: 'Heath' });
  await dialog.getByLabel('Your question').fill('Who did you think would pass it on?');
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
  await leader.getByText('Who did you think would pass it on?').waitFor();
  await signIn(subject, 'Heath');
  await subject.goto(new URL(leader.url()).pathname);
  await subject.getByText('Who did you think would pass it on?').waitFor();

  await signIn(reporter, 'Sage');
  await go(reporter, 'Log');
  await choose(reporter, 'What happened?', 'A value was upheld');
  await pick(reporter, 'People', 'Heath');
  await pick(reporter, 'Venue', 'Mobile retrospective');
  await reporter.locator(`label[for="${await reporter.getByRole('checkbox', { name: 'Kindness', exact: true }).getAttribute('id')}"]`).click();
  await reporter.getByLabel('In one line').fill('Sent too early');
  for (const field of ['Situation', 'Behaviour', 'Impact']) await reporter.getByLabel(field).fill('To be undone.');
  await reporter.getByRole('button', { name: 'Send', exact: true }).click();
  await reporter.getByRole('button', { name: 'Undo' }).click();
  await go(reporter, 'My entries');
  assert.equal(await reporter.getByText('Sent too early').count(), 0);
  await leave(leader, subject, reporter);
});
