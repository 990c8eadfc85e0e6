// Members: the staff of the rosters, found and filtered, and invited from there.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, overflow, seriousFindings, startBrowser, startPortal, untilPageSays, visitor } from './portal.mjs';

let portal, browser, anna;
const staff = '/districts/1/members/staff';

before(async () => {
  let links;
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder); });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
  await untilPageSays(anna, `${staff}.json`, '"behind":false');
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

test('nothing serious is found on any page, and nothing overflows a narrow window', async () => {
  for (const address of ['/districts/1/members', staff, `${staff}?q=nobody+has+this+name`])
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

test('staff are found by name and by school', async () => {
  await anna.goto('/districts/1/members');
  await anna.getByRole('link', { name: 'Staff in the rosters' }).click();
  const all = await anna.locator('tbody tr').count();
  assert.ok(all > 1);
  const name = (await anna.locator('tbody th').first().innerText()).split('\n')[0];
  await anna.getByLabel('Name or e-mail').fill(name);
  await anna.getByRole('button', { name: 'Show' }).click();
  assert.ok(await anna.locator('tbody tr').count() < all);
  assert.ok((await anna.locator('tbody').innerText()).includes(name));
  await anna.goto(staff);
  const last = await anna.locator('#org option').last().getAttribute('value');
  await anna.getByLabel('Organization').selectOption(last);
  await anna.getByRole('button', { name: 'Show' }).click();
  const there = await anna.locator('tbody tr').count();
  assert.ok(there > 0 && there < all, `${there} of ${all}`);
});

test('somebody on the staff is invited from there, and the list says so', async () => {
  await anna.goto(staff);
  const row = anna.locator('tbody tr', { has: anna.getByRole('link', { name: /^Invite/ }) }).first();
  const email = (await row.locator('td').first().innerText()).trim();
  await row.getByRole('link', { name: /^Invite/ }).click();
  assert.equal(await anna.getByLabel('E-mail address').inputValue(), email);
  await anna.getByRole('button', { name: 'Invite', exact: true }).click();
  await anna.locator('#link').waitFor();
  await anna.goto(`${staff}?q=${encodeURIComponent(email)}`);
  assert.match(await anna.locator('tbody').innerText(), /Invited/);
});
