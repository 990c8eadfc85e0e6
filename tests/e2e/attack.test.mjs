// The portal attacked from outside, against the program itself: foreign numbers, forged forms, script in names, broken sessions, and whoever would wear it down.
// All that belongs to the other district is marked "zzyzx", all that belongs to other schools than one account's "qwfpx": neither may ever be heard.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask, dice, formFields, mark, ofOtherSchools, pause, post, routes, signIn, signUp, stranger, upload, wire } from './attacker.mjs';
import { withoutStudentsOfASchool } from './oakfield.mjs';
import { startBrowser, startPortal, visitor } from './portal.mjs';

let portal, links, olga, anna, enid, rita, stan, skye, zed, program;
const theirs = /zzyzx/i, ofOthers = /qwfpx/i;
const payload = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{=<% %>=}}`;

before(async () => {
  portal = await startPortal((rollbook, folder) => {
    const made = (name, ...more) => {
      rollbook('make-district', '--students', '60', ...more, join(folder, name));
      return join(folder, name);
    };
    const sync = (path, district) => {
      try {
        rollbook('sync', path, '--source', `${district === 1 ? 'sis' : 'zzyzx-sis'}`, '--district', String(district));
      } catch (held) {
        assert.ok(held.status > 0, String(held));  // it tells by its status that it is refused, or held
      }
    };
    const three = (name, seed) => {
      const all = [made(`${name}-1`, '--seed', seed), made(`${name}-2`, '--seed', seed, '--churn', '2', '--defects', '12'), made(`${name}-3`, '--seed', seed)];
      copyFileSync(join(all[0], 'orgs.csv'), join(all[1], 'orgs.csv'));
      withoutStudentsOfASchool(all[2]);
      return all;
    };
    rollbook('district', 'add', 'Oakfield Unified', '--time-zone', 'America/Chicago');
    rollbook('district', 'add', 'Zzyzx Unified', '--time-zone', 'America/Chicago');
    rollbook('source', 'add', 'sis', '--district', '1', '--live', '--apply-by-itself');
    rollbook('source', 'add', 'zzyzx-sis', '--district', '2', '--live', '--apply-by-itself');
    const ours = three('ours', '3'), others = three('others', '77');
    const ofOtherSchool = ofOtherSchools(ours);
    for (const one of ours) mark(one, ofOtherSchool, 'qwfpx');
    for (const one of others) mark(one, () => true, 'zzyzx');
    ours.forEach((one) => sync(one, 1));
    others.forEach((one) => sync(one, 2));
    const person = (name, district, level, ...more) => {
      const email = district === 2 ? `${name}@zzyzx.example` : `${name}@oakfield.example`;
      const link = rollbook('person', 'add', email, `${district === 2 ? 'Zzyzx ' : ''}${name}`, ...(district === 0 ? more : [])).match(/\/welcome\/\S+/)[0];
      if (district > 0) rollbook('person', 'grant', email, '--district', String(district), '--level', level, ...more);
      return link;
    };
    links = { anna: person('anna', 1, 'system', '--demographics'), enid: person('enid', 1, 'enrollment'), rita: person('rita', 1, 'reporting'),
      stan: person('stan', 1, 'standard'), zed: person('zed', 2, 'system', '--demographics'), olga: person('olga', 0, '', '--operator') };
  });
  olga = await signUp(portal, links.olga, '127.0.1.1');
  anna = await signUp(portal, links.anna, '127.0.1.2');
  enid = await signUp(portal, links.enid, '127.0.1.3');
  rita = await signUp(portal, links.rita, '127.0.1.4');
  stan = await signUp(portal, links.stan, '127.0.1.5');
  zed = await signUp(portal, links.zed, '127.0.1.6');
  const members = JSON.parse((await ask(portal, anna, '/districts/1/members.json')).body);
  const school = members.places.find(({ label }) => /School/.test(label) && !ofOthers.test(label));
  const invited = await post(portal, anna, '/districts/1/members', { name: 'Skye', email: 'skye@oakfield.example', level: 'reporting', org: school.value });
  skye = await signUp(portal, invited.body.match(/\/welcome\/[\w-]+/)[0], '127.0.1.7');
  const token = await post(portal, anna, '/account/tokens', { name: 'narrow', district: '1', level: 'reporting', days: '30' });
  program = { bearer: token.body.match(/rollbook_[\w-]+/)[0], from: '127.0.1.8' };
  for (const [who, district, source] of [[anna, 1, 1], [zed, 2, 2]])
    assert.equal((await post(portal, who, `/districts/${district}/planned`, { kind: 'paused', source, from: '2031-01-01' })).status, 303);
});
after(() => portal?.stop());

const everybody = () => ({ olga, anna, enid, rita, stan, skye, program });
// What stands for a name in braces, of Oakfield and of the other district.
const our = { source: 1, run: 2, account: 2, range: 1, kind: 'oneroster-csv', group: 'filters', step: 'identifiers', code: 'REF001', table: 'users', token: '1' };
const their = { source: 2, run: 5, account: 5, range: 2 };
const fill = (pattern, district, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => (name === 'district' ? district : values[name] ?? our[name]));
const dresses = (method) => (method === 'GET' ? ['', '.json', '.csv'] : ['']);
// What is heard when it is not one's own, or not for one's level: never that it worked, and never that something broke.
const refusals = [303, 400, 401, 403, 404, 405, 409, 413, 415, 422];

async function askAll(asked, check) {
  const waiting = [...asked];
  await Promise.all(Array.from({ length: 12 }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) check(next, await next.ask());
  }));
}

// What the other district's own people see of it; the same before and after.
async function stateOf(who, district) {
  const pages = ['history', 'members', 'gallery', 'planned', 'administration/audit', 'history/5', 'history/2', `sources/${district}`];
  const answers = await Promise.all(pages.map((page) => ask(portal, who, `/districts/${district}/${page}.json`)));
  return answers.map(({ status, body }) => `${status} ${body.replaceAll(/"last_seen":"[^"]*"/g, '')}`);
}

test('the numbers are what this test takes them for', async () => {
  assert.equal((await ask(portal, zed, '/districts/2/history/5.json')).status, 200);
  assert.match((await ask(portal, zed, '/districts/2/members/5.json')).body, theirs);
  assert.match((await ask(portal, zed, '/districts/2/planned.csv')).body, /^2,/m);
  assert.match((await ask(portal, zed, '/districts/2/sources/2')).body, theirs);
  assert.match((await ask(portal, anna, '/districts/1/history/2/changes?table=users&kind=created')).body + (await ask(portal, anna, '/districts/1/history/1/changes?table=users')).body, ofOthers);
  assert.match((await ask(portal, anna, '/districts/1/history/2/findings.csv')).body, ofOthers);
  assert.ok(routes().length > 70 && formFields().length > 20);
});

test('nobody reaches another district, by whatever number, field or dress', async () => {
  const before = await stateOf(zed, 2);
  const foreign = Object.fromEntries(formFields().map((name) => [name, { org: '1', district: '2', source: '2', school: '1', account: '5', revision: '3' }[name] ?? 'yes']));
  const asked = [];
  for (const { method, pattern } of routes().filter(({ pattern }) => pattern.includes('{district}')))
    for (const [name, who] of Object.entries(everybody()))
      for (const dress of dresses(method)) {
        const one = (path, kind) => asked.push({ name, path: `${method} ${path}`, kind, ask: () => ask(portal, who, path, method === 'GET' ? {} : { method, form: { csrf: who.csrf ?? '', ...foreign } }) });
        one(fill(pattern, 2, our) + dress, 'district');
        one(fill(pattern, 2, their) + dress, 'district');
        if (/\{(source|run|account|range)\}/.test(pattern) && !['olga', 'stan'].includes(name)) one(fill(pattern, 1, their) + dress, 'number');
      }
  await askAll(asked, ({ name, path, kind }, { status, body }) => {
    assert.ok(status === 404 || (kind === 'number' && status === 403), `${name}: ${path} says ${status}`);
    assert.doesNotMatch(body, theirs, `${name}: ${path}`);
  });
  assert.deepEqual(await stateOf(zed, 2), before);
});

test('numbers that are none are nowhere', async () => {
  const strange = ['0', '-1', '9223372036854775808', '99999999999999999999999', '1e0', '%2e%2e', '%00', '1%00', '%2f', "1'--", '%C0%AE', '+1', '0x1', '%'];
  const asked = [];
  for (const { method, pattern } of routes().filter(({ pattern }) => /\{(district|source|run|account|range)\}/.test(pattern)))
    for (const value of strange)
      for (const place of pattern.match(/\{(district|source|run|account|range)\}/g)) {
        const path = pattern.replace(/\{(\w+)\}/g, (braces, name) => (braces === place ? value : name === 'district' ? 1 : our[name]));
        asked.push({ path: `${method} ${path}`, ask: () => ask(portal, anna, path, method === 'GET' ? {} : { method, form: { csrf: anna.csrf } }) });
      }
  await askAll(asked, ({ path }, { status, body }) => {
    assert.ok([400, 404].includes(status), `${path} says ${status}`);
    assert.doesNotMatch(body, theirs, path);
  });
});

test('fields of forms that name what is another district\'s are refused', async () => {
  for (const [path, form] of [
    ['/districts/1/planned', { kind: 'paused', source: '2', from: '2032-01-01' }],
    ['/districts/1/members', { name: 'x', email: 'x@x.example', level: 'reporting', org: '999' }],
    ['/districts/1/members/3/grants', { level: 'system', org: '-1' }],
    ['/districts/1/members/5/grants', { level: 'system' }],
    ['/districts/1/members/5/link', { what: 'deactivate' }],
    ['/districts/1/sources/1/replace', { source: '2', confirm: 'yes' }],
    ['/account/tokens', { name: 'x', district: '2', level: 'reporting', days: '30' }],
    ['/account/tokens', { name: 'x', district: '1', level: 'none', days: '30' }],
  ]) {
    const { status, body } = await post(portal, anna, path, form);
    assert.ok([404, 409, 422].includes(status), `${path} ${JSON.stringify(form)} says ${status}`);
    assert.doesNotMatch(body, theirs, path);
  }
  for (const [, district] of Object.entries({ a: '2', b: '02', c: '2/../2' })) assert.doesNotMatch((await ask(portal, anna, `/go?district=${encodeURIComponent(district)}`)).body, theirs);
  const sent = await upload(portal, anna, 1, '2', [['orgs.csv', 'sourcedId\n']]);
  assert.equal(sent.status, 422);
});

test('who has one school sees nothing of another, whatever is asked for', async () => {
  const others = [...new Set((await ask(portal, anna, '/districts/1/history/1.json')).body.match(/qwfpx-[0-9a-f-]{36}/g))];
  assert.ok(others.length >= 2);
  const seen = new Set(), open = ['/', '/account', '/districts/1'];
  const more = [];
  for (const run of [1, 2, 3])
    for (const dress of ['', '.json', '.csv']) {
      for (const query of ['', '?from=0', '?from=50', '?from=18446744073709551615', '?from=-1', '?text=a', '?text=qwf', '?school=', ...others.map((id) => `?school=${id}`)])
        for (const table of ['users', 'demographics', 'enrollments', 'classes', 'orgs', 'nothing'])
          more.push(`/districts/1/history/${run}/changes${dress}${query}${query ? '&' : '?'}table=${table}`);
      for (const kind of ['created', 'updated', 'removed', 'excluded', 'x']) more.push(`/districts/1/history/${run}/changes${dress}?table=users&kind=${kind}`);
      for (const query of ['', '?after=0', '?after=-5', '?after=99', '?text=a', '?file=users.csv', '?code=REF001', '?severity=error', '?text=%25', `?text=${others[0]}`])
        more.push(`/districts/1/history/${run}/findings${dress}${query}`);
      more.push(`/districts/1/history/${run}${dress}?schools=50`);
    }
  for (const { method, pattern } of routes()) if (method === 'GET') for (const dress of dresses(method)) more.push(fill(pattern, 1, our) + dress);
  let rows = 0;
  const look = (path, answer) => {
    const body = path.includes('?') ? answer.body.replaceAll(decodeURIComponent(path.match(/text=([^&]*)/)?.[1] ?? '\0'), '') : answer.body;
    assert.ok(answer.status < 500, `${path} says ${answer.status}`);
    if (!path.includes('school=qwfpx') || answer.status === 200) assert.doesNotMatch(body, ofOthers, path);
    if (path.includes('school=qwfpx')) assert.equal(answer.status, 404, path);
    if (/changes/.test(path) && answer.status === 200) rows += 1;
  };
  await askAll(more.map((path) => ({ path, ask: () => ask(portal, skye, path) })), ({ path }, answer) => look(path, answer));
  while (open.length && seen.size < 120) {
    const path = open.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await ask(portal, skye, path);
    look(path, answer);
    for (const [, to] of answer.body.matchAll(/href="(\/[^"#]*)/g)) if (!to.startsWith('/assets') && !to.startsWith('/help')) open.push(to.replaceAll('&amp;', '&'));
  }
  assert.ok(rows > 10 && seen.size > 10);
});

test('looking changes nothing', async () => {
  const before = [await stateOf(anna, 1), await stateOf(zed, 2)];
  const asked = [];
  for (const { method, pattern } of routes())
    for (const who of [anna, enid, olga])
      if (method === 'GET' && !pattern.includes('welcome')) for (const dress of dresses(method)) asked.push({ path: fill(pattern, 1, our) + dress, ask: () => ask(portal, who, fill(pattern, 1, our) + dress) });
  // What is done by POST is not done by GET or HEAD, nor under another dress.
  for (const { method, pattern } of routes())
    if (method === 'POST')
      for (const other of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
        asked.push({ path: `${other} ${fill(pattern, 1, our)}`, ask: () => ask(portal, anna, `${fill(pattern, 1, our)}?csrf=${anna.csrf}&all=yes&level=none`, { method: other }) });
  await askAll(asked, ({ path }, { status }) => assert.ok(status < 500 || status === 501, `${path} says ${status}`));
  const after = [await stateOf(anna, 1), await stateOf(zed, 2)];
  const quiet = (state) => state.map((page) => page.replaceAll(/\{[^{}]*"(demographics viewed|delivery downloaded)"[^{}]*\},?/g, ''));
  assert.deepEqual(after.map(quiet), before.map(quiet));
});

test('a form that is not from one of our own pages does nothing', async () => {
  const before = await stateOf(anna, 1);
  const host = new URL(portal.address).host;
  const forgeries = [
    { csrf: undefined }, { csrf: '' }, { csrf: 'x'.repeat(43) }, { csrf: enid.csrf }, { csrf: zed.csrf }, { csrf: anna.csrf.slice(0, -1) },
    { csrf: undefined, headers: { 'x-csrf-token': enid.csrf } }, { headers: { 'x-csrf-token': 'wrong' } },
    { headers: { origin: 'https://evil.example' } }, { headers: { origin: `http://evil.example:${host.split(':')[1]}` } }, { headers: { origin: `http://${host}.evil.example` } },
    { headers: { 'sec-fetch-site': 'cross-site' } }, { headers: { 'sec-fetch-site': 'same-site' } }, { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } },
  ];
  const asked = [];
  for (const { method, pattern } of routes().filter(({ method }) => method === 'POST'))
    for (const forgery of forgeries) {
      if (pattern.includes('welcome') && forgery.csrf === undefined && !forgery.headers) continue;
      const path = fill(pattern, 1, our);
      const csrf = 'csrf' in forgery ? forgery.csrf : anna.csrf;
      const form = { ...(csrf === undefined ? {} : { csrf }), all: 'yes', name: 'forged', what: 'deactivate', confirm: 'yes' };
      const send = path.endsWith('/upload')
        ? () => ask(portal, anna, path, { method, headers: { ...forgery.headers, 'content-type': 'multipart/form-data; boundary=e' },
          body: `--e\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n${csrf ?? ''}\r\n--e\r\ncontent-disposition: form-data; name="source"\r\n\r\n1\r\n--e\r\ncontent-disposition: form-data; name="files"; filename="orgs.csv"\r\n\r\nx\r\n--e--\r\n` })
        : () => ask(portal, anna, path, { method, form, headers: forgery.headers });
      asked.push({ path, forgery, ask: send });
    }
  await askAll(asked, ({ path, forgery }, { status }) => assert.equal(status, 403, `${path} ${JSON.stringify(forgery)} says ${status}`));
  // A body that is no form, and one whose token came before somebody signed in.
  assert.equal((await ask(portal, anna, '/districts/1/planned', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: `csrf=${anna.csrf}&kind=suspended` })).status, 400);
  const visitor = await stranger(portal);
  assert.equal((await ask(portal, { ...anna, cookie: `${anna.cookie}; ${visitor.cookie}` }, '/sign-out', { method: 'POST', form: { csrf: visitor.csrf } })).status, 403);
  assert.equal((await ask(portal, anna, '/account')).status, 200);
  assert.deepEqual(await stateOf(anna, 1), before);
});
