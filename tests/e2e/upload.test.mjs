// An upload in a browser: chosen, dropped, without script, broken off; and the run that is made of it, as it goes on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { acceptLink, addDistrict, beOperator, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna, files, zip, large, state;

// CSV files of a district with so many pupils, in a folder of their own.
function delivery(name, pupils) {
  const folder = join(portal.folder, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'orgs.csv'), 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd,,,Oakfield,district,,\ns,,,Oak School,school,,d\n');
  const columns = 'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n';
  const rows = Array.from({ length: pupils }, (_, i) => `u${i},,,true,s,student,pupil${i},,Given${i},Family${i},,,,,,,05,\n`);
  writeFileSync(join(folder, 'users.csv'), columns + rows.join(''));
  const tables = ['academicSessions', 'categories', 'classes', 'classResources', 'courses', 'courseResources', 'demographics', 'enrollments', 'lineItems', 'orgs', 'resources', 'results', 'users'];
  writeFileSync(join(folder, 'manifest.csv'), 'propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n' +
    tables.map((table) => `file.${table},${['orgs', 'users'].includes(table) ? 'bulk' : 'absent'}\n`).join('') + 'source.systemName,Test\nsource.systemCode,test\n');
  return readdirSync(folder).sort().map((file) => join(folder, file));
}

before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
  const operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  const link = await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org');
  anna = await visitor(browser, portal);
  await acceptLink(anna, link);
  state = await anna.context().storageState();
  files = delivery('small', 20);
  large = delivery('large', 60000);
  zip = join(portal.folder, 'roster.zip');
  execFileSync('zip', ['-qj', zip, ...files]);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

// Where an upload has led, when its run is over.
async function outcome(page) {
  await page.waitForURL(/\/history\/\d+$/);
  await page.locator('.verdict .tag', { hasText: /Held|Refused|Applied|No changes|Failed/ }).waitFor();
  return page.textContent('.verdict .tag');
}

test('without a source, an upload leads to the gallery', async () => {
  await anna.goto('/districts/1/upload');
  assert.match(anna.url(), /\/districts\/1\/gallery$/);
  assert.match(await anna.textContent('main'), /no source yet/);
  portal.rollbook('source', 'add', '--district', 'Oakfield Unified', 'sis');
});

test('the page is found from Rosters, and is fit for everybody', async () => {
  await anna.goto('/districts/1/rosters');
  assert.deepEqual(await seriousFindings(anna), []);
  await anna.getByRole('link', { name: 'Upload a delivery' }).click();
  assert.equal(await anna.textContent('h1'), 'Upload');
  assert.deepEqual(await seriousFindings(anna), []);
  await anna.setViewportSize({ width: 320, height: 800 });
  assert.equal(await overflow(anna), 0);
  await anna.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual(anna.complaints(), []);
});

test('a zip is chosen, its run goes on in sight, and waits for a decision', async () => {
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles(zip);
  assert.match(await anna.locator('[data-chosen]').textContent(), /roster\.zip, .* bytes|roster\.zip, .* KB/);
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Held/);
  assert.deepEqual(await seriousFindings(anna), []);
  assert.deepEqual(anna.complaints(), []);
});

test('loose CSV files are chosen, with others among them that are left out', async () => {
  const note = join(portal.folder, 'note.txt');
  writeFileSync(note, 'hello');
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles([...files, note]);
  assert.match(await anna.locator('[data-chosen]').textContent(), /3 files, .*; 1 other file is left out/);
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Held/);
});

test('a whole folder is chosen', async () => {
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('Or a whole folder').setInputFiles(join(portal.folder, 'small'));
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Held/);
});

test('files are dropped', async () => {
  await anna.goto('/districts/1/upload');
  const contents = files.map((file) => ({ name: file.split('/').at(-1), text: readFileSync(file, 'utf8') }));
  const dropped = await anna.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const { name, text } of all) transfer.items.add(new File([text], name, { type: 'text/csv' }));
    return transfer;
  }, contents);
  await anna.dispatchEvent('.drop', 'dragenter', { dataTransfer: dropped });
  assert.ok(await anna.locator('drop-zone.over').count());
  await anna.dispatchEvent('.drop', 'drop', { dataTransfer: dropped });
  await anna.locator('[data-chosen]').getByText('3 files').waitFor();
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Held/);
  assert.deepEqual(anna.complaints(), []);
});

test('what cannot be sent is told in place', async () => {
  await anna.goto('/districts/1/upload');
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await anna.getByRole('alert').textContent(), /Choose a zip/);
  const other = join(portal.folder, 'other.zip');
  execFileSync('cp', [zip, other]);
  await anna.getByLabel('A zip, or CSV files').setInputFiles([zip, other]);
  assert.match(await anna.getByRole('alert').textContent(), /Several zips/);
  const mixed = join(portal.folder, 'mixed.zip');
  execFileSync('cp', [zip, mixed]);
  await anna.getByLabel('A zip, or CSV files').setInputFiles([mixed, files[0]]);
  await anna.getByRole('button', { name: 'Upload' }).click();
  await anna.getByText('There is a zip among several files').waitFor();
  assert.deepEqual(await seriousFindings(anna), []);
});

test('files without a manifest are refused, until a person confirms what they are', async () => {
  const some = files.filter((file) => !file.endsWith('manifest.csv'));
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles(some);
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Refused/);
  const refused = anna.url();
  await anna.getByRole('heading', { name: 'Confirm what this is' }).waitFor();
  assert.deepEqual(await seriousFindings(anna), []);
  await anna.getByLabel(/1\.1/).check();
  await anna.getByLabel(/Some of it/).check();
  await anna.getByRole('button', { name: 'Look at it again' }).click();
  await anna.waitForURL((url) => String(url) !== refused);
  assert.match(await outcome(anna), /Held/);

  const zipped = join(portal.folder, 'without.zip');
  execFileSync('zip', ['-qj', zipped, ...some]);
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles(zipped);
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Refused/);
  await anna.getByLabel(/1\.1/).check();
  await anna.getByLabel(/Everything/).check();
  await anna.getByRole('button', { name: 'Look at it again' }).click();
  assert.match(await outcome(anna), /Held/);
});

test('it works without script', async () => {
  const plain = await visitor(browser, portal, { javaScriptEnabled: false, storageState: state });
  await plain.goto('/districts/1/upload');
  await plain.getByLabel('A zip, or CSV files').setInputFiles(files);
  await plain.getByRole('button', { name: 'Upload' }).click();
  await plain.waitForURL(/\/history\/\d+$/);
  for (let i = 0; i < 100 && (await plain.getByRole('link', { name: 'Look again' }).count()); ++i) {
    await plain.waitForTimeout(100);
    await plain.getByRole('link', { name: 'Look again' }).click();
  }
  assert.match(await outcome(plain), /Held/);
  await plain.goto('/districts/1/upload');
  await plain.getByRole('button', { name: 'Upload' }).click();
  assert.match(await plain.textContent('main'), /Choose a zip/);
  await plain.context().close();
});

test('the keyboard suffices', async () => {
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles(zip);
  await anna.getByLabel('A zip, or CSV files').focus();
  for (let i = 0; i < 4; ++i) {
    if (await anna.evaluate(() => document.activeElement.matches('[data-send]'))) break;
    await anna.keyboard.press('Tab');
  }
  assert.ok(await anna.evaluate(() => document.activeElement.matches('[data-send]')));
  await anna.keyboard.press('Enter');
  assert.match(await outcome(anna), /Held/);
});

test('an upload is cancelled, and nothing of it is kept', async () => {
  await anna.goto('/districts/1/upload');
  const client = await anna.context().newCDPSession(anna);
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 1e6, uploadThroughput: 200_000 });
  await anna.getByLabel('A zip, or CSV files').setInputFiles(large);
  await anna.getByRole('button', { name: 'Upload' }).click();
  await anna.getByRole('button', { name: 'Cancel' }).waitFor();
  assert.deepEqual(await seriousFindings(anna), []);
  await anna.waitForTimeout(700);
  await anna.getByRole('button', { name: 'Cancel' }).click();
  await anna.getByText('Cancelled. Nothing of it was kept.').waitFor();
  assert.ok(await anna.getByRole('button', { name: 'Upload' }).isEnabled());
  await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await client.detach();
  await anna.waitForTimeout(300);
  if (!portal.data) return; // in a database there are no files to be left over
  const coming = execFileSync('find', [join(portal.data, 'districts'), '-name', '.coming*'], { encoding: 'utf8' });
  assert.equal(coming, '');
});

test('a run is seen going on, and is cancelled', async () => {
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles(large);
  await anna.getByRole('button', { name: 'Upload' }).click();
  await anna.waitForURL(/\/history\/\d+$/);
  const cancel = anna.getByRole('button', { name: 'Cancel this run' });
  // At once: on a fast machine the run is over while anything else is looked at.
  const clicked = await cancel.click({ timeout: 3000 }).then(() => true, () => false);
  if (clicked) await anna.locator('.verdict .tag', { hasText: /Failed|Held/ }).waitFor();
  assert.deepEqual(await seriousFindings(anna), []);
  assert.deepEqual(anna.complaints(), []);
});

test('a source that is live and applies by itself does', async () => {
  portal.rollbook('source', 'set', '--district', 'Oakfield Unified', 'sis', '--live', '--apply-by-itself');
  await anna.goto('/districts/1/upload');
  assert.match(await anna.textContent('main'), /applied by itself/);
  await anna.getByLabel('A zip, or CSV files').setInputFiles(zip);
  await anna.getByRole('button', { name: 'Upload' }).click();
  assert.match(await outcome(anna), /Applied/);
  await anna.goto('/districts/1/upload');
  await anna.getByLabel('A zip, or CSV files').setInputFiles(zip);
  await anna.getByRole('button', { name: 'Upload' }).click();
  await anna.waitForURL(/\/history\/\d+$/);
  assert.match(await outcome(anna), /No changes/);
});
