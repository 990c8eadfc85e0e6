// A night as it is meant to be: a real sftp leaves the export, the schedule takes it, the run is held, a letter tells it, somebody approves in the browser, and the
// roster is there.
import { execFileSync, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acceptLink, looksRightAt, startBrowser, startPortal, visitor } from './portal.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), '..', 'letters', 'mail_server.py');
const source = '/districts/1/sources/1';
let folder, mail, portal, browser, anna, link;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const letters = () => readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
async function until(what, seconds, is) {
  for (let i = 0; i < seconds * 4 && !is(); i += 1) await sleep(250);
  assert.ok(is(), what);
}
function sftp(...commands) {
  writeFileSync(join(folder, 'batch'), `${commands.join('\n')}\n`);
  return execFileSync('sftp', ['-q', '-b', join(folder, 'batch'), '-F', 'none', '-oBatchMode=yes', '-oIdentitiesOnly=yes', '-oStrictHostKeyChecking=no',
    '-oUserKnownHostsFile=/dev/null', '-i', join(folder, 'key'), '-P', portal.sftp, 'sis-1@127.0.0.1'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-door-'));
  mail = spawn('/usr/bin/python3', [script, folder, '0', 'plain'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await until('the mail server begins (python3-aiosmtpd)', 60, () => existsSync(join(folder, 'port')));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'nightly export', '-f', join(folder, 'key')]);
  portal = await startPortal((rollbook, home) => {
    rollbook('district', 'add', 'Oakfield Unified', '--time-zone', 'America/Chicago');
    rollbook('source', 'add', 'sis', '--district', '1', '--live');  // each delivery waits for a person
    mkdirSync(join(folder, 'incoming'));
    rollbook('door', 'folder', realpathSync(join(folder, 'incoming')), '--district', '1', '--source', 'sis');
    rollbook('source', 'set', 'sis', 'schedule=* * * * *', '--district', '1');
    rollbook('letters', 'set', 'address=https://rollbook.example.org', 'server=127.0.0.1', `port=${readFileSync(join(folder, 'port'), 'utf8')}`, 'security=none',
      'from=rollbook@oakfield.example');
    link = rollbook('person', 'add', 'anna@example.org', 'Anna').match(/\/welcome\/\S+/)[0];
    rollbook('person', 'grant', 'anna@example.org', '--district', '1', '--level', 'system');
    rollbook('make-district', '--students', '200', join(home, 'export'));
    execFileSync('zip', ['-q', '-j', join(home, 'roster.zip'), ...readdirSync(join(home, 'export')).map((name) => join(home, 'export', name))]);
  }, ['--sftp', '127.0.0.1:0', '--sftp-host', 'sftp.oakfield.example', '--http-door', 'https://rollbook.oakfield.example/', '--watch-folders']);
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, link);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
  mail?.stdin.end();
  rmSync(folder, { recursive: true, force: true });
});

test('what a sender needs stands on a page, and its key is added there', async () => {
  await anna.goto(source);
  await anna.getByRole('link', { name: 'Have it sent by SFTP' }).click();
  await anna.getByText('sftp.oakfield.example').waitFor();
  assert.ok(await anna.getByText('sis-1', { exact: true }).isVisible());
  await anna.getByLabel('Add a public key').fill('not a key');
  await anna.getByRole('button', { name: 'Add the key' }).click();
  await anna.getByText('This is no Ed25519, RSA or ECDSA key').waitFor();
  await anna.getByLabel('Add a public key').fill(readFileSync(join(folder, 'key.pub'), 'utf8'));
  await anna.getByRole('button', { name: 'Add the key' }).click();
  await anna.getByText('nightly export').waitFor();
  await anna.getByRole('button', { name: 'Make a password' }).click();
  assert.match(await anna.locator('#password').textContent(), /^[\w-]{40,}$/);
  await looksRightAt(anna, `${source}/door`);
});

test('a script leaves a file with the line that the page shows', async () => {
  await anna.goto(`${source}/door`);
  const line = await anna.locator('#curl').textContent();
  assert.match(line, /^curl .* -T oneroster\.zip https:\/\/rollbook\.oakfield\.example\/doors\/sis-1\/$/);
  await anna.getByRole('button', { name: 'Make a new password' }).click();
  const password = await anna.locator('#password').textContent();
  writeFileSync(join(folder, 'oneroster.zip'), 'half a z');
  const curl = (secret) => execFileSync('bash', ['-c', `${line.replace('https://rollbook.oakfield.example', portal.address).replace('-u sis-1', `-u sis-1:${secret}`)} -q -s --noproxy '*' -w '%{http_code}' || true`],
    { cwd: folder, encoding: 'utf8' });
  assert.match(curl('wrong'), /do not fit[\s\S]*401$/);
  assert.match(curl(password), /8 bytes have arrived[\s\S]*201$/);
  assert.match(sftp('ls -1', 'rm oneroster.zip'), /oneroster\.zip/, 'it is in the folder that SFTP sees');
});

test('the export is left, taken at its time, held, told, approved, and in the roster', async () => {
  sftp(`put ${join(portal.folder, 'roster.zip')} roster.zip.part`, 'rename roster.zip.part roster.zip');
  const runs = () => JSON.parse(portal.rollbook('runs', '--district', '1', '--format', 'json'));
  await until('it becomes a run, and the schedule takes it', 120, () => runs().some((run) => run.outcome === 'held'));
  await until('a letter comes', 60, () => letters().length > 0);
  const [letter] = letters();
  assert.match(letter.text, /^Delivery 1 of sis is held; nothing was changed\./);
  const [, page] = letter.text.match(/https:\/\/rollbook\.example\.org(\/districts\/1\/history\/\d+)/);
  await anna.goto(page);
  await anna.getByRole('button', { name: /^Apply/ }).first().click();
  await until('it is applied', 60, () => runs().some((run) => /^applied/.test(run.outcome)));
  assert.ok(/"users"|users/.test(portal.rollbook('run', '1', '--district', '1')));
  assert.match(sftp('ls'), /^(sftp> ls\s*)?$/, 'it has left the folder');
  assert.deepEqual(anna.complaints(), []);
});

test('what is left in a watched folder is taken, too, and its page shows the folder', async () => {
  const before = JSON.parse(portal.rollbook('runs', '--district', '1', '--format', 'json')).length;
  copyFileSync(join(portal.folder, 'roster.zip'), join(folder, 'incoming', 'roster.zip'));
  await until('it becomes a run', 60, () => JSON.parse(portal.rollbook('runs', '--district', '1', '--format', 'json')).length === before + 1);
  assert.deepEqual(readdirSync(join(folder, 'incoming')), []);
  await anna.goto(`${source}/door`);
  await anna.getByText(join(folder, 'incoming')).waitFor();
  await looksRightAt(anna, `${source}/door`);
});
