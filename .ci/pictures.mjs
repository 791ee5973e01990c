// Makes public/icons: the app's icons of public/stemma.svg and comune.toml's colour and, where an
// address of a running demo is given, the screenshots that a phone shows before installing and
// those of the README (end2end/pictures).
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
  await readme(base);
}

/** Of the demo's own people: what they see, as it is on its first day. */
async function readme(base) {
  const folder = 'end2end/pictures';
  mkdirSync(folder, { recursive: true });
  const [MARIA, CLERK] = ['LVSMRA88C54A893I', 'BBTGNN75A70A893Q'];
  const phone = { width: 390, height: 844 };
  const desk = { width: 1280, height: 900 };
  const seen = async (who, viewport, visit) => {
    const context = await browser.newContext({ viewport, locale: 'it-IT', timezoneId: 'Europe/Rome', serviceWorkers: 'block' });
    const page = await context.newPage();
    if (who) {
      await page.goto(`${base}/spid/login?next=/area-personale`);
      await page.locator(`button[name=cf][value="${who}"]`).click();
      await page.waitForURL('**/area-personale');
    }
    const shot = async (name) => {
      await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
      await page.evaluate(() => document.querySelector('.sandbox-band')?.remove());
      await page.screenshot({ path: `${folder}/${name}.png` });
    };
    await visit(page, shot);
    await context.close();
  };
  await seen(undefined, phone, async (page, shot) => {
    await page.goto(`${base}/servizi/passo-carrabile`);
    await shot('sheet');
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang=en]').waitFor({ state: 'attached' });
    await page.goto(base);
    await shot('english');
  });
  await seen(MARIA, phone, async (page, shot) => {
    await page.goto(`${base}/servizi/rimborso-tributi/richiesta?passo=importi`);
    await shot('form');
    await page.goto(`${base}/area-personale`);
    await page.locator('main').getByRole('link', { name: 'Passo carrabile' }).click();
    await page.locator('.point-list').first().scrollIntoViewIfNeeded();
    await page.evaluate(() => document.querySelector('.point-list').scrollIntoView());
    await shot('case');
  });
  await seen(MARIA, desk, async (page, shot) => {
    await page.goto(`${base}/area-personale`);
    await shot('area');
  });
  await seen(CLERK, desk, async (page, shot) => {
    await page.goto(`${base}/ufficio?stato=tutte`);
    await page.locator('main table').getByRole('link').first().click();
    await page.locator('[data-commands]').first().waitFor();
    await shot('office');
  });
}
await browser.close();
