// Whichever way one leaves the form: what was typed is saved first, or one stays.
import type { Page } from '@playwright/test';
import { menu } from '../fixtures/page.ts';
import { citizen, login } from '../fixtures/people.ts';
import { begin, tesseraElettorale, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

const REQUEST = '/servizi/duplicato-tessera-elettorale/richiesta';

/** What the server keeps of the draft. */
async function kept(page: Page): Promise<string> {
  return (await page.request.get(`/api${REQUEST}`)).text();
}

test('back right after typing saves first', async ({ page }) => {
  const wizard = await begin(page, tesseraElettorale, true);
  await walk(wizard, tesseraElettorale, 'ritiro');
  await wizard.fill({ consegna: 'delegato', ritiro_nome: 'Rosa Bianchi' });
  await page.goBack();
  await wizard.at('motivo');
  // A save over an older draft would be refused, and fail the test.
  await wizard.fill({ motivo: 'deteriorata' });
  await expect(page.locator('[data-saving]')).toContainText('Bozza salvata il', { timeout: 5_000 });
  await wizard.next('ritiro');
  await expect(wizard.control('ritiro_nome')).toHaveValue('Rosa Bianchi');
});

test('back without network goes back, and loses nothing', async ({ page, expectStatus, look }) => {
  expectStatus(0);
  const wizard = await begin(page, tesseraElettorale, true);
  await walk(wizard, tesseraElettorale, 'ritiro');
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  await wizard.fill({ consegna: 'delegato', ritiro_nome: 'Rosa Bianchi' });
  await page.goBack();
  await wizard.at('motivo');
  await expect(page.getByText('Sei senza rete')).toBeVisible();
  await look(page);
  await page.goForward();
  await wizard.at('ritiro');
  await expect(wizard.control('ritiro_nome')).toHaveValue('Rosa Bianchi');
  await page.unroute('**/api/**');
  await wizard.press('salva');
  await expect.poll(() => kept(page)).toContain('Rosa Bianchi');
});

test('back without network stays where the text is, where the browser keeps nothing', async ({ page, expectStatus, look }) => {
  expectStatus(0);
  await page.addInitScript(() => Reflect.deleteProperty(window, 'indexedDB'));
  const wizard = await begin(page, tesseraElettorale, true);
  await walk(wizard, tesseraElettorale, 'ritiro');
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  await wizard.fill({ consegna: 'delegato', ritiro_nome: 'Rosa Bianchi' });
  await page.goBack();
  await expect(page.getByText('Nessuna connessione')).toBeInViewport();
  await wizard.at('ritiro');
  await expect(page).toHaveURL(/passo=ritiro$/);
  await expect(wizard.control('ritiro_nome')).toHaveValue('Rosa Bianchi');
  await look(page);
  const link = await menu(page, 'Servizi');
  // The attempt must be over: a way out asked for during it would share its end.
  const failed = page.waitForEvent('requestfailed');
  await link.click();
  await failed;
  await expect(page.locator('html:not([data-loading])')).toBeAttached();
  await expect(page).toHaveURL(/passo=ritiro$/);

  await page.unroute('**/api/**');
  await page.goBack();
  await wizard.at('motivo');
  await page.goForward();
  await wizard.at('ritiro');
  await expect(wizard.control('ritiro_nome')).toHaveValue('Rosa Bianchi');
});

test('who insists is let go', async ({ page, expectStatus }) => {
  expectStatus(403);
  const wizard = await begin(page, tesseraElettorale, true);
  const problem = { type: 'about:blank', status: 403, title: 'Servizio chiuso', detail: 'Le domande sono finite.' };
  await page.route(`**/api${REQUEST}`, (route) =>
    route.request().method() === 'PUT' ? route.fulfill({ status: 403, json: problem }) : route.continue(),
  );
  await wizard.fill({ residenza_indirizzo: 'Via Planelli' });
  await (await menu(page, 'Servizi')).click();
  await expect(page.getByText('Le domande sono finite.')).toBeInViewport();
  await expect(page).toHaveURL(/richiesta$/);
  await (await menu(page, 'Servizi')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeVisible();
  await expect(page).toHaveURL(/\/servizi$/);
});

test('a link of the header loses nothing', async ({ page }) => {
  const wizard = await begin(page, tesseraElettorale, true);
  await wizard.fill({ residenza_indirizzo: 'Via Sylos' });
  await (await menu(page, 'Servizi')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeVisible();
  expect(await kept(page)).toContain('Via Sylos');
});

test('a document that ends saves what was just typed', async ({ page }) => {
  const wizard = await begin(page, tesseraElettorale, true);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  await page.goto('about:blank');
  await expect.poll(() => kept(page)).toContain('Via Traetta');
});

test('"Esci" saves what was just typed', async ({ page }) => {
  const who = citizen();
  const wizard = await begin(page, tesseraElettorale, true, who);
  await wizard.fill({ residenza_indirizzo: 'Via Mazzini' });
  await page.getByRole('button', { name: 'Esci' }).click();
  await expect(page.locator('[data-element="personal-area-login"]')).toBeVisible();
  await login(page, who, REQUEST, true);
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Mazzini');
});
