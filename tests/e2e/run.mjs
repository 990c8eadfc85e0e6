// Runs the tests of the portal in a browser: ROLLBOOK_PROGRAM=… node run.mjs [NAME…]. Files run one after the other: each starts a server and a browser.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chromium) || !existsSync(join(here, 'node_modules'))) {
  console.error(`Chromium (${chromium}) and "npm ci --ignore-scripts" in tests/e2e are needed; ./dev test brings both.`);
  process.exit(1);
}
if (process.env.ROLLBOOK_E2E_STORE === 'postgres' && !process.env.ROLLBOOK_TEST_POSTGRES) {
  console.error('No PostgreSQL at hand; tools/with_postgres.sh starts one.');
  process.exit(77); // skipped
}
const wanted = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs') && (!wanted.length || wanted.some((one) => name.startsWith(one)))).sort();
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files.map((name) => join(here, name))], { stdio: 'inherit' });
process.exit(files.length ? status ?? 1 : 1);
