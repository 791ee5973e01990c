// The form engine: a form of 200 fields, natively and in the browser's program.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, bench, folder, median, root, round } from './common.mjs';

export const about = 'a form of 200 fields and a group of 6 x 5, natively and in WASM';

const ROUNDS = 300;

export async function run() {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'engine.json');
  const native = await bench(['engine', '--out', file]);
  const wasm = await browser(JSON.parse(readFileSync(file, 'utf8')));
  const head = ['engine', 'p50 ms', 'p99 ms'];
  const rows = [
    ['native', native.took.p50_ms, native.took.p99_ms],
    ['WASM, reading and writing JSON included', round(wasm.p50, 2), round(wasm.p99, 2)],
  ];
  return {
    tables: [{ head, rows }],
    notes: [`${native.fields} fields seen; WASM in Node's V8, the same as Chromium's`],
    floors: [atMost('native p50, ms', native.took.p50_ms, 5), atMost('WASM p50, ms', wasm.p50, 20)],
    figures: { native, wasm },
  };
}

/** The bundle's own engine, as `end2end/engine.mjs` runs it. */
async function browser({ form, answers, context }) {
  const site = join(root, 'target/site');
  const manifest = JSON.parse(readFileSync(join(site, 'manifest.json'), 'utf8'));
  const glue = join(mkdtempSync(join(tmpdir(), 'engine-')), 'app.mjs');
  copyFileSync(join(site, manifest.js), glue);
  const bundle = await import(glue);
  bundle.initSync({ module: readFileSync(join(site, manifest.wasm)) });
  const took = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const begun = performance.now();
    if (!bundle.evaluate(form, answers, context)) throw new Error('the browser does not read the form');
    took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  return { p50: median(took), p99: took[Math.ceil(took.length * 0.99) - 1] };
}
