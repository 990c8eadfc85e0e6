// The operator: districts are added, suspended, resumed, deleted with a proof; the health of the server; and the operator sees no rows.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, addDistrict, beOperator, overflow, seriousFindings, startBrowser, startPortal, untilPageSays, visitor } from './portal.mjs';

let portal, browser, olga, anna;

before(async () => {
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
});

async function looksRight(page, addresses) {
  for (const address of addresses)
    for (const [width, scheme] of [[1280, 'light'], [320, 'light'], [1280, 'dark']]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      const response = await page.goto(address);
      assert.equal(response.status(), 200, address);
      assert.deepEqual(await seriousFindings(page), [], `${address} ${width} ${scheme}`);
      assert.ok(await overflow(page) <= 0, `${address} is wider than ${width}`);
    }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test('nothing serious is found on any page, and nothing overflows a narrow window', async () => {
  await looksRight(olga, ['/operator', '/operator/districts/1', '/operator/districts/1/delete', '/operator/deletions', '/operator/health']);
  assert.deepEqual(olga.complaints(), []);
});

test('a district is suspended: its people are told so, and come back when it is resumed', async () => {
  await olga.goto('/operator/districts/1');
  await olga.getByRole('button', { name: 'Suspend the district' }).click();
  await olga.getByText('nobody enters it now').waitFor();
  const refused = await anna.goto('/districts/1/history');
  assert.equal(refused.status(), 403);
  assert.match(await anna.locator('main').innerText(), /operator of this server has suspended/);
  await looksRight(olga, ['/operator', '/operator/districts/1']);
  await olga.getByRole('button', { name: 'Resume the district' }).click();
  await olga.getByText('served again').waitFor();
  assert.equal((await anna.goto('/districts/1/history')).status(), 200);
});

test('Batch Upload is switched for one district, and its own page says so to its people', async () => {
  await olga.goto('/operator/districts/1');
  await olga.getByRole('button', { name: 'Switch it on' }).click();
  const text = await olga.locator('main').innerText();
  assert.match(text, /Switched on for this district\. Its people upload users\.csv under Enrollment, Batch Upload/);
  await anna.goto('/districts/1/enrollment/upload');
  assert.ok(await anna.getByLabel('Select file').isEnabled());
  await olga.goto('/operator/districts/1');
  await olga.getByRole('button', { name: 'Switch it off' }).click();
  assert.match(await olga.locator('main').innerText(), /Switched off/);
  await anna.reload();
  assert.match(await anna.locator('main').innerText(), /not switched on for this district\. Ask who operates the server/);
});

test('health tells queue, storage and versions, and its token opens the metrics once it is made', async () => {
  await olga.goto('/operator/health');
  assert.match(await olga.locator('main').innerText(), /ready/);
  await untilPageSays(olga, '/operator/health', 'up to date');
  await olga.getByRole('button', { name: 'Make a token for metrics' }).click();
  const token = (await olga.locator('#token').textContent()).trim();
  const ask = (headers) => fetch(`${portal.address}/metrics`, { headers });
  assert.equal((await ask({ 'x-forwarded-for': '203.0.113.7' })).status, 403);
  const told = await ask({ 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${token}` });
  assert.equal(told.status, 200);
  const text = await told.text();
  assert.match(text, /^rollbook_workers_ready [1-9]/m);
  for (const name of ['Oakfield', 'anna', 'example.org']) assert.ok(!text.includes(name), name);
  assert.equal(await (await fetch(`${portal.address}/healthz`)).text(), 'ok\n');
});

test('a district is deleted by its name, a worker does it, and the proof is downloaded', async () => {
  await addDistrict(olga, 'Elm Hill', 'Ed', 'ed@example.org');
  await olga.goto('/operator/districts/1/delete');
  await olga.getByLabel('Name of the district').fill('Oakfield');
  await olga.getByRole('button', { name: 'Delete the district for good' }).click();
  assert.match(await olga.locator('main').innerText(), /Type the name of the district, exactly/);
  assert.equal((await anna.goto('/districts/1')).status(), 200);
  await olga.getByLabel('Name of the district').fill('Oakfield Unified');
  await olga.getByRole('button', { name: 'Delete the district for good' }).click();
  await olga.waitForURL('**/operator/deletions/1');
  await untilPageSays(olga, '/operator/deletions/1', 'Download the proof');
  await looksRight(olga, ['/operator/deletions/1', '/operator/deletions']);
  await olga.goto('/operator/deletions/1');
  const [download] = await Promise.all([olga.waitForEvent('download'), olga.getByRole('link', { name: 'Download the proof' }).click()]);
  const proof = readFileSync(await download.path(), 'utf8');
  assert.match(proof, /District: 1, Oakfield Unified/);
  assert.match(proof, /rows of users, in all versions: \d/);
  assert.match(proof, /by olga@example\.org/);
  await anna.goto('/districts/1');
  assert.equal(new URL(anna.url()).pathname, '/sign-in', 'who belonged to it alone is nobody here');
  await olga.goto('/operator');
  const text = await olga.locator('main').innerText();
  assert.ok(text.includes('Elm Hill') && !text.includes('Oakfield'));
});
