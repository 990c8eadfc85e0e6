// Data Quality: from a rule to its schools, its findings and their lines; accepted, and taken back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, overflow, seriousFindings, startBrowser, startPortal, visitor } from './portal.mjs';

let portal, browser, anna, rita;
const home = '/districts/1';

before(async () => {
  let links;
  portal = await startPortal((rollbook, folder) => { links = prepareOakfield(rollbook, folder); });
  browser = await startBrowser();
  anna = await visitor(browser, portal);
  await acceptLink(anna, links.anna);
  rita = await visitor(browser, portal);
  await acceptLink(rita, links.rita);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const table = (page, name) => page.getByRole('region', { name });
const firstRule = async (page) => {
  await page.goto(`${home}/quality`);
  const link = table(page, 'Rules').locator('tbody tr').first().getByRole('link').first();
  const to = await link.getAttribute('href');
  await link.click();
  await page.waitForURL(`**${to}`);
  return to;
};

test('the numbers of a rule are those of its findings, and each leads to its line', async () => {
  const { rows } = await (await anna.request.get(`${home}/quality.json`)).json();
  assert.ok(rows.length > 3);
  for (const row of rows.filter((one) => one.rows.n > 0)) {
    const rule = await (await anna.request.get(row.to.replace('/rule?', '/rule.json?'))).json();
    assert.equal(rule.line.rows.n, row.rows.n);
    const found = await (await anna.request.get(rule.line.findings.replace('/findings?', '/findings.json?'))).json();
    if (found.older) continue;  // more than a page
    assert.equal(new Set(found.rows.map((one) => `${one.file} ${one.line}`)).size, row.rows.n, row.code);
  }
  await firstRule(anna);
  await anna.getByRole('link', { name: 'Findings, with their lines' }).click();
  await anna.getByRole('region', { name: 'Findings of this run' }).waitFor();
  assert.deepEqual(anna.complaints(), []);
});

// From a rule to its first finding, as somebody would click.
const firstFinding = async (page) => {
  await firstRule(page);
  await page.getByRole('link', { name: 'Findings, with their lines' }).click();
  const link = table(page, 'Findings of this run').locator('tbody tr').first().locator('td').nth(1).getByRole('link').first();
  const to = await link.getAttribute('href');
  await link.click();
  await page.waitForURL(`**${to}`);
  return to;
};

test('a finding leads to the line as it was delivered, and to its record', async () => {
  const to = await firstFinding(anna);
  const finding = await (await anna.request.get(`${to}.json`)).json();
  const line = table(anna, 'The line as it was delivered');
  await line.waitFor();
  assert.equal(await line.locator('tbody tr').count(), finding.cells.length);
  assert.equal(finding.cells[0].value, finding.id);
  assert.deepEqual(await seriousFindings(anna), []);
  if (finding.record) {
    await anna.locator('.facts').getByRole('link', { name: finding.id }).click();
    await anna.getByRole('heading', { name: 'Fields' }).waitFor();
  }
  assert.deepEqual(anna.complaints(), []);
});

test('one finding is accepted by itself, and counted apart', async () => {
  const before = await firstRule(anna);
  const count = async () => (await (await anna.request.get(before.replace('/rule?', '/rule.json?'))).json()).line;
  const rows = (await count()).rows.n;
  await firstFinding(anna);
  await anna.getByLabel('Reason').fill('They leave in June.');
  await anna.getByLabel('Shown again on').fill(new Date(Date.now() + 20 * 86400_000).toISOString().slice(0, 10));
  await anna.getByRole('button', { name: 'Accept', exact: true }).click();
  await anna.getByText('This finding is accepted until').waitFor();
  const now = await count();
  assert.equal(now.rows.n, rows - 1);
  assert.equal(now.accepted.n, 1);
  await anna.getByRole('button', { name: 'Withdraw' }).click();
  await anna.getByText('Nothing is accepted').waitFor();
});

test('people who may be there twice are looked for by the server', async () => {
  let twice;
  for (let i = 0; i < 100 && !twice?.is_known; i += 1) {
    if (i > 0) await new Promise((done) => setTimeout(done, 300));
    twice = (await (await anna.request.get(`${home}/quality.json?tab=duplicates`)).json()).people_twice;
  }
  assert.ok(twice.is_known);
  await anna.goto(`${home}/quality?tab=duplicates`);
  await anna.getByText('e-mail addresses belong to more than one person').waitFor();
});

test('what keeps most rows waiting stands first', async () => {
  await anna.goto(`${home}/quality`);
  const blocks = (await table(anna, 'Root causes').locator('tbody td.number').allTextContents()).map(Number);
  assert.ok(blocks.length > 0);
  assert.deepEqual(blocks, [...blocks].sort((a, b) => b - a));
});

test('a rule is accepted with a reason and a day, counted apart, and taken back', async () => {
  const to = await firstRule(anna);
  await anna.getByLabel('Reason').fill('The office mends it in October.');
  await anna.getByLabel('Shown again on').fill('2020-01-01');
  await anna.getByRole('button', { name: 'Accept', exact: true }).click();
  await anna.getByText('has to lie ahead').waitFor();
  assert.equal(await anna.getByLabel('Reason').inputValue(), 'The office mends it in October.');
  const day = new Date(Date.now() + 20 * 86400_000).toISOString().slice(0, 10);
  await anna.getByLabel('Shown again on').fill(day);
  await anna.getByRole('button', { name: 'Accept', exact: true }).click();
  await anna.getByText('It is counted apart; nothing else changes.').waitFor();
  const rule = await (await anna.request.get(to.replace('/rule?', '/rule.json?'))).json();
  assert.equal(rule.line.rows.n, 0);
  assert.ok(rule.line.accepted.n > 0);
  await anna.goto(`${home}/quality/accepted`);
  await anna.getByText('The office mends it in October.').waitFor();
  assert.deepEqual(await seriousFindings(anna), []);
  await rita.goto(`${home}/quality/accepted`);
  assert.equal(await rita.getByRole('button', { name: 'Withdraw' }).count(), 0);
  await anna.getByRole('button', { name: 'Withdraw' }).click();
  await anna.getByText('Nothing is accepted').waitFor();
});

test('nothing is wrong with any of the pages', async () => {
  const finding = await firstFinding(anna);
  const rule = await firstRule(anna);
  for (const path of [finding, `${home}/quality?tab=duplicates&alike=name`, `${home}/quality`, `${home}/quality?tab=mine`, `${home}/quality?tab=apps`, `${home}/quality?tab=duplicates`, `${home}/quality/score`, `${home}/quality/accepted`, rule])
    for (const [width, scheme] of [[1280, 'light'], [320, 'light'], [1280, 'dark']]) {
      await anna.setViewportSize({ width, height: 800 });
      await anna.emulateMedia({ colorScheme: scheme });
      const response = await anna.goto(path);
      assert.equal(response.status(), 200, path);
      assert.deepEqual(await seriousFindings(anna), [], `${path} ${width} ${scheme}`);
      assert.ok(await overflow(anna) <= 0, `${path} is wider than ${width}`);
    }
  assert.deepEqual(anna.complaints(), []);
});

test('the score is drawn, and stands in a table beside it', async () => {
  await anna.setViewportSize({ width: 1280, height: 800 });
  await anna.goto(`${home}/quality/score`);
  await anna.locator('#score canvas').waitFor();
  const scores = await anna.locator('#points tbody td:last-child').allTextContents();
  assert.ok(scores.length >= 3, scores.join());
  assert.equal(scores[0], '100.0 %');
  assert.notEqual(scores[scores.length - 1], '100.0 %');
  assert.deepEqual(anna.complaints(), []);
});
