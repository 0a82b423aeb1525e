// What people do on the pages, in their words: log, decide, deliver, read.

import assert from 'node:assert/strict';

import { ask, settled, signIn } from './browser.mjs';

/** Chooses something in a field that narrows while one types. */
export async function pick(page, label, name) {
  await page.getByRole('combobox', { name: label, exact: true }).fill(name);
  await page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) }).click();
}

/** Clicks the card of a box or a radio button, as a person does. */
async function tick(page, input) {
  await page.locator(`label[for="${await input.getAttribute('id')}"]`).click();
  assert.ok(await input.isChecked());
}

/** Answers one of a group of radio buttons. */
export async function choose(page, question, answer) {
  const group = page.getByRole('group', { name: question, exact: true });
  await tick(page, group.getByRole('radio', { name: answer, exact: true }));
}

/** Goes to a page by the navigation. */
export async function go(page, label) {
  await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: new RegExp(`^${label}\\b`) }).click();
  await settled(page);
}

/** Presses Tab, or Shift and Tab to go back, until the element has the focus, which must be seen. */
export async function tabTo(page, locator, key = 'Tab') {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press(key);
    if (await locator.evaluate((element) => element === document.activeElement, null, { timeout: 2_000 })) {
      const seen = await locator.evaluate((element) => {
        const shown = (one) => {
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
          return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
        };
        // A radio button may be drawn by the card around it.
        return shown(element) || shown(element.parentElement) || [...element.parentElement.children].some(shown);
      });
      assert.ok(seen, `the focus is not seen on ${locator}`);
      return;
    }
  }
  assert.fail(`${key} does not reach ${locator}`);
}

/** Logs one event about Larch twice, by the API, as a leader who may decide on both; returns both. */
export async function logTwice(page) {
  const { people, venues, values } = await ask(page, '{ people(search: "Larch") { nodes { id } } venues { id name } values { id } }');
  const event = {
    kind: 'VIOLATED',
    subjectIds: [people.nodes[0].id],
    valueIds: [values[0].id],
    venueId: (venues.find(({ name }) => name === 'Mobile retrospective') ?? venues[0]).id,
    occurredOn: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
  };
  const logs = [
    {
      title: 'Talked over the new colleague, twice',
      situation: 'The retrospective, when Sage brought up the release.',
      behaviour: 'Larch began to speak before Sage had finished, and once more when Sage tried again.',
      impact: 'Sage said nothing for the rest of the hour.',
    },
    {
      title: 'Sage could not finish a sentence',
      situation: 'In the retrospective about the release.',
      behaviour: 'Larch interrupted Sage two times.',
      impact: 'We did not hear what Sage had seen.',
    },
  ];
  for (const entry of logs) {
    const input = { key: crypto.randomUUID(), ...event, ...entry };
    const answer = await ask(page, 'mutation($input: LogIncidentInput!) { logIncident(input: $input) { incident { id } } }', { input });
    entry.id = answer.logIncident.incident.id;
  }
  return logs;
}

/** Logs an entry through the form; returns its path. */
export async function log(page, { kind, person, venue, value, title, situation, behaviour, impact, seers }) {
  await go(page, 'Log');
  await choose(page, 'What happened?', kind);
  await pick(page, 'People', person);
  await pick(page, 'Venue', venue);
  await tick(page, page.getByRole('checkbox', { name: value, exact: true }));
  await page.getByLabel('In one line').fill(title);
  await page.getByLabel('Situation').fill(situation);
  await page.getByLabel('Behaviour').fill(behaviour);
  await page.getByLabel('Impact').fill(impact);
  const preview = page.getByRole('complementary', { name: 'Who will see this' });
  for (const who of seers) await preview.getByText(who, { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('heading', { name: 'Sent', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.getByRole('link', { name: 'Look at the entry' }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  return new URL(page.url()).pathname;
}

/** Opens an entry from the decision queue. */
export async function openFromQueue(page, title) {
  await go(page, 'Decide');
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
}

/** Nothing is chosen before the leader chooses. */
export async function assertNothingChosen(page) {
  for (const radio of await page.getByRole('radio').all()) assert.equal(await radio.isChecked(), false);
}

/** Sends the form of a decision, then says that it was carried out just now. */
export async function recordAndDeliver(page) {
  await page.getByRole('button', { name: 'Record the decision' }).click();
  await page.getByRole('button', { name: 'Mark as delivered' }).click();
  const dialog = page.getByRole('dialog', { name: 'Mark as delivered' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'It is delivered' }).click();
  await page.getByText(/^Delivered/).first().waitFor();
}

/** Looks at an entry that is not for this person. */
export async function assertHidden(page, path, ...words) {
  await page.goto(path);
  await page.getByRole('alert').getByText('nothing here').waitFor();
  const text = await page.locator('body').innerText();
  for (const word of words) assert.ok(!text.includes(word), `the page shows "${word}"`);
}

const PRAISE = {
  kind: 'A value was upheld',
  person: 'Sage',
  venue: '#engineering',
  value: 'Ownership',
  title: 'Stayed with the crash until it was gone',
  situation: 'The Android release crashed for one in fifty people on a Friday.',
  behaviour: 'Sage wrote in the channel "mine", posted an update every hour and shipped the repair at nine.',
  impact: 'Support could answer everybody, and nobody else had to stay.',
  seers: ['Cedar'],
};
const SAID = 'Sage said "mine", kept everybody informed and finished it the same evening. That is ownership.';

/**
 * A member logs, the leader recognises it in public, and a third person's open feed shows it without reloading.
 * The three are open pages of nobody yet.
 */
export async function recogniseInPublic({ member, leader, reader }) {
  await signIn(reader, 'Basil');
  await signIn(member, 'Larch');
  const path = await log(member, PRAISE);

  await signIn(leader, 'Cedar');
  await openFromQueue(leader, PRAISE.title);
  assert.equal(new URL(leader.url()).pathname, path);
  await assertNothingChosen(leader);
  await choose(leader, 'What is it?', 'Recognition');
  await assert.rejects(leader.getByLabel('What you say').waitFor({ timeout: 300 }), 'no handling was chosen');
  await choose(leader, 'Where do you handle it?', 'In public');
  await leader.getByLabel('What you say').fill(SAID);
  await leader.getByLabel('Why', { exact: true }).fill('Ninety-six people saw the crash; they should see this, too.');
  assert.equal(await reader.getByText(SAID).count(), 0);
  await recordAndDeliver(leader);

  const card = reader.getByRole('article').filter({ hasText: SAID });
  await card.waitFor();
  await card.getByRole('link', { name: 'Sage' }).waitFor();
  await card.getByText('Recognised by').waitFor();

  await member.reload();
  await member.getByText(SAID).waitFor();
  await go(leader, 'History');
  await leader.getByRole('link', { name: PRAISE.title }).waitFor();
  return path;
}
