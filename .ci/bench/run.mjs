// `make bench`: runs the named stages, all without a name, one after the other. Prints a table and
// the floors of each, writes everything to target/bench/<date>.json, and fails if a floor is missed
// or a stage breaks off.
//
// A stage exports `about` and `run()`, which gives { tables: [{ head, rows }], notes, floors:
// [{ what, value, floor, ok }], figures }.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { folder, table } from './common.mjs';
import { stages } from './stages.mjs';

const wanted = process.argv.slice(2);
if (wanted.includes('help')) {
  for (const [name, { about }] of Object.entries(stages)) console.log(`  ${name.padEnd(12)} ${about}`);
  process.exit(0);
}
const unknown = wanted.filter((name) => !stages[name]);
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(', ')}: there are ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}

const begun = new Date();
const machine = {
  cores: cpus().length,
  processor: cpus()[0]?.model,
  memory_mb: Math.round(totalmem() / 1024 / 1024),
  kernel: release(),
  node: process.version,
};
const record = { begun: begun.toISOString(), machine, stages: {} };
const missed = [];

for (const name of wanted.length > 0 ? wanted : Object.keys(stages)) {
  const load = loadavg();
  console.log(`\n==> ${name}: ${stages[name].about} (load ${load.map((l) => l.toFixed(1)).join(' ')})`);
  const start = performance.now();
  try {
    const told = await stages[name].run();
    for (const { head, rows } of told.tables) console.log(`\n${table(head, rows)}`);
    for (const note of told.notes ?? []) console.log(`  ${note}`);
    for (const { what, value, floor, ok } of told.floors) {
      if (!ok) missed.push(`${name}: ${what} is ${value}, wanted ${floor}`);
    }
    record.stages[name] = { load, floors: told.floors, figures: told.figures };
  } catch (error) {
    console.error(error.message);
    missed.push(`${name}: broke off`);
    record.stages[name] = { load, broken: String(error.stack) };
  }
  record.stages[name].seconds = Math.round((performance.now() - start) / 1000);
}

mkdirSync(folder, { recursive: true });
const file = join(folder, `${begun.toISOString().slice(0, 16).replace(':', '')}.json`);
writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
console.log(`\n${file}`);
for (const line of missed) console.error(`missed: ${line}`);
process.exit(missed.length > 0 ? 1 : 0);
