// Every page that anybody may open: status, heading, width, accessibility.
import { samples } from '../fixtures/samples.ts';
import { open } from '../fixtures/page.ts';
import { citizen, login } from '../fixtures/people.ts';
import { expect, test } from './base.ts';

const PAGES = [
  { path: '/', status: 200 },
  { path: '/servizi', status: 200 },
  { path: '/servizi?cerca=tessera', status: 200 },
  { path: '/servizi?cerca=xyzxyz', status: 200 },
  { path: '/servizi/passo-carrabile', status: 200 },
  { path: '/servizi/duplicato-tessera-elettorale', status: 200 },
  { path: '/servizi/rimborso-tributi', status: 200 },
  { path: '/servizi/iscrizione-asilo-nido', status: 200 },
  { path: '/servizi/mercatino-artigiani', status: 200 },
  { path: '/servizi/passo-carrabile/privacy', status: 200 },
  { path: '/accedi', status: 200 },
  { path: '/domande-frequenti', status: 200 },
  { path: '/privacy', status: 200 },
  { path: '/note-legali', status: 200 },
  { path: '/valutazioni?oggetto=/', status: 200 },
  { path: '/valutazioni?oggetto=/altrove', status: 404 },
  { path: '/servizi/nessuno', status: 404 },
  { path: '/servizi/nessuno/privacy', status: 404 },
  { path: '/servizi/nessuno/richiesta', status: 404 },
  { path: '/non/esiste', status: 404 },
  { path: '/spid/login?idp=https://sconosciuto.example', status: 404 },
];

for (const { path, status } of PAGES) {
  test(`${path} is sound`, async ({ page, js, look, expectStatus }) => {
    expectStatus(status, 400, 403);
    const answer = await open(page, path, js);
    if (path.startsWith('/spid')) expect(answer?.status()).toBeGreaterThanOrEqual(400);
    else expect(answer?.status()).toBe(status);
    await expect(page.locator('h1')).toHaveCount(1);
    await expect(page).toHaveTitle(/Sportello del Comune di Bitonto/);
    await look(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await look(page);
  });
}

test('a closed service says why, and shows no form', async ({ page, js, look, expectStatus }) => {
  expectStatus(403); // Shown, or refused: both say it.
  await login(page, citizen(), '/servizi/mercatino-artigiani/richiesta', js);
  await expect(page.locator('main')).toContainText('Il mercatino è al completo.');
  await expect(page.locator('form[data-wizard]')).toHaveCount(0);
  await look(page);
});

test('the search finds by any word', async ({ page, js }) => {
  await open(page, '/servizi', js);
  // Those that have a sample, and the closed one.
  await expect(page.locator('[data-element="service-link"]')).toHaveCount(samples.length + 1);
  await page.locator('main #cerca').fill('tessera elettorale');
  await page.locator('main #cerca').press('Enter');
  await expect(page.getByText('1 servizio trovato')).toBeVisible();
  await expect(page.locator('[data-element="service-link"]')).toHaveText(['Duplicato della tessera elettorale']);
});

test('a write from elsewhere is refused', async ({ request }) => {
  const form = { azione: 'invia' };
  expect((await request.post('/servizi/passo-carrabile/richiesta', { form })).status()).toBe(403);
  const headers = { origin: 'https://altrove.example' };
  expect((await request.post('/servizi/passo-carrabile/richiesta', { form, headers })).status()).toBe(403);
});
