// A browser, people in it, and an eye on everything that must not happen while they use a page.

import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

/** The password of everybody in the demo. */
export const PASSWORD = 'upheld-demo';

function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error('no chromium found; CHROMIUM may name one');
}

/** How the browser is started; it talks to nobody by itself. */
export const BROWSER = {
  executablePath: executable(),
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Opens the browser with a fresh profile. */
export function openBrowser() {
  return chromium.launch(BROWSER);
}

/**
 * Opens a page of its own profile. `page.problems` collects console errors, uncaught errors, reports of the content
 * security policy and requests to another origin.
 */
export async function openPage(browser, server, { width = 1280, colorScheme = 'light', state } = {}) {
  const context = await browser.newContext({
    baseURL: server.address,
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme,
    // Nothing is measured or clicked in the middle of a movement.
    reducedMotion: 'reduce',
    locale: 'en-GB',
    storageState: state,
  });
  const problems = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== server.address) problems.push(`request to ${request.url()}`);
  });
  const page = await context.newPage();
  // A part that is fetched while the browser is idle is given up when the next page opens; what the server refuses is not.
  page.partsGivenUp = 0;
  page.on('requestfailed', (request) => {
    const givenUp = request.failure()?.errorText === 'net::ERR_ABORTED';
    if (givenUp && new URL(request.url()).pathname.startsWith('/assets/part-')) page.partsGivenUp += 1;
  });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('websocket', (socket) => {
    const own = server.address.replace('http', 'ws');
    if (!socket.url().startsWith(`${own}/`)) problems.push(`socket to ${socket.url()}`);
  });
  page.setDefaultTimeout(15_000);
  page.problems = problems;
  return page;
}

/** What the loader of parts says when a fetch ends early. */
const GIVEN_UP = /^console: TypeError: (WebAssembly compilation aborted|Failed to fetch)[^]*\/assets\/parts-[0-9a-f]+\.js\)$/;

/** Fails when anything happened on a page that must not. */
export function assertCalm(...pages) {
  for (const page of pages) {
    const problems = page.problems.filter((problem) => page.partsGivenUp === 0 || !GIVEN_UP.test(problem));
    assert.deepEqual(problems, []);
  }
}

/** One call of the API with the page's own session; the answer's data. */
export async function ask(page, query, variables = {}) {
  const response = await page.request.post('/graphql', { data: { query, variables } });
  const answer = await response.json();
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

/** Signs in without the screen, where signing in is not what is tested; returns the profile's state for others. */
export async function enter(page, id) {
  await ask(page, 'mutation($input: SignInInput!) { signIn(input: $input) { viewer { id } } }', {
    input: { email: `${id}@upheld.example`, password: PASSWORD },
  });
  return page.context().storageState();
}

/** Signs in by the click that the demo's sign-in page offers. */
export async function signIn(page, name) {
  await page.goto('/sign-in');
  await page.getByRole('button').filter({ has: page.getByText(name, { exact: true }) }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await settled(page);
}

/** Waits until a page shows itself and nothing on it is still loading. */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => {
    const loading = (element) => element.textContent.trim().startsWith('Loading');
    return ![...document.querySelectorAll('main [role="status"]')].some(loading);
  });
}
