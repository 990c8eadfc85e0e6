// A district with some nights behind it, made by the program's own commands: applied, applied with warnings, refused, and one that is held.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Answers the links with which its people set their passwords: { anna: '/welcome/…', rita: '/welcome/…' }.
export function prepareOakfield(rollbook, folder, students = 400) {
  const made = (name, ...more) => {
    const out = join(folder, name);
    rollbook('make-district', '--students', String(students), ...more, out);
    return out;
  };
  const sync = (path, source = 'sis') => {
    try {
      return rollbook('sync', path, '--source', source, '--district', 'Oakfield Unified');
    } catch (held) {
      return held.stdout;  // it tells by its status that it is refused, or held
    }
  };
  rollbook('district', 'add', 'Oakfield Unified', '--time-zone', 'America/Chicago');
  rollbook('source', 'add', 'sis', '--district', 'Oakfield Unified', '--live', '--apply-by-itself');
  rollbook('source', 'add', 'hr', '--district', 'Oakfield Unified');
  sync(made('monday'));
  sync(made('tuesday', '--churn', '1'));
  sync(made('wednesday', '--churn', '1', '--defects', '12'));
  const thursday = made('thursday');
  const users = readFileSync(join(thursday, 'users.csv'), 'utf8');
  writeFileSync(join(thursday, 'users.csv'), users.slice(0, users.indexOf('\n') + 1));
  sync(thursday);
  sync(withoutStudentsOfASchool(made('friday', '--churn', '1')));
  const link = (email) => rollbook('person', 'add', email, email[0].toUpperCase() + email.slice(1, email.indexOf('@'))).match(/\/welcome\/\S+/)[0];
  const links = { anna: link('anna@example.org'), rita: link('rita@example.org') };
  rollbook('person', 'grant', 'anna@example.org', '--district', 'Oakfield Unified', '--level', 'system');
  rollbook('person', 'grant', 'rita@example.org', '--district', 'Oakfield Unified', '--level', 'reporting');
  return links;
}

// Somebody has filtered the export: most students of the first school are gone, with all that is theirs.
export function withoutStudentsOfASchool(path) {
  const read = (file) => readFileSync(join(path, file), 'utf8').split('\n');
  const school = read('orgs.csv').find((line) => line.includes(',school,')).split(',')[0];
  let seen = 0;
  const gone = new Set(read('users.csv').filter((line) => line.includes(`,${school},student,`) && (seen += 1) % 4 !== 0).map((line) => line.split(',')[0]));
  for (const file of ['users.csv', 'demographics.csv']) writeFileSync(join(path, file), read(file).filter((line) => !gone.has(line.split(',')[0])).join('\n'));
  writeFileSync(join(path, 'enrollments.csv'), read('enrollments.csv').filter((line) => !gone.has(line.split(',')[5])).join('\n'));
  return path;
}
