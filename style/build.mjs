// Compiles main.scss and keeps what the pages use: `node style/build.mjs OUT.css`.
// Run from the root of the repository; NODE_FOLDER (default end2end) has node_modules.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const out = process.argv[2];
if (!out) {
  console.error('usage: node style/build.mjs OUT.css');
  process.exit(2);
}
const folder = resolve(process.env.NODE_FOLDER ?? 'end2end');
const require = createRequire(join(folder, 'package.json'));
const sass = require('sass');
const { PurgeCSS } = require('purgecss');
const lightning = require('lightningcss');

const compiled = sass.compile('style/main.scss', {
  loadPaths: [join(folder, 'node_modules')],
  style: 'expanded',
  quietDeps: true,
  silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
  logger: sass.Logger.silent,
}).css;

const sources = readdirSync('app/src', { recursive: true })
  .filter((name) => name.endsWith('.rs'))
  .map((name) => join('app/src', name));
const used = new Set(sources.flatMap((path) => words(readFileSync(path, 'utf8'))));

const [purged] = await new PurgeCSS().purge({
  content: [{ raw: [...used].join(' '), extension: 'rs' }],
  css: [{ raw: compiled }],
  extractors: [{ extensions: ['rs'], extractor: (text) => text.split(' ') }],
  dynamicAttributes: ['open', 'disabled', 'checked', 'aria-current', 'aria-invalid', 'multiple', 'size'],
  keyframes: true,
  variables: true,
  safelist: {
    // States, and what the document itself is made of.
    standard: ['html', 'body', 'is-invalid', 'active', 'disabled', 'visually-hidden', 'was-validated'],
    variables: ['--bootstrap-italia-version'],
  },
});

const small = lightning.transform({
  filename: 'style.css',
  code: Buffer.from(purged.css),
  minify: true,
  targets: lightning.browserslistToTargets?.(['safari 15', 'chrome 100', 'firefox 100']),
  errorRecovery: true,
}).code;
const css = Buffer.from(small).toString();
if (!css.includes('--bootstrap-italia-version')) {
  console.error('style: --bootstrap-italia-version is gone; the conformity tool reads it');
  process.exit(1);
}
writeFileSync(out, css);

// Whatever may stand in a class attribute: words of string literals, names of elements and
// attributes. Prose inside strings keeps a rule now and then, which costs less than a lost one.
function words(rust) {
  const found = [];
  for (const [, text] of rust.matchAll(/"((?:[^"\\]|\\.)*)"/gs)) {
    found.push(...text.split(/[^A-Za-z0-9_-]+/));
  }
  for (const [, name] of rust.matchAll(/<([a-z][a-z0-9]*)/g)) found.push(name);
  for (const [, name] of rust.matchAll(/([a-z][a-z-]*)=/g)) found.push(name);
  for (const [, name] of rust.matchAll(/class:([A-Za-z0-9_-]+)/g)) found.push(name);
  return found.filter(Boolean);
}
