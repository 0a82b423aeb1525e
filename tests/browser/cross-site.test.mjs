// A real page of another site in the same browser: whatever it sends, nothing is written.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { ask, enter, openBrowser, openPage } from './browser.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
let evil;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  evil = createServer((request, response) => response.setHeader('content-type', 'text/html').end('<main>Win!</main>'));
  await new Promise((resolve) => evil.listen(0, '127.0.0.1', resolve));
});

after(async () => {
  await browser?.close();
  await server?.stop();
  evil?.close();
});

/** Sends a body in every way that a page can, and tells what it could read of the answers. */
async function attack({ address, body, query }) {
  const url = `${address}/graphql`;
  const read = [];
  const kinds = [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/json', 'multipart/form-data; boundary=x'];
  for (const mode of ['no-cors', 'cors']) {
    for (const method of ['POST', 'GET', 'PUT']) {
      for (const kind of kinds) {
        try {
          const response = await fetch(method === 'GET' ? `${url}?query=${encodeURIComponent(query)}` : url, {
            method, mode, credentials: 'include',
            headers: kind ? { 'content-type': kind } : {},
            body: method === 'GET' ? undefined : new Blob([body]),
          });
          if (response.type !== 'opaque') read.push(await response.text());
        } catch {
          // Refused before it was sent, or the answer is closed to us.
        }
      }
    }
  }
  navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }));
  navigator.sendBeacon(url, new URLSearchParams({ query }));
  for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const frame = document.createElement('iframe');
    frame.name = `f${enctype.length}`;
    const form = Object.assign(document.createElement('form'), { method: 'post', action: url, enctype, target: frame.name });
    // The trick with which a form sends JSON: the name is its beginning, the value its end.
    const input = Object.assign(document.createElement('input'), { name: `${body.slice(0, -1)},"x":"`, value: '"}' });
    form.append(input);
    document.body.append(frame, form);
    form.submit();
  }
  const image = new Image();
  image.src = `${url}?query=${encodeURIComponent(query)}`;
  const socket = await new Promise((resolve) => {
    const opened = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws');
    opened.onopen = () => resolve('open');
    opened.onerror = () => resolve('refused');
    setTimeout(() => resolve('nothing'), 3000);
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { read, socket };
}

test('a page of another site writes nothing and reads nothing', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'moss');
  const { people, values, venues, viewer } = await ask(page,
    '{ people(first: 30) { nodes { id } } values { id } venues { id } viewer { id } }');
  const title = 'Logged by another site';
  const input = {
    key: crypto.randomUUID(), kind: 'UPHELD', subjectIds: [people.nodes.find(({ id }) => id !== viewer.id).id],
    valueIds: [values[0].id], venueId: venues[0].id, title, situation: 'S.', behaviour: 'B.', impact: 'I.',
    occurredOn: new Date().toISOString().slice(0, 10),
  };
  const literal = JSON.stringify(input).replace(/"(\w+)":/g, '$1:').replace('"UPHELD"', 'UPHELD');
  const query = `mutation { logIncident(input: ${literal}) { incident { id } } }`;
  const body = JSON.stringify({ query });
  const mine = async () => (await ask(page, '{ myIncidents(first: 100) { nodes { title } } }')).myIncidents.nodes;
  const port = evil.address().port;
  // Another port of the same host shares the cookies; another name of the host is another site.
  for (const origin of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
    const other = await page.context().newPage();
    await other.goto(origin);
    const { read, socket } = await other.evaluate(attack, { address: server.address, body, query });
    assert.deepEqual(read, [], `${origin} read an answer`);
    assert.equal(socket, 'refused', `${origin} opened a socket`);
    assert.ok((await mine()).every((one) => one.title !== title), `${origin} wrote an entry`);
    await other.close();
  }
  // The same body from our own page is written, so it was the site that made the difference.
  await page.goto('/');
  const written = await page.evaluate(async (text) => {
    const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
    return response.json();
  }, body);
  assert.equal(written.errors, undefined, JSON.stringify(written));
  assert.ok((await mine()).some((one) => one.title === title));
  await page.context().close();
});
