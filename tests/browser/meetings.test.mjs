// The team's meeting: somebody adds a point, the leader presents by the keyboard, says what waits, and writes it down.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask, assertCalm, enter, openBrowser, openPage, settled } from './browser.mjs';
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

/** Pictures on the way, where somebody wants to look at them. */
async function picture(page, name) {
  if (process.env.UPHELD_PICTURES) await page.screenshot({ path: join(process.env.UPHELD_PICTURES, `${name}.png`) });
}

async function venueId(page, name) {
  const { venues } = await ask(page, '{ venues { id name } }');
  return venues.find((venue) => venue.name === name).id;
}

/** A recognition that waits to be said at the stand-up. */
async function letWait(page, venue) {
  const logged = `mutation($input: LogIncidentInput!) { logIncident(input: $input) { incident { id } } }`;
  const { people, values } = await ask(page, '{ people(search: "Linden") { nodes { id } } values { id } }');
  const input = {
    key: crypto.randomUUID(), kind: 'UPHELD', subjectIds: [people.nodes[0].id], valueIds: [values[0].id], venueId: venue,
    title: 'Stayed until the export ran', situation: 'The export had stopped.', behaviour: 'Stayed and watched it.',
    impact: 'It was there in the morning.', occurredOn: new Date().toISOString().slice(0, 10),
  };
  const { logIncident } = await ask(page, logged, { input });
  const decided = 'mutation($input: RecordDecisionInput!) { recordDecision(input: $input) { decision { id } } }';
  await ask(page, decided, {
    input: {
      key: crypto.randomUUID(), incidentId: logIncident.incident.id, outcome: 'RECOGNITION', handling: 'PUBLIC', venueId: venue,
      rationale: 'The team was there.', wording: 'Linden stayed until the export ran, so that support had an answer.',
    },
  });
}

test('a team meeting from the first point to what was written down', async () => {
  const [member, leader, outsider] = await Promise.all([1, 2, 3].map(() => openPage(browser, server)));
  await Promise.all([enter(member, 'moss'), enter(leader, 'alder'), enter(outsider, 'tansy')]);
  const venue = await venueId(leader, 'Payments stand-up');

  // Somebody who is not there finds nothing, and no way to it.
  await outsider.goto(`/meetings/${venue}`);
  await outsider.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await outsider.goto('/meetings');
  await settled(outsider);
  assert.equal(await outsider.getByRole('link', { name: 'Payments stand-up' }).count(), 0);

  await member.goto('/meetings');
  await member.getByRole('link', { name: 'Payments stand-up' }).click();
  await member.getByRole('heading', { name: 'Payments stand-up', level: 1 }).waitFor();
  await member.getByText('Add something to talk about').click();
  await member.getByRole('button', { name: 'Add it' }).click();
  await member.getByText('Please choose what it is.').waitFor();
  await member.getByLabel('Question', { exact: true }).check();
  await member.getByLabel('In one or two sentences').fill('Who answers the partner on Fridays?');
  await member.getByRole('button', { name: 'Add it' }).click();
  await member.getByText('Who answers the partner on Fridays?').waitFor();
  assert.equal(await member.getByRole('button', { name: 'Present it' }).count(), 0);

  await letWait(leader, venue);
  await leader.goto(`/meetings/${venue}`);
  await leader.getByText('Only you read this').waitFor();
  await picture(leader, 'meeting-1280');
  const words = 'Linden stayed until the export ran';
  await member.reload();
  await member.getByText('Who answers the partner on Fridays?').waitFor();
  assert.equal(await member.getByText(words).count(), 0, 'what waits is for who says it');

  // On the screen, by the keyboard alone.
  await leader.getByRole('button', { name: 'Present it' }).press('Enter');
  const screen = leader.locator('dialog.presentation');
  await screen.getByText('One value').waitFor();
  await picture(leader, 'present-1');
  await leader.keyboard.press('ArrowRight');
  await screen.getByText('To be said here').waitFor();
  assert.equal(await screen.getByText(words).count(), 0, 'the words wait for the key');
  await picture(leader, 'present-2');
  await screen.getByRole('button', { name: 'Show the words' }).press('Enter');
  await screen.getByText(words).waitFor();
  await picture(leader, 'present-3');
  await screen.getByRole('button', { name: 'It was said' }).press('Enter');
  await leader.getByText('Marked as said.').waitFor();
  await leader.keyboard.press('ArrowRight');
  await picture(leader, 'present-4');
  await leader.keyboard.press('End');
  await screen.getByText('That was it').waitFor();
  await picture(leader, 'present-5');
  await screen.getByRole('button', { name: 'After the meeting' }).press('Enter');

  const form = leader.getByRole('dialog', { name: 'After the meeting' });
  await form.getByLabel('Question: Who answers the partner on Fridays?').check();
  await form.getByLabel('What was said or decided').fill('Whoever is on call.');
  await form.getByLabel('Who decides what is open?').selectOption({ label: 'Fern' });
  await picture(leader, 'after');
  await form.getByRole('button', { name: 'Write it down' }).click();
  await leader.getByText('Written down.').waitFor();
  const past = leader.locator('.past-meetings');
  await past.getByText('Whoever is on call.').waitFor();
  await past.getByText('Fern decides').waitFor();
  await leader.locator('.points .point').waitFor({ state: 'detached' });

  // The recognition stands in the feed now, and the meeting in everybody's list who was there.
  await member.goto('/');
  await member.getByText(words).first().waitFor();
  await member.goto(`/meetings/${venue}`);
  await member.locator('.past-meetings').getByText('Whoever is on call.').waitFor();
  assertCalm(member, leader);
});

test('a goal is written, followed, and what nobody talks about is drawn as being discounted', async () => {
  const [leader, member] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  await Promise.all([enter(leader, 'alder'), enter(member, 'linden')]);
  await member.goto('/topics');
  await settled(member);
  await member.locator('.topic-discounted').filter({ hasText: 'Partner integrations live' }).waitFor();
  assert.equal(await member.getByRole('button', { name: 'Add a topic' }).count(), 0);

  await leader.goto('/topics');
  await leader.getByRole('button', { name: 'Add a topic' }).click();
  const form = leader.getByRole('dialog', { name: 'Add a topic' });
  await form.getByLabel('Goal', { exact: true }).check();
  await form.getByLabel('For whom?').selectOption({ label: 'Payments' });
  await form.getByLabel('In one or two sentences').fill('Days until an export is mended');
  await form.getByLabel('Measured in').fill('days');
  await form.getByLabel('Where it began').fill('nine');
  await form.getByLabel('Where it is to be').fill('2,5');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Please give a number.').waitFor();
  await form.getByLabel('Where it began').fill('9');
  await form.getByRole('button', { name: 'Save' }).click();
  const card = leader.locator('.topic').filter({ hasText: 'Days until an export is mended' });
  await card.getByText('no check-in yet').waitFor();
  assert.equal(await card.getByRole('button', { name: 'Change it' }).count(), 1);
  const everybodys = leader.locator('.topic').filter({ hasText: 'Partner integrations live' });
  assert.equal(await everybodys.getByRole('button', { name: 'Change it' }).count(), 0, 'that is for who is at the top');
  await card.getByRole('button', { name: 'Check in' }).click();
  const checking = leader.getByRole('dialog', { name: 'Where does it stand?' });
  await checking.getByLabel('Value today').fill('7');
  await checking.getByLabel('What stands beside it').fill('Two people were away.');
  await checking.getByRole('button', { name: 'Check in' }).click();
  await card.getByText('now at 7 days').waitFor();
  await card.getByText('Two people were away.').waitFor();
  assertCalm(leader, member);
});

test('what pulls apart comes to the meeting without the person, and a card waits before the 1:1', async () => {
  const [leader, member] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  await Promise.all([enter(leader, 'alder'), enter(member, 'linden')]);
  const queue = '{ decisionQueue(first: 50) { nodes { id kind viewerMay subjects { name } } } }';
  const { decisionQueue } = await ask(leader, queue);
  const entry = decisionQueue.nodes.find(({ kind, viewerMay }) => kind === 'VIOLATED' && viewerMay.includes('decide'));
  await leader.goto(`/incidents/${entry.id}`);
  await leader.getByText('Do two values pull apart here?').click();
  await leader.getByLabel('At which meeting?').selectOption({ label: 'Payments stand-up' });
  const words = leader.getByLabel('What pulls apart, without a name');
  await words.fill(`${entry.subjects[0].name} was fast and not careful.`);
  await leader.getByRole('button', { name: 'Talk about it in the team meeting' }).click();
  await leader.getByText(`Please take the name ${entry.subjects[0].name} out`).first().waitFor();
  await words.fill('Fast or careful: which comes first on a Friday?');
  await leader.getByRole('button', { name: 'Talk about it in the team meeting' }).click();
  await leader.getByText('It waits for the meeting.').waitFor();
  await member.goto(`/meetings/${await venueId(member, 'Payments stand-up')}`);
  await member.getByText('Fast or careful: which comes first on a Friday?').waitFor();

  await leader.goto('/one-to-ones');
  await settled(leader);
  await picture(leader, 'one-to-ones');
  const card = leader.locator('.one-to-one').filter({ has: leader.getByRole('heading', { name: 'Linden' }) });
  await card.getByText('Last recognition by you').waitFor();
  const topic = leader.locator('.to-mention li').filter({ hasText: 'Partner integrations live' });
  await topic.getByRole('button', { name: 'Mentioned' }).click();
  await leader.getByText('Counted.').waitFor();
  assert.equal(await member.getByRole('link', { name: '1:1s' }).count(), 0, 'who leads nobody has no such page');
  assertCalm(leader, member);
});
