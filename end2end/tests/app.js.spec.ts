// The site as an app: what is kept for when there is no network, and what never is.
import { cached, onDevice, ready, withWorker } from '../fixtures/app.ts';
import { hydrated, menu, narrow, open, tabTo } from '../fixtures/page.ts';
import { CLERKS, citizen, login } from '../fixtures/people.ts';
import { rimborsoTributi, submitted, tesseraElettorale } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

test('the browser finds nothing that keeps the site from being installed', async ({ page, context }) => {
  await open(page, '/', true);
  const cdp = await context.newCDPSession(page);
  const { errors, data } = await cdp.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '');
  expect(manifest.name).toBe('Sportello del Comune di Bitonto');
  expect(manifest.icons.map((icon: { purpose: string }) => icon.purpose)).toContain('maskable');
  for (const { src } of [...manifest.icons, ...manifest.screenshots]) {
    const picture = await page.request.get(src);
    expect(picture.headers()['content-type'], src).toBe('image/png');
  }
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
  // Tests run in a window that forgets everything: the one thing that Chromium minds.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  await expect(page.locator('meta[name=theme-color]')).toHaveAttribute('content', manifest.theme_color);
});

test('nothing is fetched twice, and nothing before the page is idle', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (!request.serviceWorker()) asked.push(new URL(request.url()).pathname);
  });
  await open(page, '/servizi', true);
  const atFirst = asked.filter((path) => /sw\.js|offline/.test(path));
  expect(atFirst).toEqual([]);
  await ready(page);
  const programs = asked.filter((path) => path.startsWith('/pkg/'));
  expect(new Set(programs).size, programs.join()).toBe(programs.length);
  const kept = (await cached(page)).map(({ path }) => path);
  for (const path of programs) expect(kept).toContain(path);
});

test('pages seen before open without network, all others say so', async ({ page, context, expectStatus, look }) => {
  expectStatus(0);
  await withWorker(page);
  await open(page, '/servizi/passo-carrabile', true);
  // Moved to without loading a document.
  await (await menu(page, 'Servizi')).click();
  await page.getByRole('link', { name: tesseraElettorale.title }).click();
  await expect(page.getByRole('heading', { level: 1, name: tesseraElettorale.title })).toBeVisible();
  await expect.poll(async () => (await cached(page)).map(({ path }) => path)).toContain(`/servizi/${tesseraElettorale.slug}`);

  await context.setOffline(true);
  for (const [path, title] of [
    ['/', 'Sportello'],
    ['/servizi', 'Servizi'],
    ['/servizi/passo-carrabile', 'Passo carrabile'],
    [`/servizi/${tesseraElettorale.slug}`, tesseraElettorale.title],
  ] as const) {
    await open(page, path, true); // Hydrated: the kept page's scripts run, its nonce still holds.
    await expect(page).toHaveTitle(new RegExp(title));
    await expect(page.locator('[data-offline-page]')).toHaveCount(0);
  }
  for (const path of ['/area-personale', '/pagamenti', '/pratiche/01J', '/ufficio', '/servizi/passo-carrabile/richiesta', '/servizi/rimborso-tributi']) {
    await open(page, path, true);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sei senza rete');
  }
  await look(page);
  await narrow(page, look);
  // A link within the app leads there as well.
  await open(page, '/servizi', true);
  await page.locator('html[data-worker]').waitFor({ state: 'attached' });
  await page.locator('main').getByRole('link', { name: rimborsoTributi.title }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sei senza rete');
  await context.setOffline(false);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(rimborsoTributi.title);
});

test('a network that does not answer is not waited for', async ({ page, context }) => {
  await withWorker(page, '/servizi');
  await context.route('**/servizi', () => {}); // Never answered.
  const start = Date.now();
  await page.goto('/servizi');
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeVisible();
  expect(Date.now() - start).toBeLessThan(8_000);
  await context.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a whole journey leaves nothing personal in any cache', async ({ page }) => {
  await withWorker(page);
  const { who, id, protocol } = await submitted(page, tesseraElettorale, true);
  for (const path of ['/', '/servizi', `/servizi/${tesseraElettorale.slug}`, `/servizi/${tesseraElettorale.slug}/privacy`,
    '/servizi/passo-carrabile/richiesta', '/area-personale', '/pagamenti', `/pratiche/${id}`, `/pratiche/${id}/ricevuta`]) {
    await open(page, path, true);
  }
  const kept = await cached(page);
  expect(kept.length).toBeGreaterThan(8);
  expect(kept.map(({ path }) => path)).toContain(`/servizi/${tesseraElettorale.slug}`);
  for (const { path, text } of kept) {
    expect(path).toMatch(/^\/(pkg\/.+|fonts\/.+|(stemma|favicon)\.svg|offline|servizi(\/[a-z0-9-]+(\/privacy)?)?)?$/);
    for (const word of [who.familyName, who.fiscalNumber, who.email, protocol, id]) {
      expect(text.toLowerCase(), `${word} in ${path}`).not.toContain(word.toLowerCase());
    }
  }
  // With the network there, nothing lies on the device either.
  expect(await onDevice(page)).toBe('');
});

test('nor does the work of an office', async ({ page }) => {
  await withWorker(page);
  await login(page, CLERKS.elettorale, '/ufficio', true);
  await open(page, '/ufficio/consegne', true);
  for (const { path, text } of await cached(page)) {
    expect(path).not.toContain('ufficio');
    expect(text).not.toContain(CLERKS.elettorale);
  }
});

test('installing is offered on the receipt, once the browser can', async ({ page, look }) => {
  await submitted(page, tesseraElettorale, true, citizen());
  const button = page.getByRole('button', { name: 'Installa l’app' });
  await expect(button).toBeHidden();
  // Chromium offers it only to windows that remember: the event as it sends it.
  await page.evaluate(() => {
    const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
      prompt: async () => document.documentElement.setAttribute('data-asked', ''),
    });
    dispatchEvent(event);
    document.documentElement.toggleAttribute('data-prevented', event.defaultPrevented);
  });
  await expect(button).toBeVisible();
  await expect(page.locator('html[data-prevented]')).toBeAttached();
  await look(page);
  await narrow(page, look);
  await tabTo(page, '[data-install] button');
  await page.keyboard.press('Enter');
  await expect(page.locator('html[data-asked]')).toBeAttached();
  await expect(button).toBeHidden();
  await hydrated(page);
});
