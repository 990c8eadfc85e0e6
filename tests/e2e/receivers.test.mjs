// Export apps in a browser: a receiver is activated, set up, gets an export, and its sharing ends.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { acceptLink, addDistrict, beOperator, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna, folder;
const home = '/districts/1';

async function good(page) {
  const { width, height } = page.viewportSize();
  const wide = await seriousFindings(page);
  await page.setViewportSize({ width: 320, height });
  const narrow = await seriousFindings(page);
  const over = await overflow(page);
  await page.setViewportSize({ width, height });
  assert.deepEqual({ wide, narrow, over }, { wide: [], narrow: [], over: 0 }, page.url());
}

before(async () => {
  portal = await startPortal((rollbook) => {
    folder = mkdtempSync(join(tmpdir(), 'rollbook-receivers-'));
    rollbook('make-district', '--students', '60', '--seed', '3', join(folder, 'first'));
  });
  browser = await startBrowser();
  const operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  const link = await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org');
  anna = await visitor(browser, portal, { reducedMotion: 'reduce' });
  await acceptLink(anna, link);
  portal.rollbook('source', 'add', 'SIS', '--district', 'Oakfield Unified', '--live', '--apply-by-itself');
  portal.rollbook('sync', join(folder, 'first'), '--district', 'Oakfield Unified', '--source', 'SIS');
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('a receiver is activated and set up', async () => {
  await anna.goto(`${home}/gallery`);
  await good(anna);
  await anna.getByRole('link', { name: 'Activate the export OneRoster CSV 1.1' }).click();
  await good(anna);
  await anna.getByLabel('Name of the receiver').fill('Reading app');
  await anna.getByRole('button', { name: 'Activate and continue' }).click();
  await anna.waitForURL('**/receivers/1/settings');
  await good(anna);
  await anna.getByRole('group', { name: 'People' }).getByText('Column by column').click();
  await good(anna);
  await anna.getByRole('group', { name: 'People' }).getByLabel('sourcedId', { exact: true }).selectOption('pseudonym');
  await anna.getByRole('group', { name: 'People' }).getByLabel('email', { exact: true }).selectOption('as-is');
  await anna.getByLabel('Only people in these roles').fill('student');
  await anna.getByRole('button', { name: 'Save' }).click();
  await anna.waitForURL('**/receivers/1');
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /sourcedId pseudonym of this receiver/);
});

test('a schedule, a preview and an SFTP server are set up', async () => {
  await anna.goto(`${home}/receivers/1/settings`);
  await anna.getByLabel('From Monday to Friday at a time').check();
  await anna.getByLabel('Time of the day').fill('05:45');
  await anna.getByRole('button', { name: 'Save' }).click();
  await anna.waitForURL('**/receivers/1');
  assert.match(await anna.locator('main').textContent(), /from Monday to Friday at 05:45; next /);
  await anna.getByRole('link', { name: 'Preview' }).click();
  await good(anna);
  await anna.getByRole('button', { name: 'Count it now' }).click();
  await anna.getByRole('heading', { name: 'What would be in it' }).waitFor({ timeout: 20000 });
  await good(anna);
  await anna.goto(`${home}/receivers/1/sftp`);
  await anna.getByRole('textbox', { name: 'Server' }).fill('127.0.0.1');
  await anna.getByRole('textbox', { name: 'User' }).fill('oakfield');
  await anna.getByRole('button', { name: 'Save the server' }).click();
  await anna.getByRole('button', { name: 'Ask the server for its key' }).click();
  await anna.getByText('ROLLBOOK_SFTP_PRIVATE').waitFor();
  await good(anna);
});

test('an export is made by the workers, looked at and fetched', async () => {
  await anna.goto(`${home}/receivers/1`);
  await anna.getByRole('button', { name: 'Make an export now' }).click();
  await anna.waitForURL('**/exports/*');
  await anna.getByRole('heading', { name: 'What was in it' }).waitFor({ timeout: 20000 });
  await anna.reload();
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /It is the first export for this receiver/);
  const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('button', { name: 'Download it again' }).click()]);
  assert.equal(download.suggestedFilename(), 'roster.zip');
  const path = join(folder, 'roster.zip');
  await download.saveAs(path);
  const checked = JSON.parse(portal.rollbook('check', path, '--format', 'json'));
  assert.equal(checked.counts.error, 0);
  await anna.goto(home);
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /Reading app/);
});

test('the ledger tells who got what', async () => {
  await anna.goto(`${home}/disclosures`);
  await good(anna);
  await anna.getByLabel('sourcedId').fill('nobody');
  await anna.getByRole('button', { name: 'Show who got it' }).click();
  assert.match(await anna.locator('main').textContent(), /ever had this id/);
  await good(anna);
});

test('the sharing ends by the name of the receiver', async () => {
  await anna.goto(`${home}/receivers/1`);
  await anna.getByRole('link', { name: 'End the sharing' }).click();
  await good(anna);
  await anna.getByLabel(/Type the name of the receiver/).fill('Reading app');
  await anna.getByRole('button', { name: 'End the sharing' }).click();
  await anna.waitForURL('**/receivers/1');
  await good(anna);
  assert.equal(await anna.getByRole('button', { name: 'Make an export now' }).count(), 0);
});

test('nothing in the browser complained', () => {
  assert.deepEqual(anna.complaints(), []);
  assert.equal(portal.complaints(), '');
});
