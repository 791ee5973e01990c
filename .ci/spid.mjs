// Runs spid-sp-test, the national examiner of SPID and CIE logins, against the counter: it plays
// the identity provider. It swallows its own exceptions, so what it did is counted, not only what
// failed. `node .ci/spid.mjs VENV [RUN…]`.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [venv, ...names] = process.argv.slice(2);
const run = promisify(execFile);
const PORT = Number(process.env.SPID_PORT ?? 4390);
// A database of somebody's environment is not for this.
delete process.env.DATABASE_URL;
const environment = { ...process.env, PATH: `${venv}/bin:${process.env.PATH}`, PYTHONWARNINGS: 'ignore' };

/** Checks that each group must count, all passed. `only`: the one binding that the provider offers. */
const RUNS = {
  spid: { profile: 'spid-sp-public', path: 'spid', counts: { metadata_extra: 145, authnrequest_extra: 51, response: 111 } },
  cie: { profile: 'cie-sp-public', path: 'cie', counts: { metadata_extra: 84, authnrequest_extra: 51, response: 109 } },
};
RUNS.redirect = { ...RUNS.spid, only: 'HTTP-Redirect', counts: { metadata_extra: 145, authnrequest_extra: 44, response: 111 } };
// The sets 99 and 100 of the eIDAS node, in the same metadata.
RUNS.eidas = { profile: 'ficep-eidas-sp', path: 'spid', checks: [], counts: { metadata_extra: 121, authnrequest_extra: 51 } };
/** An assertion consumer that takes whatever comes: of 111 answers the examiner refuses most. */
const CONTROL = { ...RUNS.spid, lax: true };

const folder = mkdtempSync(join(tmpdir(), 'sportello-spid-'));
let failed = false;
try {
  const { stdout } = await run('spid_sp_test', ['--idp-metadata'], { env: environment });
  const provider = (name, xml) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'examiner.xml'), xml);
  };
  provider('providers', stdout);
  provider('HTTP-Redirect', stdout.replace(/<\w+:SingleSignOnService[^>]*HTTP-POST[^>]*>/, ''));
  for (const [name, exam] of Object.entries(RUNS)) {
    if (names.length === 0 || names.includes(name)) await passes(name, await examined(exam), exam.counts);
  }
  if (names.length === 0 || names.includes('control')) bites(await examined(CONTROL));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

function told(good, line) {
  failed ||= !good;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${line}`);
}

async function passes(name, groups, counts) {
  for (const [group, wanted] of Object.entries(counts)) {
    const checks = groups[group] ?? [];
    const bad = checks.filter(({ result }) => result !== 'success');
    told(checks.length === wanted && bad.length === 0, `${name}: ${group} ${checks.length} of ${wanted} checks, ${bad.length} failed`);
    for (const { test, value } of bad.slice(0, 20)) console.log(`       ${test}: ${value}`);
  }
}

/** The negative control: an examiner that passes everybody proves nothing. */
function bites({ response = [] }) {
  const bad = response.filter(({ result }) => result !== 'success').length;
  told(response.length === 111 && bad > 100, `control: ${bad} of ${response.length} answers told apart where everything is accepted`);
}

/** The examiner's checks by group. */
async function examined({ profile, path, lax, only, checks: tried = ['-tr'] }) {
  const data = mkdtempSync(join(folder, 'data-'));
  const base = `http://localhost:${PORT}`;
  const port = lax ? PORT + 1 : PORT;
  const counter = spawn('target/release/server', ['serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, MODE: 'sandbox', PORT: `${port}`, SANDBOX_PORT: `${PORT + 2}`, BASE_URL: base, METRICS_ADDR: 'off', DATA_DIR: data, SPID_IDP_METADATA: join(folder, only ?? 'providers'), RUST_LOG: 'error' },
  });
  const ended = new Promise((resolve) => counter.on('exit', resolve));
  const front = lax ? accepting(port) : undefined;
  try {
    await answers(`${base}/healthz`);
    const report = join(data, 'report.json');
    const options = ['--metadata-url', `${base}/${path}/metadata`, '--authn-url', `${base}/${path}/login`, '--profile', profile, '--extra', ...tried, '--debug', 'CRITICAL', '-rf', 'json', '-o', report];
    await run('spid_sp_test', options, { env: environment, maxBuffer: 1 << 26 }).catch(() => {});
    const { sp } = JSON.parse(readFileSync(report, 'utf8')).test;
    return Object.fromEntries(Object.entries(sp).map(([group, of]) => [group, Object.values(of).flat()]));
  } finally {
    front?.close();
    counter.kill();
    await ended;
  }
}

/** In front of the counter, but with an assertion consumer of its own. */
function accepting(port) {
  const front = createServer((asked, answer) => {
    if (asked.method === 'POST') {
      asked.resume().on('end', () => answer.end('benvenuta'));
      return;
    }
    const { url, method, headers } = asked;
    asked.pipe(request({ port, host: 'localhost', path: url, method, headers }, (told) => {
      answer.writeHead(told.statusCode, told.headers);
      told.pipe(answer);
    }).on('error', () => answer.destroy()));
  });
  return front.listen(PORT);
}

async function answers(url) {
  for (let n = 0; n < 100; n += 1) {
    if (await fetch(url).then(({ ok }) => ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}
