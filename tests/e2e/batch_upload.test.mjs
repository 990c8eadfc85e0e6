// Batch Upload in a browser, from the templates to the report, as a district without a OneRoster export goes through it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { acceptLink, looksRight, startBrowser, startPortal, visitor } from './portal.mjs';

const home = '/districts/1';
const box = `${home}/enrollment/upload`;
const header = 'schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className,primaryTeacher';
const ada = '0042,T100,teacher,Ada,Bell,ada.bell@school.example,,math-3a,Mathematics 3A,true';
const leena = '0042,300,student,Leena,Parath,student-parath@school.edu,03,math-3a,Mathematics 3A,';
const tom = '0042,310,student,Tom,Reed,,03,math-3a,Mathematics 3A,';
let portal, browser, anna;

before(async () => {
  let link;
  portal = await startPortal((rollbook) => {
    rollbook('district', 'add', 'Lakeside', '--time-zone', 'America/Chicago');
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

function file(name, rows, first = header) {
  const path = join(portal.folder, name);
  writeFileSync(path, `${[first, ...rows].join('\n')}\n`);
  return path;
}

async function downloaded(page, press) {
  const coming = page.waitForEvent('download');
  await press();
  const download = await coming;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

// Until the run that the page shows is over.
async function outcome(page) {
  await page.waitForURL(/\/history\/\d+$/);
  await page.locator('.verdict .tag', { hasText: /Held|Refused|Applied|No changes|Failed/ }).waitFor();
  return page.locator('.verdict .tag').first().innerText();
}

async function upload(page, ...files) {
  await page.goto(box);
  await page.getByLabel('Select file').setInputFiles(files);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  return outcome(page);
}

async function process(page) {
  await page.getByRole('button', { name: 'Process file' }).click();
  await page.locator('.verdict .tag', { hasText: /Applied|No changes/ }).waitFor();
}

const counts = (page, what) => page.getByRole('region', { name: 'Counts of the upload', exact: true }).getByRole('row', { name: what }).innerText();
const roster = async (page) => (await page.request.get(`${home}/enrollment/download/users.csv`)).text();

test('the box is inactive, and says why and whom to ask, until it is switched on and schools have ids', async () => {
  await anna.goto(`${home}/enrollment/students`);
  await anna.getByRole('link', { name: 'Batch Upload' }).click();
  await anna.getByText('Ask who operates the server').waitFor();
  assert.ok(await anna.getByLabel('Select file').isDisabled());
  await looksRight(anna, 'an inactive box');
  portal.rollbook('district', 'batch-upload', 'Lakeside', 'on');
  await anna.reload();
  await anna.getByText('The district has no organizations yet').waitFor();
  portal.rollbook('organization', 'add', 'Lakeside Elementary', '--id', '0042', '--district', 'Lakeside');
  await anna.reload();
  assert.ok(await anna.getByLabel('Select file').isEnabled());
});

test('instructions, data dictionaries, templates and a sample are at hand', async () => {
  await anna.goto(box);
  for (const what of ['Columns of users.csv', 'Columns of demographics.csv']) await anna.locator('summary', { hasText: what }).click();
  await anna.getByRole('rowheader', { name: 'primaryTeacher' }).waitFor();
  await anna.getByRole('rowheader', { name: 'homeLanguage' }).waitFor();
  const main = await anna.locator('main').innerText();
  for (const words of [/columns with ids and grades as text/, /in a text editor/, /80 students or fewer/]) assert.match(main, words);
  await looksRight(anna, 'Batch Upload');
  const instructions = anna.getByRole('complementary', { name: 'Instructions' });
  for (const name of ['users.csv', 'demographics.csv']) {
    const template = await downloaded(anna, () => instructions.getByRole('link', { name, exact: true }).click());
    assert.equal(template.name, name);
    assert.equal(template.text.trim().split('\n').length, 3, 'a header and two rows');
  }
  const coming = anna.waitForEvent('download');
  await instructions.getByRole('link', { name: 'sample' }).click();
  const sample = await coming;
  assert.match(portal.rollbook('check', await sample.path()), /./, 'what check accepts');
});

test('headers that are wrong refuse the file, with what is right, and nothing can be processed', async () => {
  assert.match(await upload(anna, file('users.csv', [tom], header.replace('schoolId', 'SchoolId').replace('userEmail', 'userEmial'))), /Refused/);
  const main = await anna.locator('main').innerText();
  for (const name of ['SchoolId', 'schoolId', 'userEmial', 'userEmail']) assert.ok(main.includes(name), name);
  assert.equal(await anna.getByRole('button', { name: 'Process file' }).count(), 0);
  await looksRight(anna, 'a file that is refused');
});

test('errors of rows are listed with what to do, and the report has them behind the rows', async () => {
  assert.match(await upload(anna, file('users.csv', [ada, leena, '42,310,student,Tom,Reed,,3,,,'])), /Held/);
  await looksRight(anna, 'an upload that waits');
  await anna.getByRole('link', { name: 'Rows with errors and warnings' }).click();
  const row = anna.getByRole('row', { name: /is no school of the roster/ });
  assert.match(await row.innerText(), /users\.csv\s+4\s+schoolId/);
  await looksRight(anna, 'rows of an upload');
  const report = await downloaded(anna, () => anna.getByRole('link', { name: 'users-errors.csv' }).click());
  assert.equal(report.name, 'users-errors.csv');
  assert.match(report.text, /^42,310,student,Tom,Reed,,3,,,,"ERROR: schoolId .* WARNING: userGrade/m);
  await anna.getByRole('link', { name: 'Back to the run' }).click();
  assert.doesNotMatch(await roster(anna), /Leena/, 'nothing is changed yet');
});

test('files are dropped, looked at and processed, and the report counts what was done', async () => {
  await anna.goto(box);
  await anna.getByText('An upload waits').waitFor();
  const data = await anna.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'users.csv', { type: 'text/csv' }));
    return transfer;
  }, `${[header, ada, leena, tom].join('\n')}\n`);
  await anna.locator('drop-zone').dispatchEvent('drop', { dataTransfer: data });
  await anna.locator('[data-chosen]', { hasText: 'users.csv' }).waitFor();
  await anna.getByRole('button', { name: 'Upload', exact: true }).click();
  assert.match(await outcome(anna), /Held/);
  assert.match(await counts(anna, /students/i), /students\s+2\s+0\s+0\s+0\s+0/i);
  await process(anna);
  for (const [what, created] of [[/staff/i, 1], [/students/i, 2], [/classes/i, 1], [/enrollments/i, 3]])
    assert.match(await counts(anna, what), new RegExp(`\\s${created}\\s`), String(what));
  await anna.locator('summary', { hasText: 'Each school' }).click();
  await anna.getByRole('region', { name: 'Counts of the upload at Lakeside Elementary' }).waitFor();
  await looksRight(anna, 'an upload that is processed');
  await anna.goto(`${home}/enrollment/students`);
  await anna.getByRole('link', { name: 'Leena Parath' }).waitFor();
  assert.deepEqual(anna.complaints(), []);
});

test('what is downloaded is a file to go on with, and uploads again without a change', async () => {
  await anna.goto(box);
  await anna.getByLabel('Who').selectOption('student');
  const students = await downloaded(anna, () => anna.getByRole('button', { name: 'Download users.csv' }).click());
  assert.equal(students.text.trim().split('\n').length, 3);
  await anna.goto(`${home}/enrollment/students`);
  await anna.getByRole('checkbox', { name: 'Leena Parath' }).check();
  const ticked = await downloaded(anna, () => anna.getByRole('button', { name: 'Download users.csv of those ticked' }).click());
  assert.equal(ticked.name, 'users.csv');
  assert.match(ticked.text, /Leena/);
  assert.doesNotMatch(ticked.text, /Tom/);
  const again = join(portal.folder, 'again.csv');
  writeFileSync(again, await roster(anna));
  assert.match(await upload(anna, again), /No changes/);
});

test('an id that was wrong is corrected by a file in which all else is the same', async () => {
  assert.match(await upload(anna, file('users.csv', [ada, leena.replace('300', '301'), tom])), /Held/);
  assert.match(await anna.locator('main').innerText(), /300 becomes 301/);
  assert.match(await roster(anna), /,300,/, 'not before it is processed');
  await process(anna);
  for (let i = 0; i < 120 && !(await roster(anna)).includes(',301,'); i += 1) await new Promise((done) => setTimeout(done, 250));
  const now = await roster(anna);
  assert.match(now, /,301,.*Leena/);
  assert.doesNotMatch(now, /,300,/);
  await anna.goto(`${home}/browse/record?table=users&id=300`);
  assert.match(await anna.locator('main').innerText(), /301/, 'the old id still finds her');
});

test('what was edited by hand stays, unless the file is chosen', async () => {
  portal.rollbook('edit', 'users', '310', 'givenName=Thomas', '--district', 'Lakeside');
  assert.match(await upload(anna, file('users.csv', [ada, tom.replace('Tom', 'Tommy')])), /Held|No changes/);
  await anna.getByRole('link', { name: 'Rows with errors and warnings' }).click();
  await anna.getByRole('row', { name: /Thomas/ }).getByText('Tommy', { exact: true }).waitFor();
  await looksRight(anna, 'edits that the file would revert');
  await anna.getByRole('button', { name: "Take all of the file's" }).click();
  await anna.getByText('becomes what the file says').waitFor();
  await process(anna);
  assert.match(await roster(anna), /Tommy/);
});

test('who is probably the same person is proposed, and confirmed by a person', async () => {
  assert.match(await upload(anna, file('users.csv', [ada, tom.replace('Tom', 'Tommy').replace('310', '311')])), /Held|No changes/);
  await anna.getByRole('link', { name: 'Rows with errors and warnings' }).click();
  await anna.getByLabel('Tommy Reed: 310 becomes 311').check();
  await looksRight(anna, 'people who are probably the same');
  await anna.getByLabel('Tommy Reed: 310 becomes 311').check();
  await anna.getByRole('button', { name: 'They are the same' }).click();
  assert.match(await outcome(anna), /Held/);
  await process(anna);
  for (let i = 0; i < 120 && !(await roster(anna)).includes(',311,'); i += 1) await new Promise((done) => setTimeout(done, 250));
  assert.doesNotMatch(await roster(anna), /,310,/);
});

test('without script the same is done by a form, and undone like every run', async () => {
  const plain = await visitor(browser, portal, { javaScriptEnabled: false, storageState: await anna.context().storageState() });
  await plain.goto(box);
  await plain.getByLabel('Select file').setInputFiles([
    file('users.csv', ['0042,330,student,Ola,Berg,,04,,,']),
    file('demographics.csv', ['330,2017-05-14,Spanish'], 'userId,birthDate,homeLanguage'),
  ]);
  await plain.getByRole('button', { name: 'Upload', exact: true }).click();
  await plain.waitForURL(/\/history\/\d+$/);
  const until = async (sought) => {
    for (let i = 0; i < 240 && !(await sought.count()); i += 1) {
      await new Promise((done) => setTimeout(done, 250));
      await plain.reload();
    }
  };
  await until(plain.getByRole('button', { name: 'Process file' }));
  await plain.getByRole('button', { name: 'Process file' }).click();
  await until(plain.getByRole('link', { name: 'Undo this run' }));
  assert.match(await roster(plain), /Ola/);
  await plain.getByRole('link', { name: 'Undo this run' }).click();
  await plain.getByRole('button', { name: /Undo|Take it back/ }).first().click();
  for (let i = 0; i < 240 && (await roster(plain)).includes('Ola'); i += 1) await new Promise((done) => setTimeout(done, 250));
  assert.doesNotMatch(await roster(plain), /Ola/);
  await plain.context().close();
});
