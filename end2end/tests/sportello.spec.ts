// The assisted counter: filled by a clerk, printed, signed on paper, registered.
import { pdf } from '../fixtures/files.ts';
import { narrow, open } from '../fixtures/page.ts';
import { CLERKS, citizen, login } from '../fixtures/people.ts';
import { tesseraElettorale, walk } from '../fixtures/services.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const day = (iso: string) => iso.split('-').reverse().join('/');

test('a clerk fills a request for who has no digital identity', async ({ page, js, look, visitor, expectStatus }) => {
  expectStatus(422);
  const [clerk, who] = [citizen(), citizen()];
  // A clerk of her own: one has one desk open at a time.
  const boss = await visitor();
  await login(boss, CLERKS.elettorale, '/ufficio/ruoli', js);
  const given = await boss.request.post('/ufficio/ruoli', {
    headers: { origin: new URL(boss.url()).origin },
    form: { azione: 'dai_ruolo', codice_fiscale: clerk.fiscalNumber, ruolo: 'operatore', ufficio: 'elettorale', dal: '', al: '' },
    maxRedirects: 0,
  });
  expect(given.status()).toBe(303);

  await login(page, clerk, '/ufficio', js);
  await page.locator('[data-office-links]').getByRole('link', { name: 'Compila allo sportello' }).click();
  await expect(page.locator('h1')).toHaveText('Compila allo sportello');
  const start = page.locator('[data-desk-start]');
  await start.getByLabel('Codice fiscale').fill(who.fiscalNumber);
  await start.getByRole('button', { name: 'Comincia' }).click();
  await expect(page.locator('#errori')).toContainText('Scrivi il nome.');
  await expect(start.getByLabel('Codice fiscale')).toHaveValue(who.fiscalNumber);
  await narrow(page, look);
  const values = {
    nome: who.name,
    cognome: who.familyName,
    data_nascita: day(who.dateOfBirth),
    documento_numero: 'CA12345AB',
    documento_ente: 'Comune di Bitonto',
    documento_scadenza: '1/1/2140',
  };
  for (const [name, value] of Object.entries(values)) await start.locator(`[name="${name}"]`).fill(value);
  await start.getByText("Carta d'identità", { exact: true }).click();
  await start.getByLabel('Servizio').selectOption('duplicato-tessera-elettorale');
  await start.getByRole('button', { name: 'Comincia' }).click();
  await expect(page.locator('[data-desk-open]')).toContainText(who.fiscalNumber);
  await look(page);

  await page.getByRole('link', { name: 'Apri il modulo' }).click();
  const wizard = new Wizard(page, js);
  await wizard.at('richiedente');
  await expect(page.locator('main')).toContainText(`Allo sportello per ${who.name} ${who.familyName}`);
  await look(page);
  await walk(wizard, tesseraElettorale);
  await wizard.press('invia');
  await expect(page.locator('[data-desk-send]')).toBeVisible();
  await narrow(page, look);

  await page.getByRole('link', { name: 'Apri la pagina da stampare' }).click();
  await expect(page.locator('[data-stamp]')).toHaveText(/^[0-9a-f]{16}$/);
  await look(page);
  await page.getByRole('link', { name: 'torna allo sportello' }).click();
  const send = page.locator('[data-desk-send]');
  await send.getByRole('button', { name: 'Registra la richiesta' }).click();
  await expect(page.locator('#errori')).toContainText('Scegli la copia firmata');
  await send.locator('input[type=file]').setInputFiles(pdf('firmata.pdf'));
  await send.getByRole('button', { name: 'Registra la richiesta' }).click();
  await expect(page.locator('main')).toContainText('Firmata su carta allo sportello');
  await expect(page.locator('main')).toContainText('firmata.pdf');
  await look(page);
  const id = new URL(page.url()).pathname.split('/').pop() ?? '';

  // Once she has a digital identity, her case is there.
  const herself = await visitor();
  await login(herself, who, '/area-personale', js);
  await herself.locator('[data-cases]').getByRole('link', { name: tesseraElettorale.title }).click();
  await expect(herself).toHaveURL(new RegExp(`/pratiche/${id}$`));
  await open(herself, `/pratiche/${id}/ricevuta`, js);
  await expect(herself.locator('main')).toContainText('firmata su carta allo sportello');
  await look(herself);
});
