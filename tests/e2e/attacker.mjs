// What an attacker has: a client that sends whatever it likes, from whichever address of the loopback, and rosters in which everything is marked by whose it is.
import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { password } from './portal.mjs';

const sources = join(dirname(fileURLToPath(import.meta.url)), '../../src/web');

// All routes, from the table that the program itself is made of: [{ method, pattern }].
export function routes() {
  const table = readFileSync(join(sources, 'routes.cc'), 'utf8');
  return [...table.matchAll(/\{"(GET|POST)", "([^"]+)"/g)].map(([, method, pattern]) => ({ method, pattern }));
}

// The name of every field that some form has, as the program asks for them.
export function formFields() {
  const names = new Set();
  for (const file of readdirSync(sources))
    for (const [, name] of readFileSync(join(sources, file), 'utf8').matchAll(/form(?:\.every\(|\.has\(|\[)"([^"]+)"/g)) names.add(name);
  names.delete('csrf');
  return [...names].sort();
}

// Asks as somebody: { cookie, csrf, bearer, from }. Waits and asks again when it was told that this is too fast.
export async function ask(portal, who, path, { method = 'GET', headers = {}, form, body, patience = 20 } = {}) {
  const all = { ...headers };
  if (who.cookie && !('cookie' in all)) all.cookie = who.cookie;
  if (who.bearer) all.authorization = `Bearer ${who.bearer}`;
  let content = body;
  if (form) {
    content = new URLSearchParams(form).toString();
    all['content-type'] = 'application/x-www-form-urlencoded';
  }
  if (content !== undefined) all['content-length'] = Buffer.byteLength(content);
  const answer = await new Promise((done, failed) => {
    const { hostname, port } = new URL(portal.address);
    const request = http.request({ hostname, port, method, path, headers: all, localAddress: who.from, agent: who.agent }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', failed);
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces).toString('utf8') }));
    });
    request.on('error', failed);
    request.end(content);
  });
  if (answer.status !== 429 || patience === 0) return answer;
  await pause(1000 * Number(answer.headers['retry-after'] ?? 1));
  return ask(portal, who, path, { method, headers, form, body, patience: patience - 1 });
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const cookieOf = (answer, name) => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).filter((one) => one.startsWith(`${name}=`) && !one.endsWith('=')).at(-1);
const csrfOf = (answer) => answer.body.match(/name="csrf" value="([^"]+)"/)?.[1];

// A browser that nobody has signed in with yet.
export async function stranger(portal, from = '127.0.0.1') {
  const who = { from, agent: new http.Agent({ keepAlive: true, maxSockets: 8 }) };
  const page = await ask(portal, who, '/sign-in');
  who.cookie = cookieOf(page, 'rollbook_visitor');
  who.csrf = csrfOf(page);
  return who;
}

async function enter(portal, who, path, form) {
  const answer = await ask(portal, who, path, { method: 'POST', form: { csrf: who.csrf, ...form } });
  if (answer.status !== 303) throw new Error(`${path.slice(0, 9)}: ${answer.status} ${answer.body.match(/alert[^]*?<p>([^<]*)/)?.[1]}`);
  const before = who.cookie;
  who.cookie = cookieOf(answer, 'rollbook_session');
  who.setCookies = answer.headers['set-cookie'];
  who.changed = before !== who.cookie;
  who.csrf = csrfOf(await ask(portal, who, '/account'));
  return who;
}
export const signUp = async (portal, link, from, more = {}) => enter(portal, await stranger(portal, from), link, { password, again: password, ...more });
// The link of an answer, to a new password or an invitation.
export const linkIn = ({ body }) => body.match(/\/(welcome|invitation)\/[\w-]+/)[0];
export const signIn = async (portal, email, from, who) => enter(portal, who ?? await stranger(portal, from), '/sign-in', { email, password });

export const post = (portal, who, path, form, headers) => ask(portal, who, path, { method: 'POST', form: { csrf: who.csrf, ...form }, headers });

// Files as a browser's form sends them.
export async function upload(portal, who, district, source, files) {
  const edge = 'x-attack-x';
  const part = (name, value, file) => `--${edge}\r\ncontent-disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"\r\ncontent-type: text/csv`}\r\n\r\n${value}\r\n`;
  const body = part('csrf', who.csrf) + part('source', source) + files.map(([name, text]) => part('files', text, name.replaceAll('"', '%22'))).join('') + `--${edge}--\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${edge}` };
  return ask(portal, who, `/districts/${district}/upload`, { method: 'POST', body, headers });
}

// A connection on which anything can be said. `heard` is what came back, `ended` whether the other side is gone.
export function wire(portal, said = '', from = '127.0.0.1') {
  const { hostname, port } = new URL(portal.address);
  const socket = net.connect({ host: hostname, port: Number(port), localAddress: from });
  const one = { socket, heard: '', ended: false, say: (text) => socket.write(text), hangUp: () => socket.destroy() };
  socket.on('data', (piece) => { one.heard += piece.toString('latin1'); });
  socket.on('error', () => { one.ended = true; });
  socket.on('close', () => { one.ended = true; });
  one.ready = new Promise((done) => { socket.once('connect', done); socket.once('close', done); });
  if (said) socket.write(said);
  return one;
}

// The same numbers each time, so that what is found can be found again.
export function dice(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function readCsv(text) {
  const rows = [];
  for (const line of text.match(/(?:"(?:[^"]|"")*"|[^\n"])+/g) ?? []) rows.push([...line.replace(/\r$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[2]));
  return rows;
}
export const writeCsv = (rows) => rows.map((row) => row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\n') + '\n';

const named = ['name', 'title', 'givenName', 'familyName', 'username', 'email', 'identifier', 'cityOfBirth', 'classCode', 'courseCode'];
const everyId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

// Puts the mark before the ids of these records, wherever they stand, and before their names.
export function mark(folder, is, with_) {
  for (const file of readdirSync(folder).filter((name) => name !== 'manifest.csv')) {
    const [head, ...rows] = readCsv(readFileSync(join(folder, file), 'utf8'));
    for (const row of rows) {
      if (is(row[0])) head.forEach((column, at) => { if (named.includes(column) && row[at]) row[at] = with_ + row[at]; });
      row.forEach((cell, at) => { row[at] = cell.replace(everyId, (id) => (is(id) ? `${with_}-${id}` : id)); });
    }
    writeFileSync(join(folder, file), writeCsv([head, ...rows]));
  }
}

// The records of these deliveries that concern other schools, and never the first one.
export function ofOtherSchools(folders) {
  const theirs = new Set(), ours = new Set();
  for (const folder of folders) {
    const read = (file) => readCsv(readFileSync(join(folder, `${file}.csv`), 'utf8'));
    const first = read('orgs').find((row) => row[4] === 'school')[0];
    const sort = (file, column) => {
      const [head, ...rows] = read(file);
      for (const row of rows) (row[head.indexOf(column)]?.split(',').includes(first) ? ours : theirs).add(row[0]);
    };
    for (const [id, , , , type] of read('orgs').slice(1)) (type === 'school' && id !== first ? theirs : ours).add(id);
    sort('users', 'orgSourcedIds');
    sort('classes', 'schoolSourcedId');
    sort('enrollments', 'schoolSourcedId');
  }
  return (id) => theirs.has(id) && !ours.has(id);
}
