// The payment, whole: from the acceptance to the released document.
import type { Page } from '@playwright/test';
import { command, openCase, sees, state } from '../fixtures/office.ts';
import { fact, hydrated, open } from '../fixtures/page.ts';
import { CLERKS } from '../fixtures/people.ts';
import { passoCarrabile as service, submitted } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

const payment = (page: Page) => page.locator('[data-payment]');

/** Presses a button of the sandbox's checkout and comes back, if it leads back. */
async function press(page: Page, button: string, js: boolean) {
  await page.waitForURL(/\/checkout\/carts\//);
  await page.locator(`button[name=azione][value=${button}]`).click();
  if (button === 'chiudi') return;
  await page.waitForURL(/\/pagamenti\/[^/]+\/esito/);
  if (js) await hydrated(page);
}

/** What the page shows of the payment, as the bundle brings it, or on another visit without. */
async function shows(page: Page, status: string, js: boolean) {
  await expect(async () => {
    if (!js) await page.reload();
    await expect(payment(page)).toHaveAttribute('data-payment', status, { timeout: js ? 5_000 : 200 });
  }).toPass({ timeout: 45_000 });
}

test('from the acceptance to the released document', async ({ page, js, visitor, look }) => {
  test.setTimeout(240_000);
  const { id, protocol } = await submitted(page, service, js);

  await test.step('nothing is due yet', async () => {
    await open(page, '/pagamenti', js);
    await expect(page.getByText('Non hai pagamenti')).toBeVisible();
    await look(page);
    await open(page, `/pratiche/${id}`, js);
  });

  const clerk = await visitor();
  await test.step('the clerk accepts', async () => {
    await openCase(clerk, CLERKS.poliziaLocale, protocol, js);
    await command(clerk, 'prendi_in_carico');
    await command(clerk, 'accogli', { esito: 'autorizzato', motivo: 'Il cartello è pronto.' });
    await expect(state(clerk)).toHaveAttribute('data-state', 'attesa_pagamento_rilascio');
    await expect(clerk.locator('[data-office-payment]')).toContainText('40,00 €');
    await look(clerk);
  });

  await test.step('the citizen sees what is due, and how to pay it', async () => {
    await sees(page, 'attesa_pagamento_rilascio', js);
    await open(page, `/pratiche/${id}`, js);
    await expect(async () => {
      await page.reload();
      await expect(payment(page)).toHaveAttribute('data-payment', 'da_pagare', { timeout: 500 });
    }).toPass();
    if (js) await hydrated(page);
    await expect(fact(page, 'Importo')).toHaveText('40,00 €');
    await expect(fact(page, 'Numero avviso')).toHaveText(/^3\d{3}( \d{4}){3} \d\d$/);
    await expect(page.locator('[data-documents]')).toContainText('Lo scarichi dopo il pagamento');
    await page.getByText('Come pagare in un altro modo').click();
    await expect(page.getByRole('img', { name: /Codice QR/ })).toBeVisible();
    await look(page);
    await open(page, '/area-personale', js);
    await expect(page.locator('[data-todo]')).toContainText('Paga per ritirare');
    await open(page, '/pagamenti', js);
    await expect(page.locator('[data-payments=due]')).toContainText('40,00 €');
    await look(page);
    await page.locator('[data-payments=due]').getByRole('link', { name: /Cartello/ }).click();
    await expect(payment(page)).toHaveAttribute('data-payment', 'da_pagare');
    await look(page);
  });

  await test.step('thinks better of it, and comes back', async () => {
    await page.getByRole('button', { name: 'Paga online' }).click();
    await press(page, 'annulla', js);
    await expect(page.getByText('Sei tornato senza pagare')).toBeVisible();
    await expect(payment(page)).toHaveAttribute('data-payment', 'da_pagare');
    await look(page);
  });

  await test.step('pays, is told that it is being checked, then has the receipt', async () => {
    await page.getByRole('button', { name: 'Paga online' }).click();
    await press(page, 'paga', js);
    await shows(page, 'concluso', js);
    await expect(page.locator('[data-receipt]')).toContainText('Banca di prova');
    await look(page);
    const xml = await page.request.get(
      (await page.getByRole('link', { name: 'Scarica la ricevuta di pagoPA (XML)' }).getAttribute('href')) ?? '',
    );
    expect(xml.headers()['content-type']).toBe('application/xml');
  });

  await test.step('the document is released', async () => {
    await open(page, `/pratiche/${id}`, js);
    await expect(state(page)).toHaveAttribute('data-state', 'rilasciata');
    await expect(page.locator('[data-documents]').getByRole('link', { name: /Originale registrato.*Decisione/ })).toBeVisible();
    await expect(page.locator('[data-documents]')).not.toContainText('dopo il pagamento');
    await expect(page.locator('[data-timeline]')).toContainText('Pagamento ricevuto');
    await look(page);
    await sees(clerk, 'rilasciata', js);
    await expect(clerk.locator('[data-office-payment]')).toContainText('Pagato');
    await look(clerk);
    await open(page, '/pagamenti', js);
    await expect(page.locator('[data-payments=paid]')).toContainText('40,00 €');
    await look(page);
  });

});

test('a closed browser is found out', async ({ page, js, visitor }) => {
  test.setTimeout(240_000);
  const { id, protocol } = await submitted(page, service, js);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.poliziaLocale, protocol, js);
  await command(clerk, 'prendi_in_carico');
  await command(clerk, 'accogli', { esito: 'autorizzato', motivo: 'Va bene.' });
  await open(page, `/pratiche/${id}`, js);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: 'Paga online' })).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByRole('button', { name: 'Paga online' }).click();
  await press(page, 'chiudi', js);
  await open(page, `/pratiche/${id}`, js);
  await shows(page, 'concluso', js);
  await expect(state(page)).toHaveAttribute('data-state', 'rilasciata');
});
