// One's own account: the second factor, sessions, the password, showing once more who one is, one's own data.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { PASSWORD, assertCalm, enter, openBrowser, openPage, settled, signIn } from './browser.mjs';
import { go, tabTo } from './journey.mjs';
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

/** What an authenticator app shows (RFC 6238). */
function code(secret) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function signInByForm(page, id, password) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(`${id}@upheld.example`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('the second factor is set up, asked for, and replaced by a recovery code', async () => {
  const page = await openPage(browser, server);
  await signIn(page, 'Heath');
  await go(page, 'Account');
  await page.getByRole('button', { name: 'Set it up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up the second factor' });
  await dialog.getByLabel('Your password').fill('not this one');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await dialog.getByText('this is another one').first().waitFor();
  assert.equal(await dialog.getByLabel('Your password').inputValue(), 'not this one', 'nothing is lost');
  await dialog.getByLabel('Your password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  assert.ok(await dialog.getByRole('img').evaluate(async (image) => (await image.decode(), image.naturalWidth > 50)));
  await dialog.getByText('Or type it').click();
  const secret = (await dialog.locator('code.secret').innerText()).replaceAll(' ', '');
  await dialog.getByLabel('The six digits that it shows now').fill('000000');
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  await dialog.getByText('Please type the code').first().waitFor();
  await dialog.getByLabel('The six digits that it shows now').fill(code(secret));
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  const lines = dialog.locator('.secret-lines code');
  await lines.first().waitFor();
  const recovery = await lines.allInnerTexts();
  assert.equal(recovery.length, 10);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByText('10 recovery codes are left').waitFor();

  const again = await openPage(browser, server);
  await signInByForm(again, 'heath', PASSWORD);
  const field = again.getByLabel('Code');
  await field.waitFor();
  assert.ok(await field.evaluate((element) => element === document.activeElement), 'the code is what is asked for');
  await field.fill(recovery[0]);
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await again.getByRole('heading', { name: 'Feed', level: 1 }).waitFor();
  await go(again, 'Account');
  await again.getByText('9 recovery codes are left').waitFor();
  assertCalm(page, again);
  await page.context().close();
  await again.context().close();
});

test('sessions end, and a new password puts everybody else out', async () => {
  const [here, there] = await Promise.all([1, 2].map(() => openPage(browser, server)));
  await signIn(there, 'Moss');
  await signIn(here, 'Moss');
  await go(here, 'Account');
  await here.getByRole('button', { name: 'End all others' }).click();
  await here.getByText('Ended everywhere but here').waitFor();
  await there.goto('/entries');
  await there.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();

  await here.getByRole('button', { name: 'Change the password' }).click();
  const dialog = here.getByRole('dialog', { name: 'Change the password' });
  const chosen = 'a heron stands in the reeds';
  await dialog.getByLabel('The password that you have now').fill('wrong');
  await dialog.getByLabel('The new password').fill('short');
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await dialog.getByText('at least 12 characters').first().waitFor();
  await dialog.getByLabel('The new password').fill(chosen);
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await dialog.getByText('this is another one').first().waitFor();
  assert.equal(await dialog.getByLabel('The new password').inputValue(), chosen, 'nothing is lost');
  await dialog.getByLabel('The password that you have now').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Change it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await signInByForm(there, 'moss', chosen);
  await there.getByRole('heading', { name: 'Feed', level: 1 }).waitFor();
  assertCalm(here);
  await here.context().close();
  await there.context().close();
});

test('who one is is shown by the keyboard, and the action goes on by itself', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'larch');
  await page.goto('/my-data');
  await settled(page);
  const button = page.getByRole('button', { name: 'Save as JSON' });
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Is it you?' });
  const password = dialog.getByLabel('Your password');
  await password.waitFor();
  assert.ok(await password.evaluate((element) => element === document.activeElement), 'the password is asked for');

  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(await button.evaluate((element) => element === document.activeElement), 'the focus is back');
  await page.getByRole('button', { name: 'Save as JSON' }).waitFor();

  await page.keyboard.press('Enter');
  await password.waitFor();
  await page.keyboard.press('Enter');
  await dialog.getByText('Please write your password').waitFor();
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await dialog.getByText('this is another one').first().waitFor();
  await password.fill('');
  await page.keyboard.type(PASSWORD);
  await tabTo(page, dialog.getByRole('button', { name: 'It is me' }));
  const saving = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const file = await saving;
  const data = await readFile(await file.path(), 'utf8');
  assert.match(file.suggestedFilename(), /\.json$/);
  assert.ok(JSON.parse(data) && data.includes('larch@upheld.example'));
  await dialog.waitFor({ state: 'hidden' });

  // Ten minutes long nothing more is asked.
  const next = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  assert.match((await next).suggestedFilename(), /\.csv$/);
  assertCalm(page);
  await page.context().close();
});

test('how one likes to be recognised is saved as it is chosen', async () => {
  const page = await openPage(browser, server);
  await enter(page, 'sage');
  await page.goto('/account');
  await settled(page);
  const group = page.getByRole('group', { name: 'How you like to be recognised' });
  const unchosen = group.getByRole('radio', { checked: false }).first();
  const name = await unchosen.getAttribute('id');
  await page.locator(`label[for="${name}"]`).click();
  await page.getByText('Saved.').waitFor();
  await page.reload();
  await settled(page);
  assert.ok(await page.locator(`#${name}`).isChecked());
  assertCalm(page);
  await page.context().close();
});
