// A thousand payloads in every text that people or an import can store, on every page: nothing runs, nothing is loaded.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, assertCalm, openBrowser, openPage, settled } from './browser.mjs';
import { hostileOrganisation } from './hostile.mjs';
import { adminPages, leaderAbovePages, leaderPages, memberPages } from './pages.mjs';
import { Hand, PAYLOADS } from './payloads.mjs';
import { startServer } from './server.mjs';

const PASSWORD = 'a long and odd sentence';

let server;
let browser;
const hand = new Hand();

before(async () => {
  server = await startServer({ organisation: hostileOrganisation(hand) });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page on which `alert` writes down that it ran, in every frame. */
async function watchedPage() {
  const page = await openPage(browser, server);
  await page.context().addInitScript(() => {
    window.top.ran ??= [];
    window.alert = (n) => window.top.ran.push(n);
  });
  page.on('dialog', (dialog) => {
    page.problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  return page;
}

/** What stands in the document that a payload could have made. */
function made() {
  const odd = [];
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) odd.push(`${element.tagName} ${name}`);
      const address = ['href', 'src', 'action', 'data', 'xlink:href', 'formaction'].includes(name);
      if (address && /^\s*(javascript|data|vbscript):/i.test(value)) odd.push(`${element.tagName} ${name}=${value}`);
    }
  }
  const tags = 'iframe,object,embed,video,audio,base,math,marquee,template,img[src^="http"],svg script,svg use[href^="http"]';
  odd.push(...[...document.querySelectorAll(tags)].map((element) => element.outerHTML.slice(0, 200)));
  for (const script of document.scripts) {
    if (!script.src.startsWith(`${location.origin}/assets/`)) odd.push(`script ${script.outerHTML.slice(0, 200)}`);
  }
  for (const link of document.querySelectorAll('a[href^="http"]')) {
    if (link.origin !== location.origin && !/noopener|noreferrer/.test(link.rel)) odd.push(`link ${link.href}`);
  }
  if (document.baseURI !== location.href) odd.push(`base ${document.baseURI}`);
  return { odd, ran: window.ran, text: document.documentElement.textContent };
}

/** Goes to each page, opens what is closed on it, and looks. */
async function visit(page, pages, seen) {
  for (const [name, path] of pages) {
    await page.goto(path);
    await settled(page);
    for (const button of await page.locator('main button[aria-expanded="false"]').all()) {
      await button.click({ timeout: 2_000 }).catch(() => {});
    }
    for (const more of await page.locator('main summary').all()) await more.click({ timeout: 2_000 }).catch(() => {});
    const { odd, ran, text } = await page.evaluate(made);
    assert.deepEqual({ odd, ran }, { odd: [], ran: [] }, `${name} ${path}`);
    for (const [mark] of text.matchAll(/~\d+~/g)) seen.add(mark);
  }
}

async function enter(page, name) {
  const token = server.invites.find((line) => line.includes(`${name} `)).split('/invite#')[1].split(/\s/)[0];
  await ask(page, 'mutation($input: AcceptInviteInput!) { acceptInvite(input: $input) { viewer { id } } }', {
    input: { token, password: PASSWORD },
  });
}

/** Everything that this person can open by its address. */
async function incidentsOf(page) {
  const data = await ask(page, `{ myIncidents(first: 100) { nodes { id } } decisionQueue(first: 100) { nodes { id } } viewer { id } }`);
  const { reinforcementHistory: history } = await ask(page,
    'query($id: ID!) { reinforcementHistory(leaderId: $id) { decisions(first: 100) { nodes { incident { id } } } } }',
    { id: data.viewer.id });
  const ids = [...data.myIncidents.nodes, ...data.decisionQueue.nodes, ...(history?.decisions.nodes ?? []).map((d) => d.incident)];
  return [...new Set(ids.map(({ id }) => id))].map((id) => ['entry', `/incidents/${id}`]);
}

/** Comments, values, tokens and entries with the payloads of the API's own texts. */
async function write(page) {
  const { recognitions, values, viewer, people, venues } = await ask(page,
    '{ recognitions(first: 3) { nodes { id } } values { id } viewer { id } people(first: 30) { nodes { id } } venues { id } }');
  for (const { id } of recognitions.nodes) {
    for (let n = 0; n < 8; n += 1) {
      await ask(page, 'mutation($input: CommentInput!) { comment(input: $input) { recognition { id } } }',
        { input: { recognitionId: id, text: hand.many(950) } });
    }
  }
  for (let n = 0; n < 4; n += 1) {
    await ask(page, 'mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { expiresAt } }',
      { input: { name: hand.one(110) } });
  }
  const other = people.nodes.find(({ id }) => id !== viewer.id);
  for (let n = 0; n < 10; n += 1) {
    await ask(page, 'mutation($input: LogIncidentInput!) { logIncident(input: $input) { incident { id } } }', {
      input: {
        key: crypto.randomUUID(), kind: 'UPHELD', subjectIds: [other.id], valueIds: [values[0].id], venueId: venues[0].id,
        title: hand.one(118), situation: hand.many(1900), behaviour: hand.many(1900), impact: hand.many(1900),
        occurredOn: new Date().toISOString().slice(0, 10), evidenceUrl: 'https://example.com/"><script>alert(1)</script>',
      },
    });
  }
}

test('the payloads do run where a page lets them', async () => {
  assert.ok(PAYLOADS.length >= 1_000, `${PAYLOADS.length}`);
  const context = await browser.newContext();
  await context.addInitScript(() => {
    window.top.ran ??= [];
    window.alert = (n) => window.top.ran.push(n);
  });
  const page = await context.newPage();
  let requests = 0;
  await page.route('**', (route) => {
    requests += 1;
    return route.abort();
  });
  const ran = new Set();
  for (let from = 0; from < PAYLOADS.length; from += 48) {
    await page.setContent('<main></main>');
    // One that leaves the page would take the others with it.
    const texts = PAYLOADS.slice(from, from + 48).map(({ text }) => text).filter((text) => !text.includes('refresh'));
    const told = await page.evaluate(async (all) => {
      window.ran = [];
      for (const text of all) {
        const place = document.createElement('div');
        document.body.append(place);
        place.innerHTML = text;
        for (const link of place.querySelectorAll('a[href]')) if (/^javascript:/i.test(link.protocol)) link.click();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      return window.ran;
    }, texts);
    for (const n of told) ran.add(n);
  }
  await context.close();
  console.log(`${ran.size} of ${PAYLOADS.length} payloads run where text becomes HTML, ${requests} requests`);
  assert.ok(ran.size >= 100 && requests >= 50, `${ran.size} ran, ${requests} requests`);
});

test('on the pages of Upheld none runs and nothing is loaded', async () => {
  const began = Date.now();
  const seen = new Set();
  let pages = 0;
  const people = [
    ['Larch', memberPages, true],
    ['Cedar', leaderPages, true],
    ['Rowan', leaderAbovePages, false],
    ['Hazel', adminPages, false],
  ];
  for (const [name, pagesOf, writes] of people) {
    const page = await watchedPage();
    await page.goto('/sign-in');
    await enter(page, name);
    if (writes) await write(page);
    const all = [...(await pagesOf(page)), ['feed', '/'], ...(await incidentsOf(page))];
    pages += all.length;
    await visit(page, all, seen);
    assertCalm(page);
    await page.context().close();
  }
  console.log(`${seen.size} of ${PAYLOADS.length} payloads on ${pages} pages in ${(Date.now() - began) / 1000} s`);
  assert.ok(seen.size >= 1_000, `only ${seen.size} payloads were on a page`);
});
