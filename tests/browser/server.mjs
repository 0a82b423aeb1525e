// Starts the server on a free port with a fresh demo in a temporary folder.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY = /upheld is serving at (http:\/\/[^\s/]+)/;
const PATIENCE = 120_000;

/**
 * Resolves once the server listens: its address, and how to stop it. With an organisation it is imported instead of
 * the demo, and there is a line with an invite link for each of its people.
 */
export async function startServer({ databaseUrl, organisation } = {}) {
  const binary = process.env.UPHELD_TEST_BINARY;
  if (!binary) throw new Error('UPHELD_TEST_BINARY must name the server; `cargo xtask test` sets it');
  const folder = await mkdtemp(join(tmpdir(), 'upheld-browser-'));
  const parameters = ['serve', '--listen', '127.0.0.1:0', '--data-dir', folder];
  if (!organisation) parameters.push('--demo', '--demo-fresh');
  if (databaseUrl) parameters.push('--database-url', databaseUrl);
  // Settings of the person who runs the tests are not ours.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('UPHELD_')));
  let invites = [];
  if (organisation) {
    const file = join(folder, 'import.json');
    await writeFile(file, JSON.stringify(organisation));
    execFileSync(binary, ['import', file, '--data-dir', folder], { env });
    invites = execFileSync(binary, ['invite', '--data-dir', folder], { env, encoding: 'utf8' }).split('\n');
  }
  const child = spawn(binary, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // Nothing outlives the tests, however they end.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  let said = '';
  const address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start in time:\n${said}`)), PATIENCE);
    const listen = (chunk) => {
      said += chunk;
      const ready = READY.exec(said);
      if (ready) {
        clearTimeout(timer);
        resolve(ready[1]);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });

  return {
    address,
    folder,
    invites: invites.filter((line) => line.includes('/invite#')),
    log: () => said,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, 10_000);
      await ended;
      clearTimeout(timer);
      process.removeListener('exit', kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
