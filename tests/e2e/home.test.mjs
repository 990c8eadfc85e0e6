// Home of a district that has nothing yet.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { acceptLink, addDistrict, beOperator, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna;

before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
  const operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  anna = await visitor(browser, portal);
  await acceptLink(anna, await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org'));
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

test('a new district is led to the gallery', async () => {
  await anna.goto('/districts/1');
  assert.match(await anna.textContent('main'), /Bring your district in/);
  assert.equal(await anna.getByRole('link', { name: 'Choose an import app' }).getAttribute('href'), '/districts/1/gallery');
});

test('an app that has not delivered is told so', async () => {
  portal.rollbook('source', 'add', 'sis', '--district', 'Oakfield Unified', '--live');
  await anna.goto('/districts/1');
  assert.match(await anna.textContent('main'), /Nothing has been delivered yet/);
  assert.match(await anna.textContent('main'), /no schedule: it runs when something comes/);
  assert.equal(await anna.getByRole('link', { name: 'Import data' }).getAttribute('href'), '/districts/1/upload');
});

test('empty pages are good pages', async () => {
  for (const path of ['', '/history', '/history/charts', '/export'])
    for (const width of [1280, 320]) {
      await anna.setViewportSize({ width, height: 800 });
      await anna.goto(`/districts/1${path}`);
      assert.deepEqual(await seriousFindings(anna), [], path);
      assert.ok(await overflow(anna) <= 0, path);
    }
  assert.deepEqual(anna.complaints(), []);
});
