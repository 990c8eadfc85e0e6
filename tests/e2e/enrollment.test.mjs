// Manual enrollment: a person is edited in the browser, mistakes are told at the field, who saves second is told what changed, and the inbox settles clashes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptLink, looksRight, looksRightAt, startBrowser, startPortal, untilPageSays, visitor } from './portal.mjs';

const home = '/districts/1';
let portal, browser, anna, student, another, portalFiles;

before(async () => {
  let link;
  portal = await startPortal((rollbook, folder) => {
    const monday = join(folder, 'monday');
    rollbook('make-district', '--students', '60', '--seed', '7', monday);
    rollbook('district', 'add', 'Oakfield', '--time-zone', 'America/Chicago');
    rollbook('source', 'add', 'sis', '--district', 'Oakfield', '--live', '--apply-by-itself');
    rollbook('sync', monday, '--source', 'sis', '--district', 'Oakfield');
    const users = readFileSync(join(monday, 'users.csv'), 'utf8').split('\n');
    const students = users.filter((line) => line.includes(',student,')).map((line) => line.split(','));
    [student, another] = students.map((cells) => ({ id: cells[0], name: `${cells[8]} ${cells[9]}` }));
    link = rollbook('person', 'add', 'anna@example.org', 'Anna').match(/\/welcome\/\S+/)[0];
    rollbook('person', 'grant', 'anna@example.org', '--district', 'Oakfield', '--level', 'system');
    // Later the SIS says something else of what will have been set by hand.
    portalFiles = { monday, users, changed: students.slice(0, 2).map((cells) => cells[0]) };
  });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, link);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const recordOf = (id) => `${home}/browse/record?table=users&id=${encodeURIComponent(id)}`;
const editOf = (id) => recordOf(id).replace('/record?', '/record/edit?');

test('a field is corrected from the record by the keyboard, and taken back', async () => {
  await anna.goto(recordOf(student.id));
  await anna.getByRole('link', { name: 'Edit', exact: true }).press('Enter');
  await anna.getByRole('heading', { name: `Edit ${student.name}` }).waitFor();
  await anna.getByLabel('Family name', { exact: true }).fill('Handmade');
  await anna.getByLabel('Family name', { exact: true }).press('Enter');
  await anna.getByText(/Saved, as run \d+\./).waitFor();
  assert.match(await anna.textContent('[data-field="familyName"]'), /Handmade/);
  await looksRight(anna, 'a record that was saved');
  const saved = anna.url();
  // In a page of its own: the page of a run loads itself anew when the run is over.
  const undoing = await anna.context().newPage();
  await undoing.goto(await anna.getByRole('link', { name: 'Undo it' }).getAttribute('href'));
  await undoing.getByRole('button', { name: /Undo|Take it back/ }).first().click();
  await undoing.waitForURL(/\/history\/\d+$/);
  await untilPageSays(anna, saved, 'taken back by run');
  await undoing.close();
  await anna.goto(recordOf(student.id));
  assert.doesNotMatch(await anna.textContent('[data-field="familyName"]'), /^Handmade/);
  assert.deepEqual(anna.complaints(), []);
});

test('mistakes are told at their fields, and nothing that was typed is lost', async () => {
  await anna.goto(editOf(student.id));
  await looksRight(anna, 'the form of a record');
  await anna.getByLabel('Organizations', { exact: true }).fill('no-such-school');
  await anna.getByLabel('Given name', { exact: true }).fill('Typed');
  const show = async () => {
    await anna.goto(editOf(student.id));
    await anna.getByLabel('Organizations', { exact: true }).fill('no-such-school');
    await anna.getByLabel('Given name', { exact: true }).fill('Typed');
    await anna.getByRole('button', { name: 'Save' }).click();
    await anna.getByText('Nothing was saved').waitFor();
  };
  await show();
  assert.equal(await anna.getByLabel('Organizations', { exact: true }).getAttribute('aria-invalid'), 'true');
  assert.equal(await anna.getByLabel('Given name', { exact: true }).inputValue(), 'Typed');
  await looksRight(anna, 'a form with mistakes', show);
});

test('who saves second is told what changed, and nothing is overwritten', async () => {
  const second = await anna.context().newPage();
  await second.goto(editOf(student.id));
  await anna.goto(editOf(student.id));
  await anna.getByLabel('Phone', { exact: true }).fill('555-0100');
  await anna.getByRole('button', { name: 'Save' }).click();
  await anna.getByText(/Saved, as run/).waitFor();
  await second.getByLabel('Phone', { exact: true }).fill('555-0199');
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByText('Somebody else has changed this person').waitFor();
  assert.equal(await second.getByLabel('Phone', { exact: true }).inputValue(), '555-0199');
  assert.match(await second.textContent('main'), /Phone: .* is now “555-0100”/);
  const response = await second.request.get(recordOf(student.id).replace('/record?', '/record.json?'));
  assert.equal((await response.json()).fields.find(({ field }) => field === 'phone').value, '555-0100');
  await second.close();
});

test('ids of records that a source feeds are read-only, with the reason', async () => {
  await anna.goto(recordOf(student.id));
  await anna.getByRole('link', { name: 'Give it another id' }).click();
  await anna.getByText('This id comes from sis').waitFor();
  await looksRight(anna, 'an id of a source');
});

test('what the source says anew comes to the inbox and is settled there', async () => {
  await anna.goto(`${home}/enrollment/inbox`);
  await anna.getByText('Nothing waits here').waitFor();
  await looksRight(anna, 'an empty inbox');
  for (const { id } of [student, another]) {
    await anna.goto(editOf(id));
    await anna.getByLabel('Middle name', { exact: true }).fill('Byhand');
    await anna.getByRole('button', { name: 'Save' }).click();
    await anna.getByText(/Saved, as run/).waitFor();
  }
  const { monday, users, changed } = portalFiles;
  const said = users.map((line) => {
    const cells = line.split(',');
    if (changed.includes(cells[0])) cells[10] = 'Bysource';
    return cells.join(',');
  });
  writeFileSync(join(monday, 'users.csv'), said.join('\n'));
  portal.rollbook('sync', monday, '--source', 'sis', '--district', 'Oakfield');
  await anna.goto(home);
  await anna.getByRole('navigation', { name: 'Pages' }).last().getByRole('link', { name: 'Enrollment' }).click();
  await anna.getByRole('link', { name: /Inbox/ }).click();
  await anna.getByText('1 to 2 of 2.').waitFor();
  await looksRight(anna, 'an inbox with two clashes');
  await anna.getByRole('button', { name: 'Keep mine' }).first().press('Enter');
  await anna.getByText(/Saved, as run/).waitFor();
  await anna.getByText('1 to 1 of 1.').waitFor();
  await looksRight(anna, 'an inbox where one was settled');
  await anna.getByRole('button', { name: 'Take theirs' }).click();
  await anna.getByText('Nothing waits here').waitFor();
  assert.deepEqual(anna.complaints(), []);
});

test('a list is searched while one types, sorted and filtered', async () => {
  await anna.goto(`${home}/enrollment/students`);
  await anna.getByText('1 to 50 of 60 students.').waitFor();
  await looksRight(anna, 'the students');
  await anna.getByLabel('Name, id or e-mail').pressSequentially(student.name.toLowerCase(), { delay: 20 });
  await anna.getByText('1 to 1 of 1 student.').waitFor();
  await anna.getByRole('link', { name: student.name }).waitFor();
  await anna.getByLabel('Name, id or e-mail').fill('zzzzqq');
  await anna.getByText('None fits').waitFor();
  await looksRight(anna, 'a list that is empty');
  await anna.goto(`${home}/enrollment/staff?role=teacher`);
  await anna.getByRole('button', { name: 'Name' }).click();
  await anna.locator('th[aria-sort="descending"]').waitFor();
  assert.equal(await anna.getByLabel('Role').inputValue(), 'teacher');
  await looksRight(anna, 'the staff');
  await looksRightAt(anna, `${home}/enrollment/classes`);
  assert.deepEqual(anna.complaints(), []);
});

test('rows are ticked over pages and changed in one run, without script too', async () => {
  const plain = await visitor(browser, portal, { javaScriptEnabled: false, storageState: await anna.context().storageState() });
  for (const page of [anna, plain]) {
    await page.goto(`${home}/enrollment/students`);
    await page.locator('tbody input[type="checkbox"]').nth(0).check();
    await page.locator('tbody input[type="checkbox"]').nth(1).check();
    await page.getByRole('button', { name: 'More rows' }).click();
    await page.getByText('51 to 60 of 60 students.').waitFor();
    await page.getByText('Ticked, and not on this page: 2.').waitFor();
    await page.locator('tbody input[type="checkbox"]').nth(0).check();
    await page.getByRole('button', { name: 'Rows before' }).click();
    await page.getByText('1 to 50 of 60 students.').waitFor();
    assert.equal(await page.locator('tbody input[type="checkbox"]:checked').count(), 2);
    await page.getByRole('button', { name: 'Change those ticked' }).click();
    await page.getByRole('heading', { name: 'Change 3 students' }).waitFor();
    await page.getByLabel('Status').selectOption(page === anna ? 'deactivated' : 'active');
    await page.getByRole('button', { name: 'Show what will change' }).click();
    await page.getByText('3 students will be changed.').waitFor();
    if (page === anna) await looksRight(anna, 'what a change of many will do', async () => { await anna.reload(); });
    await page.getByRole('button', { name: 'Change 3 students' }).click();
    await page.getByText(/Saved, as run \d+\./).waitFor();
  }
  await plain.context().close();
  await anna.goto(`${home}/enrollment/students/change?all=yes`);
  await anna.getByLabel('Status').selectOption('deactivated');
  await anna.getByRole('button', { name: 'Show what will change' }).click();
  await anna.getByText('type the number 60').waitFor();
  await looksRight(anna, 'a change that wants its number');
  await anna.getByLabel('How many will be changed').fill('59');
  await anna.getByRole('button', { name: 'Change 60 students' }).click();
  await anna.getByText('That is not the number').waitFor();
  await looksRightAt(anna, `${home}/enrollment/students/change`);
});

test('identifiers are looked through, and lead to the people', async () => {
  await anna.goto(`${home}/enrollment/identifiers`);
  await anna.getByRole('heading', { name: 'People without secondary ids' }).waitFor();
  await looksRight(anna, 'the identifiers');
  await anna.getByRole('row', { name: /Students/ }).getByRole('link').first().click();
  assert.equal(await anna.getByLabel('Secondary ids').inputValue(), 'state');
  await anna.getByText('1 to 50 of 60 students.').waitFor();
});

test('a reader sees no way to edit, and is not let in', async () => {
  const link = portal.rollbook('person', 'add', 'rolf@example.org', 'Rolf').match(/\/welcome\/\S+/)[0];
  portal.rollbook('person', 'grant', 'rolf@example.org', '--district', 'Oakfield', '--level', 'reporting');
  const rolf = await visitor(browser, portal);
  await acceptLink(rolf, link);
  await rolf.goto(recordOf(student.id));
  assert.equal(await rolf.getByRole('link', { name: 'Edit', exact: true }).count(), 0);
  assert.equal((await rolf.goto(editOf(student.id))).status(), 403);
  assert.equal((await rolf.goto(`${home}/enrollment/inbox`)).status(), 403);
  await rolf.context().close();
  await looksRightAt(anna, `${home}/enrollment/inbox`);
});
