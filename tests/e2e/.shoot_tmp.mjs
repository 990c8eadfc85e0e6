import { mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { acceptLink, addDistrict, beOperator, startBrowser, startPortal, visitor } from './portal.mjs';
const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const portal = await startPortal();
const browser = await startBrowser();
try {
  const operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  const link = await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org');
  const page = await visitor(browser, portal);
  await acceptLink(page, link);
  portal.rollbook('source', 'add', '--district', 'Oakfield Unified', 'Oak SIS');
  const f = join(portal.folder, 'orgs.csv');
  writeFileSync(f, 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd,,,Oakfield,district,,\n');
  const db = join(portal.data, 'operations.db');
  const sql = (text) => execFileSync('python3', ['-c', 'import sqlite3,sys\nd=sqlite3.connect(sys.argv[1]);d.execute(sys.argv[2]);d.commit()', db, text]);
  const shots = async (name, go) => {
    for (const [look, width, scheme] of [['wide', 1280, 'light'], ['narrow', 320, 'light'], ['dark', 1280, 'dark']]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      await go();
      await page.screenshot({ path: `${folder}/${name}.${look}.png`, fullPage: true });
    }
  };
  await shots('rosters', () => page.goto('/districts/1/rosters'));
  await shots('upload', () => page.goto('/districts/1/upload'));
  await shots('upload_chosen', async () => { await page.goto('/districts/1/upload'); await page.setInputFiles('#files', [f]); });
  await shots('upload_wrong', async () => { await page.goto('/districts/1/upload'); await page.getByRole('button', { name: 'Upload' }).click(); });
  await page.goto('/districts/1/upload'); await page.setInputFiles('#files', [f]); await page.getByRole('button', { name: 'Upload' }).click();
  await page.waitForURL(/upload\/\d+|history\/\d+/); await page.waitForTimeout(1500);
  await shots('run_refused', () => page.goto('/districts/1/upload/1'));
  sql("UPDATE runs SET state='running', worker='elsewhere 1 1 1', lease=99999999999, progress='reading 12300000 90100000' WHERE id=1");
  await shots('run_goes_on', async () => { await page.goto('/districts/1/upload/1'); await page.waitForTimeout(900); });
  portal.rollbook('source', 'add', '--district', 'Oakfield Unified', 'Other');
  await shots('upload_choose', () => page.goto('/districts/1/upload'));
  sql("UPDATE runs SET state='done', outcome='failed' WHERE id=1");
  if (page.complaints().length) console.log(page.complaints());
  if (portal.complaints()) console.log(portal.complaints());
} finally { await browser.close(); await portal.stop(); }
