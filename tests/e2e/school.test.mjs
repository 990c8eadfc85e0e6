// The school at the top: found by its name, it narrows what is shown until one lets go of it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, looksRightAt, overflow, seriousFindings, signIn, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, links, anna, schools;
const home = '/districts/1';

before(async () => {
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder); });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
  schools = (await (await anna.request.get(`${home}/school.json`)).json()).schools;
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const menu = (page) => page.locator('details.school-menu');

test('a school is found while one types, chosen by the keyboard alone, and let go of', async () => {
  await anna.goto(`${home}/history`);
  const all = await anna.locator('tbody').textContent();
  const summary = menu(anna).locator('summary');
  for (let i = 0; i < 20 && !(await summary.evaluate((one) => one === document.activeElement)); ++i) await anna.keyboard.press('Tab');
  await anna.keyboard.press('Enter');
  await menu(anna).getByRole('button', { name: schools[0].name }).waitFor();  // some are there before anything is typed
  assert.deepEqual(await seriousFindings(anna), []);
  await anna.keyboard.press('Tab');
  await anna.keyboard.type(schools[1].name.slice(0, 8).toLowerCase());
  await menu(anna).getByRole('button', { name: schools[0].name }).waitFor({ state: 'detached' });
  await anna.keyboard.press('Tab');
  await anna.keyboard.press('Tab');
  await anna.keyboard.press('Enter');
  await anna.getByRole('button', { name: 'Show all' }).waitFor();
  assert.equal(new URL(anna.url()).pathname, `${home}/history`);
  assert.equal(await menu(anna).locator('.school-name').textContent(), schools[1].name);
  assert.notEqual(await anna.locator('tbody').textContent(), all);
  await anna.getByRole('button', { name: 'Show all' }).click();
  await anna.getByRole('button', { name: 'Show all' }).waitFor({ state: 'detached' });
  assert.equal(await anna.locator('tbody').textContent(), all);
  assert.deepEqual(anna.complaints(), []);
});

test('nothing is wrong with any page while a school is chosen', async () => {
  await anna.goto(`${home}/school`);
  await anna.locator('main').getByRole('button', { name: schools[0].name }).click();
  await anna.waitForURL(`**${home}`);
  for (const path of ['', '/history', '/history/charts', '/history/5', '/history/3/findings', '/history/2/changes', '/export', '/school', '/school?q=none'])
    await looksRightAt(anna, home + path);
  await anna.setViewportSize({ width: 320, height: 800 });
  await menu(anna).locator('summary').click();
  await menu(anna).getByRole('button', { name: schools[1].name }).waitFor();
  assert.ok(await overflow(anna) <= 0, 'the open menu fits');
  await anna.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual(anna.complaints(), []);
});

test('a run is of that school, and the district is not decided of there', async () => {
  await anna.goto(`${home}/history/5`);
  assert.equal(await anna.getByRole('button', { name: /^Apply/ }).count(), 0);
  assert.match(await anna.textContent('main'), /A decision is about all schools/);
  assert.equal(await anna.locator('#schools tbody tr').count(), 1);
  await anna.getByRole('button', { name: 'Show all' }).click();
  await anna.getByRole('button', { name: /^Apply without/ }).waitFor();
});

test('without script the school is found and chosen on a page of its own', async () => {
  const plain = await visitor(browser, portal, { javaScriptEnabled: false });
  await signIn(plain, 'anna@example.org', `/sign-in?next=${encodeURIComponent(`${home}/history`)}`);
  await plain.goto(`${home}/history`);
  await menu(plain).locator('summary').click();
  await plain.getByLabel('Find one by what it is called').fill(schools[2].id);
  await menu(plain).getByRole('button', { name: 'Find' }).click();
  assert.equal(await plain.locator('#found-schools button').count(), 1);
  await plain.getByRole('button', { name: schools[2].name }).click();
  assert.equal(new URL(plain.url()).pathname, `${home}/history`);
  assert.match(await plain.textContent('main'), new RegExp(`${schools[2].name} only`));
  await plain.context().close();
});
