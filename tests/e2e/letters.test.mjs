// Letters as people meet them: the operator sets a mail server and tests it, somebody chooses what they get, a delivery is refused, and a letter arrives.
import { execFileSync, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, beOperator, looksRightAt, startBrowser, startPortal, visitor } from './portal.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), '..', 'letters', 'mail_server.py');
const notifications = '/districts/1/administration/notifications', webhooks = '/districts/1/administration/webhooks';
let mail, server, port, portal, browser, olga, anna;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const letters = () => readdirSync(mail).filter((name) => name.endsWith('.json')).sort().map((name) => JSON.parse(readFileSync(join(mail, name), 'utf8')));
async function until(what, is) {
  for (let i = 0; i < 240 && !is(); i += 1) await sleep(250);
  assert.ok(is(), what);
}

before(async () => {
  mail = mkdtempSync(join(tmpdir(), 'rollbook-mail-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(mail, 'key.pem'), '-out', join(mail, 'cert.pem')], { stdio: 'ignore' });
  process.env.ROLLBOOK_CA_FILE = join(mail, 'cert.pem');
  server = spawn('/usr/bin/python3', [script, mail, '0', 'starttls'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await until('the mail server begins (python3-aiosmtpd)', () => existsSync(join(mail, 'port')));
  port = readFileSync(join(mail, 'port'), 'utf8');
  let links;
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder, 300); });
  browser = await startBrowser();
  olga = await visitor(browser, portal);
  await beOperator(olga, portal);
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
  server?.stdin.end();
  rmSync(mail, { recursive: true, force: true });
});

test('the operator sets the mail server, and a test letter arrives', async () => {
  await olga.goto('/operator');
  await olga.getByRole('link', { name: 'Letters' }).click();
  await olga.getByText('No mail server is set yet').waitFor();
  await olga.getByLabel('Address of the portal').fill('https://rollbook.example.org');
  await olga.getByLabel('Mail server', { exact: true }).fill('127.0.0.1');
  await olga.getByLabel('Port', { exact: true }).fill(port);
  await olga.getByLabel('User').fill('rollbook');
  await olga.getByLabel('Letters come from').fill('rollbook@oakfield.example');
  await olga.getByRole('button', { name: 'Save', exact: true }).click();
  await olga.getByText('The password of rollbook is not set yet.').waitFor();
  await olga.getByLabel('Password', { exact: true }).fill('not this one');
  await olga.getByRole('button', { name: 'Save the password' }).click();
  await olga.getByRole('button', { name: 'Send a test letter' }).click();
  await olga.getByText('does not let Rollbook in').waitFor();
  assert.equal(letters().length, 0);
  await olga.getByLabel('Password', { exact: true }).fill('Larkspur-7 of June');
  await olga.getByRole('button', { name: 'Save the password' }).click();
  await olga.getByRole('button', { name: 'Send a test letter' }).click();
  await olga.getByText('has taken a test letter to olga@example.org').waitFor();
  await until('it arrives', () => letters().length === 1);
  const [letter] = letters();
  assert.match(letter.text, /^This is a test/);
  assert.match(letter.html, /<a href="https:\/\/rollbook\.example\.org\/">/);
  assert.equal(letter.defects, '');
  await looksRightAt(olga, '/operator/letters');
});

test('somebody chooses which letters they get, and gets them', async () => {
  await anna.goto(notifications);
  assert.ok(await anna.getByLabel('Refused', { exact: true }).isChecked());
  assert.ok(!await anna.getByLabel('Applied', { exact: true }).isChecked());
  await anna.getByLabel('Applied', { exact: true }).check();
  await anna.getByRole('button', { name: 'Save' }).click();
  await anna.getByText('Saved.').waitFor();
  assert.ok(await anna.getByLabel('Applied', { exact: true }).isChecked());
  const before = letters().length;
  const broken = join(portal.folder, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'users.csv'), 'nonsense\nCanary\n');
  assert.throws(() => portal.rollbook('sync', broken, '--district', '1', '--source', 'sis'));
  await until('a letter comes', () => letters().length > before);
  const letter = letters().at(-1);
  assert.match(letter.text, /^Delivery \d+ of sis was refused; nothing was changed\. Have it corrected/);
  assert.match(letter.text, /https:\/\/rollbook\.example\.org\/districts\/1\/history\/\d+/);
  assert.match(letter.text, /never send rosters by e-mail or in shared sheets/);
  assert.ok(!/canary/i.test(letter.text + letter.html + letter.subject));
  await anna.goto(notifications);
  await anna.locator('section', { hasText: 'Your newest letters' }).getByRole('link', { name: 'Refused' }).click();
  await anna.waitForURL(/\/history\/\d+$/);
  await looksRightAt(anna, notifications);
  await anna.goto(notifications);
  await anna.locator('main summary').first().click();
  await anna.getByLabel('Applied, sis').waitFor();
  assert.deepEqual(anna.complaints(), []);
});

test('a webhook is added, shows its secret once, is paused and removed', async () => {
  await anna.goto(webhooks);
  await anna.getByLabel('Address').fill('http://127.0.0.1/');
  await anna.getByRole('button', { name: 'Add the webhook' }).click();
  await anna.getByText('It has to be https').first().waitFor();
  await anna.getByLabel('Address').fill('https://example.invalid/rollbook');
  await anna.getByLabel('Held', { exact: true }).check();
  await anna.getByRole('button', { name: 'Add the webhook' }).click();
  assert.match(await anna.locator('#secret').textContent(), /^rbwh_/);
  await looksRightAt(anna, webhooks);
  await anna.goto(webhooks);
  await anna.getByRole('link', { name: 'Webhook 1' }).click();
  await anna.getByText('Nothing yet').waitFor();
  await looksRightAt(anna, `${webhooks}/1`);
  await anna.getByRole('button', { name: 'Pause' }).click();
  await anna.getByRole('button', { name: 'Go on' }).waitFor();
  await anna.getByRole('button', { name: 'Remove' }).click();
  await anna.getByText('No webhooks yet').waitFor();
  assert.deepEqual(anna.complaints(), []);
});
