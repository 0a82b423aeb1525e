// The main job once more, on PostgreSQL.

import { test } from 'node:test';

import { assertCalm, openBrowser, openPage } from './browser.mjs';
import { recogniseInPublic } from './journey.mjs';
import { startServer } from './server.mjs';

const databaseUrl = process.env.UPHELD_TEST_DATABASE_URL;
const skip = databaseUrl ? false : 'UPHELD_TEST_DATABASE_URL names no empty database';

test('an upheld value is recognised in public, on PostgreSQL', { skip }, async () => {
  const server = await startServer({ databaseUrl });
  const browser = await openBrowser();
  try {
    const [member, leader, reader] = await Promise.all([1, 2, 3].map(() => openPage(browser, server)));
    await recogniseInPublic({ member, leader, reader });
    assertCalm(member, leader, reader);
  } finally {
    await browser.close();
    await server.stop();
  }
});
