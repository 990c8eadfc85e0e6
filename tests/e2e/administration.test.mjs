// Administration as its users meet it: the tree of organizations, a rollover, settings; and an organization is deleted and comes back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna;
const administration = '/districts/1/administration';

before(async () => {
  let links;
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder); });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

// Of the organization whose page is shown; answers the address of the run.
async function deletion(beforehand = async () => {}) {
  await anna.getByRole('button', { name: /^Count what would go/ }).click();
  await anna.getByLabel(/^To delete/).waitFor();
  const run = new URL(anna.url()).pathname;
  const records = /To delete ([\d,]+) records/.exec(await anna.locator('form[action$="/apply"]').innerText())[1].replaceAll(',', '');
  await beforehand();
  await anna.getByLabel(/^To delete/).fill(records);
  await anna.getByRole('button', { name: 'Delete them' }).click();
  await anna.getByText('Undo this run').waitFor();
  return run;
}

test('nothing serious is found on any page, and nothing overflows a narrow window', async () => {
  await anna.goto(`${administration}/organizations`);
  const school = await anna.locator('tbody a').last().getAttribute('href');
  for (const address of [administration, `${administration}/organizations`, school, `${administration}/rollover`, `${administration}/audit`, `${administration}/notifications`,
    `${administration}/settings`, `${administration}/settings?preview=yes&deliveries=30&findings=30`])
    for (const [width, scheme] of [[1280, 'light'], [320, 'light'], [1280, 'dark']]) {
      await anna.setViewportSize({ width, height: 800 });
      await anna.emulateMedia({ colorScheme: scheme });
      const response = await anna.goto(address);
      assert.equal(response.status(), 200, address);
      assert.deepEqual(await seriousFindings(anna), [], `${address} ${width} ${scheme}`);
      assert.ok(await overflow(anna) <= 0, `${address} is wider than ${width}`);
    }
  await anna.setViewportSize({ width: 1280, height: 800 });
  await anna.emulateMedia({ colorScheme: 'light' });
  assert.deepEqual(anna.complaints(), []);
});

test('the tree is searched while one writes, and without script too', async () => {
  await anna.goto(`${administration}/organizations`);
  const all = await anna.locator('tbody tr').count();
  const name = (await anna.locator('tbody a').last().innerText()).trim();
  await anna.getByLabel('Name or id').pressSequentially(name);
  await anna.waitForFunction((rows) => document.querySelectorAll('tbody tr').length < rows, all);
  assert.ok((await anna.locator('#organizations').innerText()).includes(name));
  const plain = await visitor(browser, portal, { javaScriptEnabled: false, storageState: await anna.context().storageState() });
  await plain.goto(`${administration}/organizations`);
  await plain.getByLabel('Name or id').fill(name);
  await plain.getByRole('button', { name: 'Find' }).click();
  assert.ok(await plain.locator('tbody tr').count() < all);
});

test('an organization is deleted when its number was typed, and comes back', async () => {
  await anna.goto(`${administration}/organizations`);
  const before = await anna.locator('tbody tr').count();
  await anna.locator('tbody a').last().click();
  const run = await deletion(async () => {
    await anna.getByLabel(/^To delete/).fill('1');
    await anna.getByRole('button', { name: 'Delete them' }).click();
    assert.match(await anna.locator('main').innerText(), /That is not the number/);
  });
  await anna.goto(`${administration}/organizations`);
  assert.ok(await anna.locator('tbody tr').count() < before);
  await anna.goto(`${run}/undo`);
  await anna.locator('form[action$="/undo"] button').first().click();
  await anna.getByText('Undo this run').waitFor();
  await anna.goto(`${administration}/organizations`);
  assert.equal(await anna.locator('tbody tr').count(), before);
});

test('whom to call at a school is kept, whatever is delivered', async () => {
  await anna.goto(`${administration}/organizations`);
  await anna.locator('tbody a').last().click();
  await anna.getByLabel('Person').fill('Ms Holm');
  await anna.getByLabel('E-mail').fill('office@school.example');
  await anna.getByRole('button', { name: 'Keep it' }).click();
  await anna.waitForLoadState();
  assert.equal(await anna.getByLabel('E-mail').inputValue(), 'office@school.example');
  await anna.goto(`${administration}/organizations`);
  assert.match(await anna.locator('#organizations').innerText(), /Ms Holm/);
});

test('a rollover is planned, says what it does tonight, and is ended', async () => {
  await anna.goto(`${administration}/rollover`);
  assert.match(await anna.locator('main').innerText(), /As always/);
  await anna.getByLabel('Allow everything but removals').check();
  await anna.getByLabel('Last day').fill('2099-08-31');
  await anna.getByRole('button', { name: 'Plan it' }).click();
  await anna.getByText('Nobody and nothing is removed').first().waitFor();
  assert.match(await anna.locator('table').innerText(), /holds today/);
  assert.deepEqual(await seriousFindings(anna), []);
  await anna.getByRole('button', { name: /^End it now/ }).click();
  await anna.getByText('taken away').waitFor();
  assert.match(await anna.locator('main').innerText(), /As always/);
});

test('the audit log is filtered, and downloaded as it is filtered', async () => {
  await anna.goto(`${administration}/audit`);
  await anna.getByLabel('What', { exact: true }).selectOption('contact set');
  await anna.getByRole('button', { name: 'Filter' }).click();
  await anna.waitForURL(/what=contact/);
  assert.equal(await anna.locator('tbody tr').count(), 1);
  const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('link', { name: 'Download as CSV' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  assert.equal(lines.length, 2);
  assert.match(lines[1], /Anna.*contact set.*,127\.0\.0\.1$/i);
  assert.match(await anna.locator('tbody tr').innerText(), /127\.0\.0\.1/);
});

test('how long people who left are kept is previewed, set and told; their runs can no longer be undone', async () => {
  await anna.goto(`${administration}/organizations`);
  await anna.locator('tbody a').last().click();
  await deletion();
  await anna.goto(`${administration}/settings`);
  await anna.getByLabel('People who left: days').fill('365');
  await anna.getByRole('button', { name: 'See what would go' }).click();
  await anna.getByRole('heading', { name: 'What would go' }).waitFor();
  assert.match(await anna.locator('main').innerText(), /People who left from before \S+: nothing/);
  await anna.getByRole('button', { name: 'Keep it so long from now on' }).click();
  await anna.getByText('It is set.').waitFor();
  const later = `${new Date().getFullYear() + 3}-01-01`;
  assert.match(portal.rollbook('retention', '--district', 'Oakfield Unified', '--today', later, '--dry-run'), /leavers from before .*: [1-9]\d* (person|people), with .* could then no longer be undone/);
  assert.match(portal.rollbook('retention', '--district', 'Oakfield Unified', '--today', later), /leavers from before .* can no longer be undone/);
  for (const [width, scheme] of [[1280, 'light'], [320, 'light'], [1280, 'dark']]) {
    await anna.setViewportSize({ width, height: 800 });
    await anna.emulateMedia({ colorScheme: scheme });
    await anna.goto(`${administration}/settings`);
    assert.match(await anna.locator('table').innerText(), /People who left/);
    assert.deepEqual(await seriousFindings(anna), [], `${width} ${scheme}`);
    assert.ok(await overflow(anna) <= 0, `settings are wider than ${width}`);
  }
  await anna.setViewportSize({ width: 1280, height: 800 });
  await anna.emulateMedia({ colorScheme: 'light' });
  await anna.goto('/districts/1/history/1');
  assert.match(await anna.locator('main').innerText(), /It can no longer be undone/);
  assert.equal(await anna.getByText('Undo this run').count(), 0);
  assert.equal((await anna.goto('/districts/1/history/1/undo')).status(), 409);
  assert.match(portal.rollbook('verify', '--district', 'Oakfield Unified'), /sound/);
});
