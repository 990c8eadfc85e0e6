// Pictures of pages, wide, narrow and dark, to be looked at: node shoot.mjs FOLDER ADDRESS…   (signed in as the first operator and System of a district 1;
// with SHOOT_WITH=oakfield that has some nights behind it, and with SHOOT_SCHOOL=1 kept to its first school)
import { mkdirSync } from 'node:fs';
import { prepareOakfield } from './oakfield.mjs';
import { acceptLink, addDistrict, beOperator, startBrowser, startPortal, visitor } from './portal.mjs';

const [folder, ...addresses] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const lived = process.env.SHOOT_WITH === 'oakfield';
let links = {};
const portal = await startPortal((rollbook, data) => { if (lived) links = prepareOakfield(rollbook, data); });
const browser = await startBrowser();
try {
  const operator = await visitor(browser, portal);
  await beOperator(operator, portal);
  const link = links.anna ?? await addDistrict(operator, 'Oakfield Unified', 'Anna Adams', 'anna@example.org');
  const anna = await visitor(browser, portal);
  await acceptLink(anna, link);
  const nobody = await visitor(browser, portal);
  if (process.env.SHOOT_SCHOOL) {
    await anna.goto('/districts/1/school');
    await anna.locator('#found-schools button').first().click();
  }
  for (const address of addresses) {
    const [whose, path] = address.includes(':') ? address.split(':') : ['anna', address];
    const page = { anna, operator, nobody }[whose];
    const name = (path.replaceAll('/', '_').replace(/^_/, '') || 'root') + (whose === 'anna' ? '' : '.' + whose);
    for (const [look, width, scheme] of [['wide', 1280, 'light'], ['narrow', 320, 'light'], ['dark', 1280, 'dark']]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      const response = await page.goto(path);
      await page.screenshot({ path: `${folder}/${name}.${look}.png`, fullPage: true });
      if (response.status() >= 500) console.log(path, response.status(), await page.textContent('body'));
    }
    if (page.complaints().length) console.log(path, page.complaints());
  }
  if (portal.complaints()) console.log(portal.complaints());
} finally {
  await browser.close();
  await portal.stop();
}
