// The main job, whole: from the list to the decision.
import { pdf } from '../fixtures/files.ts';
import { command, openCase, sees, state } from '../fixtures/office.ts';
import { fact, open } from '../fixtures/page.ts';
import { CLERKS, citizen, identify } from '../fixtures/people.ts';
import { fillStep, passoCarrabile as service, walk } from '../fixtures/services.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const step = (id: string) => service.steps.find((s) => s.id === id) ?? { id };

test('from the sheet to the decision', async ({ page, js, visitor, look, expectStatus }) => {
  test.setTimeout(240_000);
  expectStatus(422);
  const who = citizen();
  const wizard = new Wizard(page, js);

  await test.step('finds the service and reads the sheet', async () => {
    await open(page, '/', js);
    await look(page);
    await page.getByRole('link', { name: 'Vedi tutti i servizi' }).click();
    await page.getByRole('link', { name: 'Passo carrabile' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Passo carrabile' })).toBeVisible();
    for (const title of ['A chi è rivolto', 'Cosa serve', 'Tempi e scadenze', 'Quanto costa', 'Norme']) {
      await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible();
    }
    await look(page);
  });

  await test.step('logs in and lands inside the service', async () => {
    await page.locator('[data-element="service-online-access"]').click();
    await expect(page.getByRole('heading', { level: 1, name: 'Accedi' })).toBeVisible();
    await look(page);
    await identify(page, who, js);
    await wizard.at('richiedente');
    await expect(page.locator('output').filter({ hasText: who.fiscalNumber })).toBeVisible();
  });

  await test.step('is told what is missing, and mends it', async () => {
    await wizard.fill({ residenza_indirizzo: 'Via Roma', email: 'maria@' });
    await wizard.refused('Numero civico', 'E-mail');
    await expect(wizard.errorOf('email')).toBeVisible();
    await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Roma');
    await look(page);
    await fillStep(wizard, step('richiedente'));
    await wizard.next('richiesta');
  });

  await test.step('fills the form', async () => {
    await walk(wizard, service, 'accesso', () => look(page));
    await fillStep(wizard, { ...step('accesso'), values: { ...step('accesso').values, distanza_incrocio: '8' } });
    if (js) await expect(wizard.form.locator('[data-field="distanza_incrocio"] .warning-feedback')).toBeVisible();
    await look(page);
    await wizard.next('bollo');
    await walk(wizard, service, 'allegati', () => look(page));
  });

  await test.step('attaches the documents', async () => {
    await wizard.at('allegati');
    await wizard.refused('Planimetria con le misure', "Foto dell'accesso e della strada");
    await fillStep(wizard, step('allegati'));
    await expect(wizard.attached('foto')).toHaveCount(2);
    await look(page);
    await wizard.next('dichiarazioni');
  });

  await test.step('declares, and reads the summary', async () => {
    await wizard.refused(/dichiarazione|spunta/i);
    await wizard.declareAll();
    await look(page);
    await wizard.next('riepilogo');
    await expect(fact(page, 'Via o piazza')).toHaveText('Via Giacomo Matteotti');
    await expect(fact(page, "Larghezza dell'accesso")).toContainText('3,2');
    await expect(page.getByText('planimetria.pdf')).toBeVisible();
    await expect(page.locator('[data-costs]')).toContainText('32,00');
    await look(page);
  });

  const { id, protocol } = await test.step('sends it: number, due date, receipt', async () => {
    const sent = await wizard.send();
    await expect(page.getByRole('heading', { level: 1, name: 'Richiesta inviata' })).toBeVisible();
    await expect(fact(page, 'Risposta entro il')).toHaveText(/^\d\d\/\d\d\/\d{4}$/);
    await expect(fact(page, 'Impronta della richiesta (SHA-256)')).toHaveText(/^[0-9a-f]{64}$/);
    await look(page);
    return sent;
  });

  await test.step('finds the case in her area', async () => {
    await open(page, '/area-personale', js);
    await expect(page.locator('[data-cases]')).toContainText(protocol);
    await look(page);
    await page.getByRole('link', { name: service.title }).click();
    await sees(page, 'protocollata', js);
    await look(page);
  });

  const clerk = await visitor();
  await test.step('the clerk takes it in charge', async () => {
    await openCase(clerk, CLERKS.poliziaLocale, protocol, js);
    const plan = await clerk.getByRole('link', { name: /planimetria\.pdf/ }).getAttribute('href');
    const opened = await clerk.request.get(plan ?? '');
    expect([opened.status(), opened.headers()['content-type']]).toEqual([200, 'application/pdf']);
    await look(clerk);
    await command(clerk, 'prendi_in_carico');
    await sees(page, 'istruttoria', js);
    await expect(fact(page, 'Se ne occupa')).toContainText('Giovanna Abbaticchio');
  });

  await test.step('the clerk asks for a document', async () => {
    await command(clerk, 'chiedi_integrazione', { documenti: '', motivo: '', giorni: '10' });
    await expect(clerk.locator('#errori')).toBeVisible();
    await look(clerk);
    await command(clerk, 'chiedi_integrazione', { documenti: 'Visura catastale', motivo: 'La particella non si legge.', giorni: '10' });
    await expect(state(clerk)).toHaveAttribute('data-state', 'attesa_integrazione');
    await sees(page, 'attesa_integrazione', js);
    await expect(page.locator('[data-integration]')).toContainText('La particella non si legge.');
    await look(page);
  });

  await test.step('the citizen answers with a file', async () => {
    await page.locator('[name="allegati.richiesta_0"]').setInputFiles(pdf('visura.pdf'));
    await page.locator('[name=testo]').fill('Ecco la visura di oggi.');
    await page.getByRole('button', { name: 'Invia i documenti' }).click();
    await expect(state(page)).toHaveAttribute('data-state', 'istruttoria');
    await expect(page.locator('[data-integration]')).toHaveCount(0);
    await sees(clerk, 'istruttoria', js);
    await expect(clerk.getByText('visura.pdf').first()).toBeVisible();
    await expect(clerk.getByText('Ecco la visura di oggi.').first()).toBeVisible();
  });

  await test.step('the clerk accepts, the citizen sees it', async () => {
    await command(clerk, 'accogli', { esito: 'autorizzato', motivo: "Ritira il cartello all'ufficio." });
    // The sign costs something: it is handed out after the payment (pagamenti.spec.ts).
    await expect(state(clerk)).toHaveAttribute('data-state', 'attesa_pagamento_rilascio');
    await sees(page, 'attesa_pagamento_rilascio', js);
    await expect(page.locator('[data-outcome]')).toContainText('Autorizzazione rilasciata');
    await expect(page.locator('[data-timeline] li')).not.toHaveCount(0);
    await look(page);
    await look(clerk);
  });

  await test.step('the receipt stays', async () => {
    await open(page, `/pratiche/${id}/ricevuta`, js);
    await expect(page.locator('[data-protocol]')).toHaveText(protocol);
  });
});
