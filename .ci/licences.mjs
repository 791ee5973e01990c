// Every crate's and npm package's licence against deny.toml: `licences.mjs METADATA LOCKFILE…`.
// Reads of deny.toml what cargo-deny reads, licenses.allow and bans.deny, and [tools] for npm:
// npm's packages build and test; of their code only fonts and style are delivered.
import { readFileSync } from 'node:fs';

const [metadataPath, ...lockPaths] = process.argv.slice(2);
const deny = readFileSync('deny.toml', 'utf8').replace(/\s*#.*$/gm, '');
const strings = (text) => [...text.matchAll(/"([^"]*)"/g)].map((m) => m[1]);
const list = (section, key) => {
  const body = deny.split(new RegExp(`^\\[${section}\\]$`, 'm'))[1]?.split(/^\[/m)[0] ?? '';
  const found = body.match(new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, 'm'));
  if (!found) throw new Error(`deny.toml: no ${key} in [${section}]`);
  return strings(found[1]);
};
const allowed = new Set(list('licenses', 'allow'));
const tools = new Set([...allowed, ...list('tools', 'allow')]);
const clarified = new Set(list('tools', 'clarified'));
const banned = new Set(list('bans', 'deny'));

// SPDX: OR binds less than AND; "A WITH B" is one licence; old crates write "A/B" for "A OR B".
function permitted(expression, names) {
  const tokens = expression.replace(/\s*\/\s*/g, ' OR ').match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const either = () => {
    let value = both();
    while (tokens[at] === 'OR') { at += 1; const next = both(); value = value || next; }
    return value;
  };
  const both = () => {
    let value = one();
    while (tokens[at] === 'AND') { at += 1; const next = one(); value = value && next; }
    return value;
  };
  const one = () => {
    if (tokens[at] === '(') {
      at += 1;
      const value = either();
      if (tokens[at] !== ')') throw new Error(`unreadable licence: ${expression}`);
      at += 1;
      return value;
    }
    let name = tokens[at++];
    if (name === undefined) throw new Error(`unreadable licence: ${expression}`);
    if (tokens[at] === 'WITH') { name = `${name} WITH ${tokens[at + 1]}`; at += 2; }
    return names.has(name);
  };
  const value = either();
  if (at !== tokens.length) throw new Error(`unreadable licence: ${expression}`);
  return value;
}

const packages = JSON.parse(readFileSync(metadataPath, 'utf8')).packages
  .map(({ name, version, license }) => ({ name, version, license, kind: 'crate' }));
const npm = lockPaths
  .flatMap((path) => Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages))
  .filter(([path]) => path !== '')
  .map(([path, { version, license }]) => ({ name: path.split('node_modules/').pop(), version, license, kind: 'npm' }));
const wrong = [];
for (const { kind, name, version, license } of [...packages, ...npm]) {
  if (kind === 'crate' && banned.has(name)) wrong.push(`${kind} ${name} ${version}: banned`);
  if (kind === 'npm' && clarified.has(name)) continue;
  if (!license) wrong.push(`${kind} ${name} ${version}: no licence named`);
  else if (!permitted(license, kind === 'npm' ? tools : allowed)) wrong.push(`${kind} ${name} ${version}: ${license}`);
}
for (const line of wrong) console.error(line);
console.log(`${packages.length} crates and ${npm.length} npm packages read, ${wrong.length} refused`);
process.exit(wrong.length > 0 || packages.length === 0 ? 1 : 0);
