// A district without any file: people and classes are added by hand, join and leave each other, are archived and come back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { acceptLink, looksRight, startBrowser, startPortal, visitor } from './portal.mjs';

const home = '/districts/1';
let portal, browser, anna;

before(async () => {
  let link;
  portal = await startPortal((rollbook) => {
    rollbook('district', 'add', 'Lakeside', '--time-zone', 'America/Chicago');
    rollbook('organization', 'add', 'Lakeside School', '--id', '0042', '--district', 'Lakeside');
    rollbook('organization', 'add', 'Hillside School', '--id', '0043', '--district', 'Lakeside');
    link = rollbook('person', 'add', 'anna@example.org', 'Anna').match(/\/welcome\/\S+/)[0];
    rollbook('person', 'grant', 'anna@example.org', '--district', 'Lakeside', '--level', 'system');
  });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, link);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

// Until the page says what became of it; the run may still be waiting for its turn.
async function saved(page) {
  const note = page.locator('.alert', { hasText: /Saved, as run|waits for its turn|did not save/ });
  await note.first().waitFor();
  while ((await note.first().innerText()).includes('waits for its turn')) await page.getByRole('link', { name: 'Look again' }).click();
  assert.match(await note.first().innerText(), /Saved, as run/);
}

async function add(page, list, fields) {
  await page.goto(`${home}/enrollment/${list}/new`);
  for (const [label, value] of Object.entries(fields)) {
    const field = page.getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  await page.getByRole('button', { name: /^Add/ }).click();
}

async function record(page, list, words) {
  await page.goto(`${home}/enrollment/${list}?q=${words}`);
  await page.locator('#found th[scope=row] a').first().click();
}

test('somebody is added with a form, and what is wrong is told at the field', async () => {
  await anna.goto(`${home}/enrollment/students`);
  await anna.getByText('No students yet').waitFor();
  await anna.getByRole('link', { name: 'Add a student' }).click();
  await looksRight(anna, 'the form of a student');
  await add(anna, 'students', { School: '0042', Id: 'not an id', 'First name': 'Leena', 'Last name': 'Parath', Grade: '03', 'E-mail': 'nowhere' });
  await anna.getByText('Nothing was saved').waitFor();
  assert.equal(await anna.locator('.field-wrong').count(), 2);
  assert.equal(await anna.getByLabel('First name', { exact: true }).inputValue(), 'Leena', 'what was entered stays');
  await looksRight(anna, 'the form with errors');
  await anna.getByLabel('Id', { exact: true }).fill('300');
  await anna.getByLabel('E-mail', { exact: true }).fill('student-parath@school.edu');
  await anna.getByRole('button', { name: /^Add/ }).click();
  await saved(anna);
  await anna.getByRole('link', { name: 'Leena Parath' }).waitFor();
  await add(anna, 'students', { School: '0042', Id: '300', 'First name': 'Tom', 'Last name': 'Reed', Grade: '03' });
  await anna.getByText('This id belongs to another student already.').waitFor();
  await anna.getByLabel('Id', { exact: true }).fill('310');
  await anna.getByRole('button', { name: /^Add/ }).click();
  await saved(anna);
});

test('staff and a class are added, and people join it from the search', async () => {
  await add(anna, 'staff', { School: '0042', Id: 'T1', Role: 'teacher', 'First name': 'Ada', 'Last name': 'Bell', 'E-mail': 'ada.bell@school.example' });
  await saved(anna);
  await add(anna, 'staff', { School: '0043', Id: 'T2', Role: 'teacher', 'First name': 'Finn', 'Last name': 'Dahl', 'E-mail': 'finn.dahl@school.example' });
  await saved(anna);
  await add(anna, 'classes', { School: '0042', Id: 'math-3a', Name: 'Mathematics 3A', Grade: '03', Subject: 'Mathematics', Teacher: 'T1' });
  await saved(anna);
  await record(anna, 'classes', 'Mathematics');
  await anna.getByRole('link', { name: 'People in it' }).click();
  await anna.getByLabel('Name, e-mail or id').fill('300, 310, T2');
  await anna.getByRole('button', { name: 'Search' }).click();
  await anna.getByLabel(/Tom Reed/).waitFor();
  await looksRight(anna, 'the people of a class');
  for (const name of ['Leena Parath', 'Tom Reed', 'Finn Dahl']) await anna.getByLabel(new RegExp(name)).check();
  await anna.getByRole('button', { name: 'Add those ticked' }).click();
  await saved(anna);
  const people = anna.getByRole('region', { name: 'People' });
  assert.equal(await people.locator('tbody tr').count(), 4);
  await anna.getByRole('button', { name: /Make primary teacher.*Finn Dahl/ }).click();
  await saved(anna);
  assert.match(await people.getByRole('row', { name: /Finn Dahl/ }).innerText(), /teacher, primary/);
  await people.getByLabel('Tom Reed').check();
  await anna.getByRole('button', { name: 'Take those ticked out of the class' }).click();
  await saved(anna);
  assert.equal(await people.locator('tbody tr').count(), 3);
  await anna.getByRole('link', { name: 'Undo it' }).click();
});

test('from the side of the person: classes are joined and left', async () => {
  await record(anna, 'students', 'Reed');
  await anna.getByRole('link', { name: 'Their classes' }).click();
  await anna.getByText('They are in no class').waitFor();
  await anna.getByLabel('Name or id').fill('Mathematics');
  await anna.getByLabel(/Mathematics 3A/).check();
  await anna.getByRole('button', { name: 'Add those ticked' }).click();
  await saved(anna);
  await looksRight(anna, 'the classes of a person');
  await anna.getByRole('region', { name: 'Classes' }).getByLabel('Mathematics 3A').check();
  await anna.getByRole('button', { name: 'Leave those ticked' }).click();
  await saved(anna);
  await anna.getByText('They are in no class').waitFor();
});

test('an identifier that was wrong is changed on the profile, and the old one finds it', async () => {
  await record(anna, 'students', '300');
  await anna.getByRole('link', { name: 'Give it another id' }).click();
  await anna.getByLabel('The new id').fill('301');
  await anna.getByRole('button', { name: 'Give it this id' }).click();
  if (await anna.getByRole('button', { name: 'Give it this id all the same' }).count()) await anna.getByRole('button', { name: 'Give it this id all the same' }).click();
  await saved(anna);
  await anna.goto(`${home}/browse/record?table=users&id=300`);
  await anna.getByText('Parath').first().waitFor();
  const csv = await (await anna.request.get(`${home}/enrollment/download/users.csv`)).text();
  assert.match(csv, /,301,.*Parath.*math-3a/);
  assert.doesNotMatch(csv, /,300,/);
});

test('who is archived is restored from their record, with their classes', async () => {
  await record(anna, 'students', 'Parath');
  const address = anna.url();
  await anna.getByRole('link', { name: 'Their classes' }).click();
  await anna.getByRole('button', { name: 'Archive this person' }).click();
  await saved(anna);
  assert.equal(await anna.getByRole('link', { name: 'Leena Parath' }).count(), 0);
  await anna.goto(address);
  await anna.getByText('is no longer in the roster').waitFor();
  await anna.getByRole('button', { name: 'Restore this person' }).click();
  await saved(anna);
  await anna.getByRole('link', { name: 'Leena Parath' }).waitFor();
  assert.match(await (await anna.request.get(`${home}/enrollment/download/users.csv`)).text(), /,301,.*math-3a/);
});

test('a class ends, and its people stay', async () => {
  await record(anna, 'classes', 'Mathematics');
  await anna.getByRole('link', { name: 'People in it' }).click();
  await anna.getByRole('button', { name: 'End this class' }).click();
  await saved(anna);
  await anna.getByText('No classes yet').waitFor();
  const csv = await (await anna.request.get(`${home}/enrollment/download/users.csv`)).text();
  assert.match(csv, /Parath/);
  assert.doesNotMatch(csv, /math-3a/);
});
