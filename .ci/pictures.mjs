// Makes public/icons: the app's icons of public/stemma.svg and comune.toml's colour and, where an
// address of a running demo is given, the screenshots that a phone shows before installing.
// `node .ci/pictures.mjs [http://localhost:3000]`; run it again when crest, colour or looks change.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';

const { chromium } = createRequire(`${process.cwd()}/end2end/package.json`)('@playwright/test');
const [, colour] = /^colore = "(#[0-9a-fA-F]{6})"/m.exec(readFileSync('comune.toml', 'utf8'));
const crest = readFileSync('public/stemma.svg').toString('base64');
const out = 'public/icons';
mkdirSync(out, { recursive: true });

/** Name, side in pixels, part of it that the crest is high. */
const ICONS = [
  ['icon-192', 192, 0.76],
  ['icon-512', 512, 0.76],
  // A phone cuts any shape out of it: what counts lies in the inner circle of 80 %.
  ['maskable-512', 512, 0.58],
  ['apple-touch-icon', 180, 0.7],
];
const PAGES = [['home', '/'], ['servizio', '/servizi/passo-carrabile']];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
for (const [name, side, part] of ICONS) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<body style="margin:0;height:100vh;display:grid;place-items:center;background:${colour}">
    <img style="height:${part * 100}vh" src="data:image/svg+xml;base64,${crest}">`);
  await page.screenshot({ path: `${out}/${name}.png` });
  await page.close();
}
const base = process.argv[2];
if (base) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    locale: 'it-IT',
    serviceWorkers: 'block',
  });
  for (const [name, path] of PAGES) {
    const page = await context.newPage();
    await page.goto(base + path);
    await page.screenshot({ path: `${out}/${name}.png` });
  }
}
await browser.close();
