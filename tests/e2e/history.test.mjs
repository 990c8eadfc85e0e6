// Data Sync History as its users meet it: from the list to a run, from its numbers to rows, and the decision.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, looksRight, looksRightAt, signIn, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, links, anna;
const home = '/districts/1', history = `${home}/history`;

before(async () => {
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder); });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const pages = ['', '/history', '/history?kind=edit', '/history/charts', '/history/5', '/history/4', '/history/3', '/history/3/findings', '/history/5/changes',
  '/history/2/changes?table=users&kind=updated', '/history/2/undo', '/export'];

test('nothing serious is found on any page, and nothing overflows a narrow window', async () => {
  for (const path of pages) await looksRightAt(anna, home + path);
  assert.deepEqual(anna.complaints(), []);
});

test('home says that a school is held, and leads to the decision by the keyboard alone', async () => {
  await anna.goto(home);
  await assert.doesNotReject(anna.getByText(/1 school is held, your decision/).waitFor({ timeout: 3000 }));
  const look = anna.getByRole('link', { name: /Look and decide/ });
  for (let i = 0; i < 40 && !(await look.evaluate((link) => link === document.activeElement)); ++i) await anna.keyboard.press('Tab');
  await anna.keyboard.press('Enter');
  await anna.waitForURL(`**${history}/5`);
  assert.match(await anna.textContent('h1'), /Run 5: Delivery of sis/);
});

test('the history lists every run and is filtered', async () => {
  await anna.goto(history);
  assert.equal(await anna.locator('tbody tr').count(), 5);
  await anna.getByLabel('Outcome').selectOption('refused');
  await anna.getByRole('button', { name: 'Filter' }).click();
  assert.equal(await anna.locator('tbody tr').count(), 1);
  await anna.locator('tbody th a').click();
  assert.match(await anna.textContent('main'), /Refused/);
});

test('charts are drawn beside their table', async () => {
  await anna.goto(`${history}/charts`);
  await anna.locator('#charts canvas').nth(3).waitFor();
  assert.ok(await anna.locator('#points tbody tr').count() >= 3);
});

test('a number leads to its rows, page by page, and what they were before', async () => {
  await anna.goto(`${history}/5`);
  const row = anna.getByRole('row', { name: /^People/ });
  const removed = (await row.getByRole('link', { name: /removed/ }).textContent()).replace(/\D/g, '');
  await row.getByRole('link', { name: /removed/ }).click();
  assert.match(await anna.textContent('main'), new RegExp(`of ${Number(removed).toLocaleString('en')}\\.`));
  const first = await anna.locator('tbody th').first().textContent();
  if (Number(removed) > 50) {
    await anna.getByRole('link', { name: 'More rows' }).click();
    assert.notEqual(await anna.locator('tbody th').first().textContent(), first);
  }
});

test('findings say what, why and how, and are searched', async () => {
  await anna.goto(`${history}/3/findings`);
  const all = await anna.locator('tbody tr').count();
  assert.ok(all > 0);
  const file = await anna.getByLabel('File').locator('option').nth(1).getAttribute('value');
  await anna.getByLabel('File').selectOption(file);
  await anna.getByRole('button', { name: 'Show' }).click();
  assert.ok(await anna.locator('tbody tr').count() <= all);
  await anna.locator('tbody th a').first().click();
  await anna.waitForURL('**/help/rules/*');
});

test('who only reads sees what waits and cannot decide', async () => {
  const rita = await visitor(browser, portal);
  await acceptLink(rita, links.rita);
  await rita.goto(`${history}/5`);
  assert.equal(await rita.getByRole('button', { name: /^Apply/ }).count(), 0);
  assert.match(await rita.textContent('main'), /level Enrollment/);
  await rita.context().close();
});

test('a delivery is downloaded as it was received', async () => {
  await anna.goto(`${history}/1`);
  const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('link', { name: /orgs\.csv/ }).click()]);
  assert.equal(download.suggestedFilename(), 'orgs.csv');
});

test('an export is downloaded, and stands in the history', async () => {
  await anna.goto(`${home}/export`);
  assert.match(await anna.textContent('main'), /Demographics are not in it/);
  portal.rollbook('person', 'grant', 'anna@example.org', '--district', 'Oakfield Unified', '--level', 'system', '--demographics');
  await anna.reload();
  assert.doesNotMatch(await anna.textContent('main'), /Demographics are not in it/);
  const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('button', { name: 'Download the zip' }).click()]);
  const path = await download.path();
  const said = portal.rollbook('check', path);
  assert.match(said, /valid|warnings/i);
  await anna.goto(`${history}?kind=export`);
  assert.match(await anna.textContent('tbody'), /Exported/);
  await anna.locator('tbody th a').first().click();
  await anna.waitForURL(`**${home}/exports/1`);
  assert.match(await anna.textContent('main'), /by anna@example\.org/);
  assert.match(await anna.textContent('main'), /OneRoster 1\.2/);
  const digest = await anna.locator('dd code').textContent();
  assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), digest);
  const again = anna.getByRole('button', { name: 'Download it again' });
  for (let i = 0; i < 40 && !(await again.evaluate((button) => button === document.activeElement)); ++i) await anna.keyboard.press('Tab');
  const [second] = await Promise.all([anna.waitForEvent('download'), anna.keyboard.press('Enter')]);
  assert.ok(readFileSync(await second.path()).equals(readFileSync(path)), 'made anew, the same bytes');
  const zip = join(portal.folder, 'by-command.zip');
  portal.rollbook('export', zip, '--oneroster', '1.2', '--district', 'Oakfield Unified');
  assert.ok(readFileSync(zip).equals(readFileSync(path)), 'a command writes the same zip');
  await anna.goto(`${home}/exports/3`);
  assert.equal(await anna.locator('dd code').textContent(), digest);
  assert.match(await anna.textContent('main'), /by command line/);
  await looksRight(anna, 'an export');
});

test('findings are told as they come, with and without script', async () => {
  const going = (found) => `UPDATE runs SET state = 'running', worker = 'elsewhere', lease = 4102444800, progress = 'reading 50 100${found}' WHERE id = 2`;
  try {
    portal.sql(going(''));
    const plain = await visitor(browser, portal, { javaScriptEnabled: false });
    await signIn(plain, 'anna@example.org', `/sign-in?next=${encodeURIComponent(`${history}/2`)}`);
    await plain.goto(`${history}/2`);
    await anna.goto(`${history}/2`);
    await anna.getByText('Reading and checking').waitFor();
    assert.ok(!await anna.getByText('Found so far').isVisible());
    portal.sql(going('\nfound 2 7 0\nREF001 3 2 users.csv:4 users.csv:17\nPKG006 2 7'));
    await anna.getByText('Found so far: 2 errors, 7 warnings.').waitFor();
    await anna.getByText('users.csv line 4, users.csv line 17').waitFor();
    assert.equal(await anna.locator('#progress li').count(), 2);
    await looksRight(anna, 'progress', async () => {
      await anna.reload();
      await anna.getByText('Found so far').waitFor();
    });
    const byScript = (await anna.locator('#progress li').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());
    await plain.getByRole('link', { name: 'Look again' }).click();
    assert.deepEqual((await plain.locator('#progress li').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim()), byScript);
    await plain.context().close();
  } finally {
    portal.sql("UPDATE runs SET state = 'done', progress = '' WHERE id = 2");
  }
  await anna.locator('#progress').waitFor({ state: 'detached' });
  assert.deepEqual(anna.complaints(), []);
});

test('without script a held run is applied without the held school', async () => {
  const plain = await visitor(browser, portal, { javaScriptEnabled: false });
  await signIn(plain, 'anna@example.org', `/sign-in?next=${encodeURIComponent(`${history}/5`)}`);
  await plain.goto(`${history}/5`);
  await plain.locator('summary', { hasText: 'Choose schools to leave out' }).click();
  assert.equal(await plain.locator('input[name=except]:checked').count(), 1);
  assert.equal(await plain.locator('#decide-title ~ * .btn-primary').count(), 1);
  await plain.getByRole('button', { name: 'Apply without the 1 held school' }).click();
  assert.match(await plain.textContent('main'), /without 1 school/);
  await plain.goto(`${history}/charts`);
  assert.ok(await plain.locator('#points tbody tr').count() >= 3);
  await plain.context().close();
});

test('the server had nothing to complain of', () => assert.equal(portal.complaints(), ''));
