// Manual enrollment: a person is edited in the browser, mistakes are told at the field, who saves second is told what changed, and the inbox settles clashes.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptLink, looksRight, looksRightAt, startBrowser, startPortal, visitor } from './portal.mjs';

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
  await anna.getByRole('link', { name: 'Undo it' }).click();
  await anna.getByRole('button', { name: /Undo|Take it back/ }).first().click();
  await anna.waitForURL(/\/history\/\d+/);
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
