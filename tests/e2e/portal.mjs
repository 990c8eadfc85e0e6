// What the tests of the portal share: the real program on a free port with a data folder of its own, a browser, and people who sign in.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const program = process.env.ROLLBOOK_PROGRAM;
assert.ok(program, 'ROLLBOOK_PROGRAM names the program to test');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const password = 'a sentence that is long enough';

// Where a server keeps what it has: a data folder, or with ROLLBOOK_E2E_STORE=postgres a database of its own on the server of ROLLBOOK_TEST_POSTGRES
// (tools/with_postgres.sh starts one). Answers the environment that the program finds it by.
function newStore(folder) {
  const data = join(folder, 'data');
  if (process.env.ROLLBOOK_E2E_STORE !== 'postgres') {
    const script = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute(sys.argv[2]); c.commit()';
    return { data, env: { ROLLBOOK_DATA: data }, sql: (text) => execFileSync('python3', ['-c', script, join(data, 'operations.db'), text]), end() {} };
  }
  const server = process.env.ROLLBOOK_TEST_POSTGRES;
  assert.ok(server, 'ROLLBOOK_TEST_POSTGRES names a PostgreSQL server');
  const name = `e2e_${process.pid}_${randomBytes(4).toString('hex')}`;
  const ask = (sql) => execFileSync('psql', ['--quiet', '--no-psqlrc', '--command', sql, server], { encoding: 'utf8' });
  ask(`CREATE DATABASE ${name}`);
  const database = server.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
  const sql = (text) => execFileSync('psql', ['--quiet', '--no-psqlrc', '--set=ON_ERROR_STOP=1', '--command', `SET search_path = rollbook; ${text}`, database]);
  return { sql, env: { ROLLBOOK_DATABASE: database, ROLLBOOK_KEY: randomBytes(32).toString('hex') }, end: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) };
}

// Starts a server on an empty data folder; `prepare(rollbook)` may fill it before, by commands: rollbook('district', 'add', 'Oakfield').
// `more`: further words for `rollbook serve`; with --sftp it is waited for that door, too.
export async function startPortal(prepare = () => {}, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-e2e-'));
  const store = newStore(folder);
  const rollbook = (...words) => execFileSync(program, words, { env: { ...process.env, ...store.env }, encoding: 'utf8' });
  await prepare(rollbook, folder);
  const server = spawn(program, ['serve', '--listen', '127.0.0.1:0', ...more], { env: { ...process.env, ...store.env, ROLLBOOK_STRICT: '1' } });
  let said = '';
  let complained = '';
  server.stderr.on('data', (text) => { complained += text; });
  await new Promise((ready, failed) => {
    server.stdout.on('data', (text) => {
      said += text;
      if (said.includes('listens on') && said.endsWith('\n') && (!more.includes('--sftp') || said.includes('SFTP door is open'))) ready();
    });
    server.on('exit', (status) => failed(new Error(`the server ended with ${status}: ${said}${complained}`)));
  });
  const address = said.match(/listens on (\S+)/)[1];
  return {
    address, folder, rollbook,
    sql: store.sql, // straight into the operations, for what only happens now and then
    data: store.data, // of a data folder only
    process: server.pid,
    sftp: said.match(/SFTP door is open on \S+:(\d+)/)?.[1],
    welcome: said.match(/\/welcome\/\S+/)?.[0],
    complaints: () => complained,
    async stop() {
      server.removeAllListeners('exit');
      const ended = new Promise((done) => server.on('exit', done));
      server.kill('SIGTERM');
      const status = await ended;
      rmSync(folder, { recursive: true, force: true });
      store.end();
      assert.equal(status, 0, `the server stopped with ${status}: ${complained}`);
    },
  };
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

// A page of a new visitor. What a browser complains of (a script that throws, a policy that is broken) fails the test that asks `page.complaints()`.
export async function visitor(browser, portal, options = {}) {
  const context = await browser.newContext({ baseURL: portal.address, viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  page.complaints = () => complaints;
  return page;
}

// The first operator sets a password with the link that the server printed, and is signed in.
export async function beOperator(page, portal) {
  await page.goto(portal.welcome);
  await page.getByLabel('Your name').fill('Olga Operator');
  await page.getByLabel('E-mail address').fill('olga@example.org');
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.waitForURL('**/operator');
}

// Adds a district with its first System person; answers the link for that person.
export async function addDistrict(page, name, person, email) {
  await page.goto('/operator');
  await page.getByLabel('Name of the district').fill(name);
  await page.getByLabel('First person with the level System').fill(person);
  await page.getByLabel('Their e-mail address').fill(email);
  await page.getByRole('button', { name: 'Add the district' }).click();
  return (await page.locator('#link').textContent()).trim();
}

// A link to a new password, or an invitation of somebody who is new here.
export async function acceptLink(page, link) {
  await page.goto(link);
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page.getByRole('button', { name: /^(Set the password|Accept and sign in)$/ }).click();
  await page.waitForURL((url) => !/^\/(welcome|invitation)/.test(url.pathname));
}

export async function signIn(page, email, next = '/sign-in') {
  await page.goto(next);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}

// What axe finds serious or critical on the page as it is now; a test wants none. The strict policy forbids scripts in the page, so it is put in from outside.
// A page whose work ends meanwhile loads anew by itself: then it is the new one that is looked at.
export async function seriousFindings(page) {
  const look = async () => {
    await page.evaluate(axe);
    return page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  };
  const { violations } = await look().catch(async (error) => {
    if (!/navigation/.test(error.message)) throw error;
    await page.waitForLoadState();
    return look();
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(' ')}`);
}

// Whether nothing is wider than the window.
export async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

// Looks at one page wide, narrow and dark: nothing serious is found, and nothing is wider than the window. `show` brings the page there each time, for colours
// go over slowly. With SHOTS=FOLDER in the environment also pictures of it.
export async function looksRight(page, what, show = () => page.reload()) {
  for (const [width, scheme] of [[1280, 'light'], [320, 'light'], [1280, 'dark']]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme });
    await show();
    assert.deepEqual(await seriousFindings(page), [], `${what} ${width} ${scheme}`);
    assert.ok(await overflow(page) <= 0, `${what} is wider than ${width}`);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${what.replaceAll(/\W+/g, '_')}.${width}.${scheme}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

// The same of one address.
export const looksRightAt = (page, path) => looksRight(page, path, async () => assert.equal((await page.goto(path)).status(), 200, path));

// Until a page says it, for a minute: what workers do in the background. The visitor stays where they are.
export async function untilPageSays(page, address, words) {
  for (let i = 0; i < 240; i += 1) {
    const response = await page.request.get(address);
    if ((await response.text()).includes(words)) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  assert.fail(`${address} never said "${words}"`);
}
