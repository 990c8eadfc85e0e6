// Data Browsing: a person is found by the keyboard alone, their record says where each field comes from, and leads on to their classes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna, student, byUsername;
const home = '/districts/1';

before(async () => {
  let links;
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder); rollbook('find', 'a', '--district', 'Oakfield Unified'); });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
  const changed = await (await anna.request.get(`${home}/history/1/changes.json?table=users&kind=created`)).json();
  student = changed.rows[0];
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

test('a person is found by the keyboard, and the record leads to the line, the run and the classes', async () => {
  await anna.goto(`${home}/browse`);
  const field = anna.getByLabel('Name, id or e-mail');
  await field.focus();
  await anna.keyboard.type(student.name.toLowerCase());
  await anna.keyboard.press('Enter');
  await anna.getByRole('link', { name: student.name }).first().waitFor();
  await anna.getByRole('link', { name: student.name }).first().click();
  await anna.getByRole('heading', { name: 'Fields' }).waitFor();
  assert.match(await anna.textContent('main'), /users\.csv line [\d,]+ of sis, run 1/);
  await anna.getByRole('link', { name: 'Names in words' }).click();
  assert.match(await anna.textContent('main'), /Family name/);
  assert.deepEqual(anna.complaints(), []);
});

test('a row says by what it was found when nothing that it shows does', async () => {
  const record = await (await anna.request.get(`${home}/browse/record.json?table=users&id=${encodeURIComponent(student.id)}`)).json();
  const username = record.fields.find((field) => field.field === 'username').value;
  await anna.goto(`${home}/browse?q=${encodeURIComponent(username)}`);
  assert.match(await anna.textContent('main'), /Found by User name: /);
  await anna.goto(`${home}/browse?q=${encodeURIComponent(student.id)}`);
  assert.doesNotMatch(await anna.textContent('main'), /Found by/);
  byUsername = `/browse?q=${encodeURIComponent(username)}`;
});

test('a column of ids is pasted, and what is not there is listed', async () => {
  await anna.goto(`${home}/browse`);
  await anna.getByText('Several at once').click();
  await anna.getByLabel('Ids or e-mails').fill(`${student.id}\nnobody-at-all\n`);
  await anna.getByRole('button', { name: 'Find them' }).click();
  await anna.getByText('Not found: 1').waitFor();
  assert.match(await anna.textContent('main'), /2 were asked for/);
  assert.equal(await anna.getByRole('link', { name: student.name }).count(), 1);
  // Asked again from the field of one line it is the same list.
  await anna.getByLabel('Name, id or e-mail').press('Enter');
  await anna.getByText('Not found: 1').waitFor();
  assert.deepEqual(anna.complaints(), []);
});

test('a changed row leads to the record', async () => {
  await anna.goto(`${home}/history/1/changes?table=users&kind=created`);
  await anna.locator('tbody th a').first().click();
  await anna.getByRole('heading', { name: 'Fields' }).waitFor();
});

test('nothing is wrong with these pages, wide, narrow and dark', async () => {
  const record = `/browse/record?table=users&id=${encodeURIComponent(student.id)}`;
  for (const path of ['/browse', byUsername, '/browse?q=a', '/browse?q=zzzzqq', '/browse?q=zzzzqq,yyyy', `/browse?q=${encodeURIComponent(student.id)}%0Anobody`, record, `${record}&names=people`, `${record}&as_of=2020-01-01`,
    `${record}&list=enrollments.userSourcedId`])
    for (const [width, scheme] of [[1280, 'light'], [320, 'light'], [1280, 'dark']]) {
      await anna.setViewportSize({ width, height: 800 });
      await anna.emulateMedia({ colorScheme: scheme });
      const response = await anna.goto(home + path);
      assert.equal(response.status(), 200, path);
      assert.deepEqual(await seriousFindings(anna), [], `${path} ${width} ${scheme}`);
      assert.ok(await overflow(anna) <= 0, `${path} is wider than ${width}`);
    }
  assert.deepEqual(anna.complaints(), []);
});
