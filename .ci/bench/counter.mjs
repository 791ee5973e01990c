// A counter and a sandbox of the bench's own: free ports, a data folder of their own on the clone's
// disk, the demo's requests in it. Never a demo that runs.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { bench, folder, root, sleep } from './common.mjs';

const server = join(root, 'target/release/server');
/** The sandbox's test citizen with a case, a payment and no draft. */
const MARIA = 'LVSMRA88C54A893I';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Starts both, lets `work` use them, stops them and takes the folder away. `env`: more settings. */
export async function withCounter(env, work) {
  mkdirSync(folder, { recursive: true });
  const data = mkdtempSync(join(folder, 'data-'));
  const counter = await start(data, env);
  try {
    return await work(counter);
  } finally {
    await counter.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function start(data, env) {
  const [port, sandboxPort, smtp, metrics] = await freePorts(4);
  const url = `http://localhost:${port}`;
  const sandbox = `http://localhost:${sandboxPort}`;
  const settings = {
    PATH: process.env.PATH,
    MODE: 'sandbox',
    PORT: port,
    SANDBOX_PORT: sandboxPort,
    SMTP_PORT: smtp,
    METRICS_ADDR: `127.0.0.1:${metrics}`,
    BASE_URL: url,
    DATA_DIR: data,
    ...env,
  };
  const log = openSync(join(data, 'log'), 'w');
  const child = spawn(server, ['demo'], { cwd: root, env: settings, stdio: ['ignore', 'ignore', log] });
  closeSync(log);
  running.add(child);
  const ended = new Promise((done) => child.once('exit', done));
  const fault = (what) => new Error(`${what}:\n${readFileSync(join(data, 'log'), 'utf8').slice(-2000)}`);
  const stop = async () => {
    child.kill('SIGINT');
    if ((await Promise.race([ended, sleep(60_000)])) === undefined) child.kill('SIGKILL');
    running.delete(child);
  };
  const ready = () => fetch(`${url}/readyz`).then(({ ok }) => ok, () => false);
  for (let tries = 0; !(await ready()); tries += 1) {
    if (child.exitCode !== null || tries > 600) throw fault('the counter does not start');
    await sleep(100);
  }
  const cookie = (cf) => bench(['login', '--url', url, '--sandbox', sandbox, '--cf', cf]).then((told) => told.cookie);
  return {
    url,
    sandbox,
    data,
    pid: child.pid,
    stop,
    cookie,
    /** After `stop`: throws with what does not hold. */
    verify: () => execFileSync(server, ['verify'], { cwd: root, env: settings, encoding: 'utf8' }).trim(),
    metrics: () => fetch(`http://127.0.0.1:${metrics}/metrics`).then((answer) => answer.text()),
    memory: () => memory(child.pid),
  };
}

/** Bytes of memory that a process holds, and the most it ever held. */
function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]) * 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

/** The six pages, with the cookie of who sees them. */
export async function sixPages({ url, cookie }) {
  const maria = await cookie(MARIA);
  const area = await fetch(`${url}/area-personale`, { headers: { cookie: maria } });
  const [, id] = /href="\/pratiche\/([^/"?]+)"/.exec(await area.text()) ?? [];
  if (!id) throw new Error('the demo has no case of Maria');
  // The first step, also where her profile fills it.
  const form = '/servizi/duplicato-tessera-elettorale/richiesta?passo=richiedente';
  return [
    { name: 'home', path: '/', cookie: '' },
    { name: 'services', path: '/servizi', cookie: '' },
    { name: 'sheet', path: '/servizi/passo-carrabile', cookie: '' },
    { name: 'form', path: form, cookie: maria },
    { name: 'case', path: `/pratiche/${id}`, cookie: maria },
    { name: 'payments', path: '/pagamenti', cookie: maria },
  ];
}

async function freePorts(count) {
  const servers = [];
  for (let n = 0; n < count; n += 1) {
    servers.push(await new Promise((done) => { const s = createServer().listen(0, () => done(s)); }));
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
