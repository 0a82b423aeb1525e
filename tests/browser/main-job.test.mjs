// The main job on SQLite: log, decide, deliver, read, look back; in public, and 1:1 with a word to the witnesses.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertCalm, openBrowser, openPage, settled, signIn } from './browser.mjs';
import { assertHidden, assertNothingChosen, choose, go, log, openFromQueue, recogniseInPublic, recordAndDeliver } from './journey.mjs';
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

async function leave(pages) {
  assertCalm(...pages);
  for (const page of pages) await page.context().close();
}

test('the main job', async (story) => {
  await story.test('an upheld value is recognised in public, and everybody sees it arrive', async () => {
    const [member, leader, reader] = await people(3);
    await recogniseInPublic({ member, leader, reader });

    // The reactions and the filters of the feed work on what arrived.
    const card = reader.getByRole('article').filter({ hasText: 'finished it the same evening' });
    const applause = card.getByRole('button', { name: /^Applause/ });
    await applause.click();
    await card.getByRole('button', { name: 'Applause, 1 person', pressed: true }).waitFor();
    await reader.getByLabel('Search the feed').fill('same evening');
    await reader.waitForURL(/q=same/);
    await card.waitFor();
    await reader.getByLabel('Search the feed').fill('no such words at all');
    await reader.getByText('Nothing fits these filters').waitFor();
    await leave([member, leader, reader]);
  });

  await story.test('a lapse handled 1:1 is seen by the person, by nobody else, and its principle by those who were there', async () => {
    const [reporter, leader, subject, peer, bystander] = await people(5);
    const lapse = {
      kind: 'It fell short',
      person: 'Heath',
      venue: 'Mobile retrospective',
      value: 'Kindness',
      title: 'Laughed an idea out of the room',
      situation: 'We collected ideas for the release process in the retrospective.',
      behaviour: 'Heath answered an idea with "did you read that on a cereal box?", and two people laughed.',
      impact: 'No further ideas came, and the retrospective ended early.',
      seers: ['Cedar', 'Heath'],
    };
    const principle = 'An idea is tried out here before anybody laughs about it.';
    const reason = 'It was one sentence and a first time; the team hears the principle.';

    await signIn(reporter, 'Sage');
    const path = await log(reporter, lapse);
    await signIn(peer, 'Larch');
    await assertHidden(peer, path, lapse.title);

    await signIn(leader, 'Cedar');
    await openFromQueue(leader, lapse.title);
    await assertNothingChosen(leader);
    await choose(leader, 'Are you the only one who knows of it?', 'No');
    await choose(leader, 'Was nobody else affected?', 'No');
    await choose(leader, 'Do you know it at first hand?', 'Yes');
    await leader.getByText(/^Consider the team/).waitFor();
    await choose(leader, 'What is it?', 'Correction');
    await choose(leader, 'Where do you handle it?', '1:1');
    await leader.getByLabel('What you say 1:1').fill('The joke closed the round. Ask what the idea would need instead.');
    await choose(leader, 'What do those who saw it hear?', 'The principle, without a name');
    await leader.getByLabel('The principle', { exact: true }).fill(principle);
    await leader.getByLabel('Why', { exact: true }).fill(reason);
    await recordAndDeliver(leader);

    await signIn(subject, 'Heath');
    await subject.goto(path);
    await subject.getByRole('heading', { name: /^The decision: Correction 1:1/ }).waitFor();
    await subject.getByText(reason).waitFor();

    await reporter.reload();
    await settled(reporter);
    assert.equal(await reporter.getByText(reason).count(), 0, 'the reporter does not read the decision');

    await signIn(bystander, 'Basil');
    for (const page of [peer, bystander]) await assertHidden(page, path, lapse.title, reason, principle);
    await peer.goto('/');
    await go(peer, 'Notices');
    const notice = peer.getByRole('article').filter({ hasText: principle });
    await notice.waitFor();
    assert.ok(!(await notice.innerText()).includes('Heath'), 'the notice names nobody');
    await bystander.goto('/notices');
    await settled(bystander);
    assert.equal(await bystander.getByText(principle).count(), 0);
    await leave([reporter, leader, subject, peer, bystander]);
  });

  await story.test('the history of the leader shows both', async () => {
    const [leader] = await people(1);
    await signIn(leader, 'Cedar');
    await go(leader, 'History');
    await leader.getByRole('link', { name: 'Stayed with the crash until it was gone' }).waitFor();
    await leader.getByRole('link', { name: 'Laughed an idea out of the room' }).waitFor();
    await leader.getByRole('img', { name: /Bars of 12 months/ }).waitFor();
    await leave([leader]);
  });
});
