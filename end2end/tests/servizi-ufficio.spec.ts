// An office plans a closing and a price, takes both back; an administrator sees a definition before it is in force.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { narrow, open } from '../fixtures/page.ts';
import { CLERKS, login } from '../fixtures/people.ts';
import { expect, test } from './base.ts';

/** Far away: other tests use the service meanwhile. */
function inDays(days: number) {
  const day = new Date(Date.now() + days * 86_400_000);
  return [day.getDate(), day.getMonth() + 1, day.getFullYear()].map((n) => String(n).padStart(2, '0')).join('/');
}

test('a closing and a price are planned, announced and taken back', async ({ page, js, look, visitor, expectStatus }) => {
  expectStatus(422);
  const [first, last] = [inDays(300), inDays(310)];
  const reader = await visitor();
  await login(page, CLERKS.elettorale, '/ufficio', js);
  await page.locator('[data-office-links]').getByRole('link', { name: 'I servizi: chiusure, costi e periodo' }).click();
  await expect(page.locator('h1')).toHaveText('I servizi del tuo ufficio');
  await narrow(page, look);
  await page.locator('[data-service-settings]').locator('a[href="/ufficio/servizi/accesso-atti"]').click();
  await look(page);

  const close = page.locator('[data-change="chiudi_servizio"]');
  await close.locator('summary').click();
  await close.getByLabel('Vale dal').fill(first);
  await close.getByRole('button', { name: 'Chiudi il servizio' }).click();
  await expect(page.locator('#errori')).toContainText('Scrivi perché');
  await expect(close.getByLabel('Vale dal')).toHaveValue(first);
  await narrow(page, look);
  await close.getByLabel('Perché').fill('Mettiamo in ordine l’archivio.');
  await close.getByLabel('Ultimo giorno di chiusura').fill(last);
  await close.getByRole('button', { name: 'Chiudi il servizio' }).click();
  await expect(page.getByText('La chiusura è scritta.')).toBeVisible();
  await expect(page.locator('[data-planned]')).toContainText(`Chiuso dal ${first} al ${last}`);

  const price = page.locator('[data-change="cambia_costo"]');
  await price.locator('summary').click();
  await price.getByLabel('Quale costo').selectOption('ricerca');
  await price.getByLabel('Quanto costerà').fill('11,50');
  await price.getByLabel('Vale dal').fill(first);
  await price.getByRole('button', { name: 'Cambia un costo' }).click();
  await expect(page.getByText('Il nuovo costo è scritto.')).toBeVisible();
  await look(page);

  await expect(async () => {
    await open(reader, '/servizi/accesso-atti', js);
    await expect(reader.locator('main')).toContainText(`Dal ${first} al ${last} il servizio è chiuso`, { timeout: 100 });
  }).toPass({ timeout: 5_000 });
  await expect(reader.locator('main')).toContainText(`Dal ${first}: 11,50 €.`);
  await look(reader);

  for (let left = 2; left > 0; left -= 1) {
    await page.locator('[data-planned]').getByRole('button').first().click();
    await expect(page.getByText('La modifica è ritirata.')).toBeVisible();
    await expect(page.locator('[data-planned] li')).toHaveCount(left - 1);
  }
  await expect(page.locator('[data-change-history]')).toContainText('Modifica ritirata: Chiuso dal');
});

test('a definition is seen before it is in force', async ({ page, js, look, expectStatus }) => {
  expectStatus(404, 422);
  const file = join(import.meta.dirname, '../../server/tests/data/99-mercatino-artigiani.yaml');
  await login(page, CLERKS.elettorale, '/ufficio/anteprima', js);
  const [text, show] = [page.getByLabel('La definizione (YAML)'), page.getByRole('button', { name: 'Mostra l’anteprima' })];
  await text.fill(readFileSync(file, 'utf8').replace('tipo: decimale', 'tipo: decimal'));
  await show.click();
  await expect(page.locator('[data-faults]')).toContainText('riga');
  await narrow(page, look);

  await page.getByLabel('Oppure il suo file').setInputFiles(file);
  await show.click();
  await expect(page.locator('main [data-part]')).toContainText('Mercatino degli artigiani');
  await narrow(page, look);
  await page.locator('[data-parts]').getByRole('button', { name: 'I banchi' }).click();
  await look(page);
  await page.locator('[data-part] button[value="avanti"]').click();
  await expect(page.locator('#errori')).toBeVisible();
  await look(page);
  await page.locator('[data-parts]').getByRole('button', { name: 'Riepilogo' }).click();
  await page.locator('[data-part] button[value="invia"]').click();
  await expect(page.locator('main [data-part]')).toContainText('non parte niente');
  // The one in force is as it was.
  await open(page, '/servizi/mercatino-artigiani', js);
  await expect(page.locator('main')).toContainText('Il mercatino è al completo.');
});
