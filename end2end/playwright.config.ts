import { appendFileSync, cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

// Ports of the tests' own: a demo may run beside them.
const port = Number(process.env.E2E_PORT ?? 4300);
const sandboxPort = port + 1;
// Read again by every worker: the folder is made once, by the first.
process.env.E2E_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'sportello-e2e-'));
process.env.E2E_BASE_URL = `http://localhost:${port}`;
process.env.E2E_SANDBOX_URL = `http://localhost:${sandboxPort}`;

const root = join(import.meta.dirname, '..');
const catalogue = join(process.env.E2E_DATA_DIR, 'catalogue');
const comune = join(process.env.E2E_DATA_DIR, 'comune.toml');
if (!existsSync(comune)) addClosedService();

/** The town and its services, open on every day of the year, and one more whose window is closed. */
function addClosedService() {
  cpSync(join(root, 'app/catalogue'), catalogue, { recursive: true });
  cpSync(join(root, 'server/tests/data/99-mercatino-artigiani.yaml'), join(catalogue, '99-mercatino-artigiani.yaml'));
  cpSync(join(root, 'comune.toml'), comune);
  appendFileSync(
    comune,
    `
[finestre.mercatino-artigiani]
dal = "2020-01-01"
al = "2020-01-31"
motivo = "Il mercatino è al completo."

[finestre.albo-scrutatori]
dal = "01-01"
al = "12-31"

[finestre.albo-presidenti-seggio]
dal = "01-01"
al = "12-31"

[finestre.contributo-affitto]
dal = "01-01"
al = "12-31"
`,
  );
}

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chromium)) throw new Error(`${chromium} is missing: run \`make test\`, or set CHROMIUM`);

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  // One counter, one database, two cores. Every test has citizens of its own.
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    baseURL: process.env.E2E_BASE_URL,
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    locale: 'it-IT',
    timezoneId: 'Europe/Rome',
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    actionTimeout: 15_000,
    launchOptions: {
      executablePath: chromium,
      args: [
        // As root Chromium has no sandbox; the rest keeps it from calling home.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  // What only the browser's bundle can do stands in *.js.spec.ts.
  projects: [
    { name: 'js', use: { javaScriptEnabled: true } },
    { name: 'nojs', use: { javaScriptEnabled: false }, testIgnore: '*.js.spec.ts' },
  ],
  webServer: process.env.E2E_RUNNING
    ? undefined // A counter already runs on these ports.
    : {
        command: 'exec target/release/server demo',
        cwd: root,
        url: `${process.env.E2E_BASE_URL}/readyz`,
        env: {
          PORT: String(port),
          SANDBOX_PORT: String(sandboxPort),
          BASE_URL: process.env.E2E_BASE_URL,
          DATA_DIR: process.env.E2E_DATA_DIR,
          MODE: 'sandbox',
          CATALOGUE: catalogue,
          COMUNE: comune,
        },
        stdout: 'ignore',
        stderr: 'pipe',
        timeout: 60_000,
        gracefulShutdown: { signal: 'SIGINT', timeout: 10_000 },
      },
});
