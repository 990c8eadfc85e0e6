// The gallery in a browser: an enrollment administrator brings a source in, sets it up, changes it, pauses it and ends it.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { acceptLink, addDistrict, beOperator, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna, deliveries;
const home = '/districts/1';

// A delivery of a made-up district, and the same with its organizations, columns and words called otherwise.
function makeDeliveries(rollbook) {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-gallery-'));
  rollbook('make-district', '--students', '60', '--seed', '3', join(folder, 'first'));
  cpSync(join(folder, 'first'), join(folder, 'odd'), { recursive: true });
  const change = (file, f) => writeFileSync(join(folder, 'odd', file), f(readFileSync(join(folder, 'odd', file), 'utf8')));
  change('users.csv', (text) => text.replace('givenName', 'givenNames').replaceAll(',student,', ',Pupil,'));
  change('orgs.csv', (text) => text.replaceAll(' School', ' Academy'));
  return folder;
}

function sync(name, source) {
  try {
    portal.rollbook('sync', join(deliveries, name), '--district', 'Oakfield Unified', '--source', source);
  } catch (error) {
    assert.ok([1, 3].includes(error.status), `${error.status} ${error.stderr}`);
  }
}

// What every page has to keep to, wide and narrow. With ROLLBOOK_SHOTS=FOLDER in the environment also pictures of it, to be looked at.
async function good(page, what = '') {
  const where = `${page.url()} ${what}`;
  const { width, height } = page.viewportSize();
  const shots = process.env.ROLLBOOK_SHOTS;
  const name = `${new URL(page.url()).pathname.replace('/districts/1/', '').replaceAll('/', '_')}${what && '.' + what.replaceAll(' ', '_')}`;
  if (shots) {
    await page.screenshot({ path: join(shots, `${name}.wide.png`), fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: join(shots, `${name}.dark.png`), fullPage: true });
    assert.deepEqual(await seriousFindings(page), [], `${where}, dark`);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  const wide = await seriousFindings(page);
  await page.setViewportSize({ width: 320, height });
  const narrow = await seriousFindings(page);
  const over = await overflow(page);
  if (shots) await page.screenshot({ path: join(shots, `${name}.narrow.png`), fullPage: true });
  await page.setViewportSize({ width, height });
  assert.deepEqual({ wide, narrow, over }, { wide: [], narrow: [], over: 0 }, where);
}

before(async () => {
  portal = await startPortal((rollbook) => { deliveries = makeDeliveries(rollbook); });
  browser = await startBrowser();
  const operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  const link = await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org');
  anna = await visitor(browser, portal, { reducedMotion: 'reduce' });  // colours that are still changing have no contrast to speak of
  await acceptLink(anna, link);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  if (deliveries) rmSync(deliveries, { recursive: true, force: true });
});

test('a first source is activated from the empty gallery and set up step by step', async () => {
  await anna.goto(`${home}/gallery`);
  await good(anna, 'empty');
  await anna.getByRole('link', { name: 'Activate OneRoster CSV' }).first().click();
  await good(anna);
  await anna.getByLabel('Name of the source').fill('SIS');
  await anna.getByLabel('Replace', { exact: true }).check();
  await anna.getByRole('button', { name: 'Activate and continue' }).click();
  await anna.waitForURL('**/setup/identifiers');
  await good(anna);
  await anna.getByRole('button', { name: 'Save and continue' }).click();
  await anna.waitForURL('**/setup/upload');
  await good(anna);
  assert.equal(await anna.getByRole('link', { name: 'Upload the first delivery' }).getAttribute('href'), `${home}/upload?source=1`);
  await anna.goto(`${home}/sources/1/setup/schools`);
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /This step needs a delivery/);
});

test('its delivery is reviewed, and it goes live', async () => {
  sync('first', 'SIS');
  await anna.goto(`${home}/sources/1/setup/schools`);
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /nothing has to be decided/);
  await anna.goto(`${home}/sources/1/setup/columns`);
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /nothing to do here/);
  await anna.getByRole('link', { name: 'Next step' }).click();
  await good(anna);
  await anna.getByRole('button', { name: 'Save and continue' }).click();
  await anna.waitForURL('**/setup/review');
  await good(anna);
  assert.match(await anna.getByRole('row', { name: /^users/ }).textContent(), /users\d+/);
  await anna.getByRole('button', { name: 'Set SIS live' }).click();
  await anna.waitForURL('**/sources/1');
  assert.match(await anna.locator('main').textContent(), /live, you approve/);
  portal.rollbook('approve', '1', '--district', 'Oakfield Unified');
  await anna.goto(`${home}/sources/1`);
  await good(anna);
});

test('a change is tried on the last delivery before it is saved', async () => {
  await anna.goto(`${home}/sources/1/settings/filters`);
  await good(anna);
  await anna.getByRole('group', { name: 'Roles' }).getByLabel('teacher', { exact: true }).check();
  await anna.getByRole('button', { name: 'Show what it would change' }).click();
  await good(anna, 'preview');
  const removed = await anna.getByRole('row', { name: /^users/ }).getByRole('cell').nth(2).textContent();
  assert.match(removed, /^0 →  becomes \d+/);
  await anna.getByRole('link', { name: 'Back, nothing is saved' }).click();
  assert.equal(await anna.getByRole('group', { name: 'Roles' }).getByLabel('teacher', { exact: true }).isChecked(), false);
  await anna.goto(`${home}/sources/1/settings/limits`);
  await anna.getByLabel('Removed', { exact: true }).fill('15');
  await anna.getByRole('button', { name: 'Show what it would change' }).click();
  assert.match(await anna.locator('main').textContent(), /makes no difference/);
  await anna.getByRole('button', { name: 'Save' }).click();
  await anna.waitForURL('**/sources/1');
  assert.match(await anna.locator('main').textContent(), /Removed: 15 %/);
});

test('a second source has to say which organization is which before it goes live', async () => {
  await anna.goto(`${home}/gallery/activate/oneroster-csv`);
  await anna.getByLabel('Name of the source').fill('Second system');
  await anna.getByRole('button', { name: 'Activate and continue' }).click();
  sync('odd', 'Second system');
  await anna.goto(`${home}/sources/2/setup/columns`);
  await good(anna);
  assert.equal(await anna.getByLabel('What the column givenNames of users.csv is read as').inputValue(), 'givenName');
  assert.equal(await anna.getByLabel('What the word Pupil in role of users.csv is read as').inputValue(), 'student');
  await anna.getByRole('button', { name: 'Save and continue' }).click();
  await anna.waitForURL('**/setup/rules');
  await anna.goto(`${home}/sources/2/setup/review`);
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /Still to be decided/);
  assert.equal(await anna.getByRole('button', { name: 'Set Second system live' }).count(), 0);
  await anna.getByRole('link', { name: 'Decide about these organizations' }).click();
  await good(anna);
  assert.match(await anna.locator('main').textContent(), /The names differ/);
  const rows = anna.locator('table.schools tbody tr');
  const count = await rows.count();
  for (let i = 0; i < count; ++i) {
    const id = await rows.nth(i).locator('input[name=id]').inputValue();
    if (i === 0) await rows.nth(i).getByRole('combobox').first().selectOption('create');
    else {
      await rows.nth(i).getByRole('combobox').first().selectOption('map');
      await rows.nth(i).locator('input[name=org]').fill(i === 1 ? 'nowhere' : id);
    }
  }
  await anna.getByRole('button', { name: 'Save and continue' }).click();
  assert.match(await anna.locator('main').textContent(), /no organization with the id "nowhere"/);
  await good(anna, 'with a mistake');
  await rows.nth(1).getByRole('combobox').first().selectOption('ignore');
  await anna.getByRole('button', { name: 'Save and continue' }).click();
  await anna.waitForURL('**/setup/columns');
  await anna.goto(`${home}/sources/2/setup/review`);
  assert.doesNotMatch(await anna.locator('main').textContent(), /Still to be decided/);
  assert.equal(await anna.getByRole('button', { name: 'Set Second system live' }).count(), 1);
});

test('days are planned, a source is paused and goes on', async () => {
  await anna.goto(`${home}/planned`);
  await good(anna, 'nothing planned');
  await anna.getByLabel('Other thresholds').check();
  await anna.getByLabel('First day').fill('2099-08-01');
  await anna.getByLabel('Last day').fill('2099-08-31');
  await anna.getByLabel('Created').fill('100');
  await anna.getByRole('button', { name: 'Plan these days' }).click();
  assert.match(await anna.getByRole('row', { name: /Other thresholds/ }).textContent(), /Created 100 %/);
  await good(anna);
  await anna.goto(`${home}/sources/1/pause`);
  await good(anna);
  await anna.getByLabel('Last day of the pause').fill('2099-08-15');
  await anna.getByRole('button', { name: 'Pause' }).click();
  assert.match(await anna.locator('main').textContent(), /paused until 2099-08-15/);
  await anna.getByRole('button', { name: 'End the pause' }).click();
  assert.match(await anna.locator('main').textContent(), /SIS goes on/);
});

test('with the keyboard alone a source is paused', async () => {
  await anna.goto(`${home}/sources/1`);
  await anna.getByRole('link', { name: 'Pause', exact: true }).focus();
  await anna.keyboard.press('Enter');
  await anna.waitForURL('**/pause');
  await anna.getByLabel('Last day of the pause').focus();
  await anna.keyboard.press('Tab');
  for (let i = 0; i < 4 && !(await anna.evaluate(() => document.activeElement.tagName === 'BUTTON' && document.activeElement.textContent === 'Pause')); ++i) await anna.keyboard.press('Tab');
  await anna.keyboard.press('Enter');
  await anna.waitForURL('**/sources/1');
  assert.match(await anna.locator('main').textContent(), /SIS is paused/);
  await anna.getByRole('button', { name: 'End the pause' }).click();
});

test('a source is replaced, deactivated and deleted only by its name', async () => {
  await anna.goto(`${home}/sources/1/replace`);
  await good(anna);
  await anna.getByLabel('The source that takes its place').selectOption('2');
  await anna.getByLabel(/Type the name of the source/).fill('wrong');
  await anna.getByRole('button', { name: 'Show what would be handed over' }).click();
  assert.match(await anna.locator('main').textContent(), /The name does not agree/);
  await anna.getByLabel(/Type the name of the source/).fill('SIS');
  await anna.getByRole('button', { name: 'Show what would be handed over' }).click();
  await anna.waitForURL(/history\/\d+/);
  await anna.goto(`${home}/sources/1/delete`);
  await good(anna);
  await anna.goto(`${home}/sources/2/deactivate`);
  await good(anna);
  await anna.getByLabel(/Type the name of the source/).fill('Second system');
  await anna.getByRole('button', { name: 'Deactivate' }).click();
  await anna.waitForURL(/history\/\d+/);
  await anna.getByText('Applied', { exact: true }).first().waitFor();
  await anna.goto(`${home}/sources/2`);
  await good(anna, 'deactivated');
  assert.match(await anna.locator('main').textContent(), /deactivated/);
});

test('all of it works without script', async () => {
  const page = await visitor(browser, portal, { javaScriptEnabled: false, storageState: await anna.context().storageState() });
  await page.goto(`${home}/sources/1/settings/delivery`);
  await page.getByLabel('Add and update').check();
  await page.getByRole('button', { name: 'Show what it would change' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  assert.match(await page.locator('main').textContent(), /Add and update/);
  await page.context().close();
});

test('nothing in the browser complained', () => {
  assert.deepEqual(anna.complaints(), []);
  assert.equal(portal.complaints(), '');
});
