// The frame around every page, and the pages that every account has.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { acceptLink, addDistrict, beOperator, overflow, password, seriousFindings, signIn, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, operator, anna, link, linkOfBerta;

before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
  operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  link = await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org');
  linkOfBerta = await addDistrict(operator, 'Riverside', 'Berta Brown', 'berta@example.org');
  anna = await visitor(browser, portal);
  await acceptLink(anna, link);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const pagesOfAnna = [
  '/districts/1', '/districts/1/gallery', '/districts/1/history', '/districts/1/rosters', '/districts/1/quality', '/districts/1/browse', '/districts/1/members',
  '/districts/1/members/2', '/districts/1/administration', '/districts/1/administration/audit', '/account', '/help', '/help/rules', '/help/rules/REF001', '/help/tables',
  '/help/tables/users', '/patterns', '/nowhere', '/operator', '/districts/2',
];
const pagesOfNobody = ['/sign-in', '/forgot', '/welcome/none'];

test('axe finds nothing serious on any page, light and dark', async () => {
  const nobody = await visitor(browser, portal);
  const found = [];
  for (const [page, addresses] of [[anna, pagesOfAnna], [nobody, pagesOfNobody], [operator, ['/operator', '/operator/districts/1', '/operator/districts/2']]])
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const address of addresses) {
        await page.goto(address);
        for (const finding of await seriousFindings(page)) found.push(`${address}, ${colorScheme}: ${finding}`);
      }
    }
  assert.deepEqual(found, []);
});

test('no page is wider than 320 pixels, and each has one h1, one main and a title', async () => {
  const narrow = await visitor(browser, portal, { viewport: { width: 320, height: 700 }, storageState: await anna.context().storageState() });
  for (const address of pagesOfAnna) {
    await narrow.goto(address);
    assert.ok((await overflow(narrow)) <= 0, `${address} is wider than the window`);
    assert.equal(await narrow.locator('h1').count(), 1, address);
    assert.equal(await narrow.locator('main').count(), 1, address);
    assert.match(await narrow.title(), /.+ · Rollbook$/);
  }
});

test('no script throws, and nothing breaks the policy', async () => {
  for (const address of pagesOfAnna) await anna.goto(address);
  assert.deepEqual(anna.complaints(), []);
});

test('the keyboard alone signs in', async () => {
  const page = await visitor(browser, portal);
  await page.goto('/districts/1/members');
  await page.waitForURL('**/sign-in?next=*');
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  for (let i = 0; i < 10 && (await focused()) !== 'email'; i += 1) await page.keyboard.press('Tab');
  await page.keyboard.type('anna@example.org');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/districts/1/members');
  assert.equal(await page.locator('h1').textContent(), 'Members');
});

test('the first stop of the keyboard leads past the frame', async () => {
  await anna.goto('/districts/1/members');
  await anna.keyboard.press('Tab');
  assert.equal(await anna.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await anna.keyboard.press('Enter');
  assert.equal(await anna.evaluate(() => document.activeElement.id), 'main');
});

test('the rail shows where one is, folds to icons, and stays so', async () => {
  await anna.goto('/districts/1/members');
  assert.equal(await anna.locator('.rail a[aria-current=page]').textContent(), 'Members');
  assert.deepEqual(await anna.locator('.rail a:not(.rail-switch) .rail-name').allTextContents(),
    ['Home', 'Application Gallery', 'Data Sync History', 'Data Quality', 'Data Browsing', 'Enrollment', 'Rosters', 'Members', 'Administration']);
  const wide = (await anna.locator('.rail').boundingBox()).width;
  await anna.getByRole('link', { name: 'Show only icons' }).click();
  await anna.goto('/districts/1');
  assert.ok((await anna.locator('.rail').boundingBox()).width < wide / 2);
  await anna.getByRole('link', { name: 'Show names' }).click();
});

test('dark is chosen by the system, or by the person', async () => {
  const page = await visitor(browser, portal, { colorScheme: 'dark' });
  await signIn(page, 'anna@example.org');
  assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
  await page.locator('.menu-right summary').click();
  await page.getByRole('button', { name: 'Light' }).click();
  assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'light');
  await page.goto('/help');
  assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'light');
});

test('without script one signs in, goes about and signs out', async () => {
  const page = await visitor(browser, portal, { javaScriptEnabled: false });
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill('anna@example.org');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  assert.match(page.url(), /\/districts\/1$/);
  await page.locator('.rail').getByRole('link', { name: 'Members' }).click();
  assert.equal(await page.locator('h1').textContent(), 'Members');
  await page.locator('.menu-right summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  assert.equal(await page.locator('.said').textContent(), 'You are signed out.');
  await page.reload();
  assert.equal(await page.locator('.said').count(), 0);
  await page.goto('/districts/1');
  assert.match(page.url(), /\/sign-in\?next=/);
});

test('a wrong password says no more than that', async () => {
  const page = await visitor(browser, portal);
  const told = [];
  for (const email of ['anna@example.org', 'nobody@example.org']) {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('not the right sentence');
    await page.getByRole('button', { name: 'Sign in' }).click();
    told.push((await page.getByRole('alert').textContent()).trim());
  }
  assert.equal(told[0], told[1]);
});

test('a person is invited with a link that works once', async () => {
  await anna.goto('/districts/1/members');
  await anna.getByLabel('Name', { exact: true }).fill('Carl Cooper');
  await anna.getByLabel('E-mail address').fill('carl@example.org');
  await anna.getByRole('button', { name: 'Invite', exact: true }).click();
  const invitation = (await anna.locator('#link').textContent()).trim();
  assert.deepEqual(await anna.getByRole('row', { name: /carl@example.org/ }).count(), 1);
  const carl = await visitor(browser, portal);
  await carl.goto(invitation);
  assert.deepEqual(await seriousFindings(carl), []);
  assert.match(await carl.locator('main').textContent(), /Anna Adams invites carl@example.org to Oakfield Unified.*The whole district.*reporting/s);
  await acceptLink(carl, invitation);
  assert.match(carl.url(), /\/districts\/1$/);
  assert.equal((await carl.goto('/districts/1/members')).status(), 403);
  assert.match(await carl.locator('main').textContent(), /level System/);
  assert.equal((await carl.goto('/districts/2')).status(), 404);
  const late = await visitor(browser, portal);
  assert.equal((await late.goto(invitation)).status(), 404);
});

test('who has an account accepts an invitation without script, and is told nothing before', async () => {
  const berta = await visitor(browser, portal, { javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
  await acceptLink(berta, linkOfBerta);
  await anna.goto('/districts/1/members');
  await anna.getByLabel('E-mail address').fill('berta@example.org');
  await anna.getByRole('button', { name: 'Invite', exact: true }).click();
  const invitation = (await anna.locator('#link').textContent()).trim();
  assert.doesNotMatch(await anna.locator('main').textContent(), /Berta/);
  assert.equal((await berta.goto('/districts/1')).status(), 404);
  await berta.goto(invitation);
  assert.ok((await overflow(berta)) <= 0);
  await berta.getByRole('button', { name: 'Accept' }).click();
  assert.match(berta.url(), /\/districts\/1$/);
  await anna.goto('/districts/1/members');
  assert.match(await anna.locator('main').textContent(), /Berta Brown/);
  await anna.getByLabel('E-mail address').fill('later@example.org');
  await anna.getByRole('button', { name: 'Invite', exact: true }).click();
  const withdrawn = (await anna.locator('#link').textContent()).trim();
  await anna.getByRole('button', { name: 'Withdraw the invitation of later@example.org' }).click();
  const late = await visitor(browser, portal);
  assert.equal((await late.goto(withdrawn)).status(), 404);
});

test('a token opens the json of a page, until it is ended', async () => {
  await anna.goto('/account');
  await anna.getByLabel('What it is for').fill('nightly export');
  await anna.getByRole('button', { name: 'Make a token' }).click();
  const secret = (await anna.locator('#tokens .secret').textContent()).trim();
  const ask = () => fetch(`${portal.address}/districts/1/history.json`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await ask()).status, 200);
  await anna.goto('/account');
  await anna.getByRole('button', { name: 'End the token nightly export' }).click();
  assert.equal((await ask()).status, 401);
});
