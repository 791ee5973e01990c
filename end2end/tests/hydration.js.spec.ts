// What the bundle must not break, and what it adds.
import { fact, hydrated, open } from '../fixtures/page.ts';
import { citizen, login } from '../fixtures/people.ts';
import { begin, passoCarrabile, tesseraElettorale, walk } from '../fixtures/services.ts';
import { Wizard } from '../fixtures/wizard.ts';
import type { Page } from '@playwright/test';
import { expect, test } from './base.ts';

/** Holds the bundle back until the returned function is called. */
async function withhold(page: Page): Promise<() => void> {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await gate;
    await route.continue();
  });
  return release;
}

test('from the list to the summary in one document', async ({ page }) => {
  await login(page, citizen(), '/servizi', true);
  await open(page, '/servizi', true);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'document') asked.push(request.url());
  });
  await page.getByRole('link', { name: 'Duplicato della tessera elettorale' }).click();
  await expect(page.getByRole('heading', { level: 1, name: tesseraElettorale.title })).toBeVisible();
  await page.locator('[data-element="service-online-access"]').click();
  const wizard = new Wizard(page, true);
  await wizard.at('richiedente');
  await walk(wizard, tesseraElettorale);
  await wizard.press('indietro');
  await wizard.at('dichiarazioni');
  await page.goBack();
  await wizard.at('riepilogo');
  await page.goForward();
  await wizard.at('dichiarazioni');
  await wizard.next('riepilogo');
  await wizard.send();
  expect(asked).toEqual([]);
});

test('what is typed before the bundle arrives stays, and is saved', async ({ page }) => {
  await login(page, citizen(), '/area-personale', true);
  const release = await withhold(page);
  await page.goto('/servizi/duplicato-tessera-elettorale/richiesta');
  const wizard = new Wizard(page, true);
  for (const [name, value] of Object.entries(tesseraElettorale.steps[0]?.values ?? {})) await wizard.control(name).fill(value);
  await wizard.control('residenza_civico').focus();
  release();
  await hydrated(page);
  await expect(wizard.control('residenza_civico')).toBeFocused();
  for (const [name, value] of Object.entries(tesseraElettorale.steps[0]?.values ?? {})) {
    await expect(wizard.control(name)).toHaveValue(value);
  }
  await wizard.next('motivo');
});

test('a form refused before the bundle arrives hydrates clean and keeps the text', async ({ page, expectStatus, look }) => {
  expectStatus(422);
  await login(page, citizen(), '/area-personale', true);
  const release = await withhold(page);
  await page.goto('/servizi/duplicato-tessera-elettorale/richiesta');
  const wizard = new Wizard(page, true);
  await wizard.control('residenza_indirizzo').fill('Via "Roma" <b>');
  await wizard.control('email').fill('maria@');
  await wizard.press('avanti');
  await expect(page.locator('#errori')).toBeVisible();
  release();
  await hydrated(page);
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via "Roma" <b>');
  await expect(wizard.control('email')).toHaveValue('maria@');
  await expect(wizard.errorOf('email')).toBeVisible();
  await look(page);
  await wizard.fill({ ...tesseraElettorale.steps[0]?.values });
  await wizard.next('motivo');
});

test('what is typed is saved by itself', async ({ page, visitor }) => {
  const who = citizen();
  const wizard = await begin(page, tesseraElettorale, true, who);
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  await expect(page.locator('[data-saving]')).toContainText('Bozza salvata il', { timeout: 5_000 });
  const other = await visitor();
  await login(other, who, '/servizi/duplicato-tessera-elettorale/richiesta', true);
  await expect(new Wizard(other, true).control('residenza_indirizzo')).toHaveValue('Via Traetta');
});

test('a link followed while typing loses nothing', async ({ page }) => {
  const wizard = await begin(page, tesseraElettorale, true);
  await wizard.fill({ residenza_indirizzo: 'Via Planelli' });
  await page.locator('.breadcrumb').getByRole('link', { name: 'Servizi' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeVisible();
  await wizard.open('duplicato-tessera-elettorale');
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Planelli');
});

test('questions follow the answers at once', async ({ page }) => {
  const wizard = await begin(page, passoCarrabile, true);
  await walk(wizard, passoCarrabile, 'richiesta');
  await expect(wizard.control('voltura_motivo')).toHaveCount(0);
  await wizard.fill({ operazione: 'voltura', voltura_motivo: 'acquisto' });
  await wizard.fill({ operazione: 'rinuncia' });
  await expect(wizard.control('voltura_motivo')).toHaveCount(0);
  await expect(page.locator('.steppers')).not.toContainText("L'accesso");
  await wizard.fill({ operazione: 'nuova' });
  await expect(page.locator('.steppers')).toContainText("L'accesso");
});

test('two taps send one request', async ({ page }) => {
  const who = citizen();
  const wizard = await begin(page, tesseraElettorale, true, who);
  await walk(wizard, tesseraElettorale);
  await page.locator('button[value=invia]').dblclick();
  await expect(page.locator('[data-protocol]')).toBeVisible();
  await open(page, '/area-personale', true);
  await expect(page.locator('[data-cases] > li')).toHaveCount(1);
});

test('without network the text stays, and goes up later', async ({ page, context, expectStatus }) => {
  expectStatus(0);
  const wizard = await begin(page, tesseraElettorale, true);
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  await wizard.fill({ ...tesseraElettorale.steps[0]?.values });
  await wizard.next('motivo');
  await expect(page.getByText('Sei senza rete')).toBeVisible();
  await page.unroute('**/api/**');
  await wizard.press('indietro');
  await wizard.at('richiedente');
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Roma');
  await expect(page.getByText('Sei senza rete')).toHaveCount(0);
  expect(context.pages()).toHaveLength(1);
});
