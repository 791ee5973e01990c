// The counter in English: chosen once, and then everywhere but in the definitions' own words.
import { withWorker } from '../fixtures/app.ts';
import { choose, speaks, strangers } from '../fixtures/language.ts';
import { openCase } from '../fixtures/office.ts';
import { hydrated, open } from '../fixtures/page.ts';
import { CLERKS } from '../fixtures/people.ts';
import { begin, passoCarrabile, tesseraElettorale, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

const SHEET = `/servizi/${tesseraElettorale.slug}`;
const PUBLIC = ['/', '/servizi', '/servizi?cerca=xyzxyz', SHEET, `${SHEET}/privacy`, '/servizi/rimborso-tributi',
  '/servizi/iscrizione-asilo-nido', '/servizi/passo-carrabile', '/accedi', '/domande-frequenti', '/privacy', '/note-legali',
  '/valutazioni?oggetto=/', '/offline', '/non/esiste', '/servizi/nessuno/richiesta'];

test('the test knows a stranger when it meets one', async ({ page, js }) => {
  await open(page, `${SHEET}?lingua=en`, js);
  expect(await strangers(page)).toEqual([]);
  // Italian told to be Italian is none; the same words without that are.
  expect(await page.locator('main [lang=it]').count()).toBeGreaterThan(5);
  test.skip(!js, 'the page is changed by a script');
  await page.evaluate(() => document.querySelectorAll('main [lang=it]').forEach((element) => element.removeAttribute('lang')));
  expect((await strangers(page)).length).toBeGreaterThan(5);
});

for (const [lang, name] of [['it', 'Italian'], ['en', 'English']] as const) {
  test(`what anybody may read is in ${name}`, async ({ page, js, look, expectStatus }) => {
    expectStatus(404, 403);
    await open(page, '/servizi', js);
    if (lang === 'en') await choose(page, 'English');
    for (const path of PUBLIC) {
      await open(page, path, js);
      await speaks(page, lang);
      if (lang === 'en') await look(page);
    }
  });
}

test('it is remembered, and taken back', async ({ page, js }) => {
  await open(page, `${SHEET}?lingua=de`, js);
  await speaks(page, 'it');
  await open(page, '/servizi?cerca=tessera', js);
  await choose(page, 'English');
  await expect(page).toHaveURL(/\/servizi\?cerca=tessera$/);
  await open(page, SHEET, js);
  await speaks(page, 'en');
  await choose(page, 'Italiano');
  await expect(page).toHaveURL(new RegExp(`${SHEET}$`));
  await speaks(page, 'it');
});

test('a request, its case and its payment in English', async ({ page, js, look, visitor, expectStatus }) => {
  test.setTimeout(180_000);
  expectStatus(422);
  const service = passoCarrabile;
  const wizard = await begin(page, service, js);
  await choose(page, 'English');
  if (js) await hydrated(page);
  await wizard.at('richiedente');
  await speaks(page, 'en');
  await look(page);

  await wizard.fill({ residenza_cap: '7003', email: 'nessuna chiocciola' });
  await wizard.press('avanti');
  await expect(page.locator('#errori')).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  await speaks(page, 'en');
  await look(page);
  await walk(wizard, service, 'riepilogo', () => speaks(page, 'en'));
  await speaks(page, 'en');
  await look(page);
  const { id, protocol } = await wizard.send();
  await speaks(page, 'en');
  await look(page);

  const clerk = await visitor();
  await openCase(clerk, CLERKS.poliziaLocale, protocol, js);
  await speaks(clerk, 'it');
  for (const path of ['/area-personale', '/pagamenti', `/pratiche/${id}`, `/pratiche/${id}/ricevuta`]) {
    await open(page, path, js);
    await speaks(page, 'en');
    await look(page);
  }
});

test('a change of language in the midst of a form loses nothing', async ({ page, js }) => {
  const wizard = await begin(page, tesseraElettorale, js);
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  if (!js) await wizard.press('salva');
  await choose(page, 'English');
  if (js) await hydrated(page);
  await wizard.at('richiedente');
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Traetta');
  await speaks(page, 'en');
});

test('without network the pages are in the chosen language', async ({ page, js, context, expectStatus }) => {
  test.skip(!js, 'the worker is a script');
  expectStatus(0);
  await withWorker(page, '/servizi');
  await choose(page, 'English');
  await open(page, SHEET, js);
  await open(page, SHEET, js);
  await expect.poll(() => page.evaluate(async () => Boolean(await caches.match('/offline?lingua=en')))).toBe(true);
  await context.setOffline(true);
  await open(page, SHEET, js);
  await speaks(page, 'en');
  await open(page, '/pagamenti', js);
  await speaks(page, 'en');
  await expect(page.locator('[data-offline-page]')).toHaveCount(1);
});
