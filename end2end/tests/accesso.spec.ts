// The ways in: what is said when a login fails, another country's identity, and the way out.
import { open } from '../fixtures/page.ts';
import { citizen, login } from '../fixtures/people.ts';
import { expect, test } from './base.ts';

const card = '/servizi/duplicato-tessera-elettorale/richiesta';

test('a login that fails says why, and how to go on', async ({ page, js, look, expectStatus }) => {
  expectStatus(403);
  await open(page, '/accedi?next=/pagamenti', js);
  await look(page);
  for (const [name, address] of [['Maggiori informazioni', 'https://www.spid.gov.it'], ['Non hai SPID?', 'https://www.spid.gov.it/richiedi-spid'], ['Serve aiuto?', 'https://www.spid.gov.it/serve-aiuto']] as const) {
    await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('href', address);
  }
  await page.getByRole('link', { name: 'Entra con SPID' }).click();
  const goOn = () => (js ? undefined : page.getByRole('button', { name: 'Continua' }).click());
  await goOn();
  await page.locator('button[value=nr22]').click();
  await goOn();
  await expect(page.getByRole('heading', { level: 1, name: 'Non hai dato il consenso' })).toBeVisible();
  await expect(page.locator('main')).toContainText('nr22');
  await look(page);
  await page.getByRole('link', { name: 'Torna indietro e riprova' }).click();
  await expect(page).toHaveURL(/\/accedi\?next=%2Fpagamenti$/);
});

test('who comes from another country enters, and says what her identity does not', async ({ page, js, look }) => {
  await open(page, `/accedi?next=${encodeURIComponent(card)}`, js);
  await page.getByRole('link', { name: 'Entra con eIDAS' }).click();
  const goOn = () => (js ? undefined : page.getByRole('button', { name: 'Continua' }).click());
  await goOn();
  await page.getByRole('button', { name: 'Entra come Lucía García Ortega' }).click();
  await goOn();
  await expect(page.locator('[data-user]')).toHaveText('Lucía García Ortega');
  await expect(page.locator('[name=codice_fiscale]')).toBeEditable();
  await expect(page.locator('[name=cognome]')).toHaveCount(0);
  await look(page);
});

test('"Esci" is on every page and leads out of CIE too', async ({ page, js }) => {
  await login(page, citizen(), '/area-personale', js);
  for (const path of ['/', '/servizi', '/pagamenti']) {
    await open(page, path, js);
    await expect(page.getByRole('button', { name: 'Esci' })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Esci' }).click();
  await expect(page.locator('[data-element="personal-area-login"]')).toBeVisible();
  await page.goto('/accedi');
  await page.getByRole('link', { name: 'Entra con CIE' }).click();
  const goOn = () => (js ? undefined : page.getByRole('button', { name: 'Continua' }).click());
  await goOn();
  await page.locator('button[name=cf]').first().click();
  await goOn();
  await page.getByRole('button', { name: 'Esci' }).click();
  await expect(page.getByRole('heading', { name: 'Sei uscito' })).toBeVisible();
  await page.getByRole('link', { name: 'Torna allo sportello' }).click();
  await expect(page.locator('[data-element="personal-area-login"]')).toBeVisible();
});
