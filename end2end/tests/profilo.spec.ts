// Once only: what is known is filled in and marked, corrected in one place; an old request begins a new one.
import { choose, speaks } from '../fixtures/language.ts';
import { narrow, open } from '../fixtures/page.ts';
import { citizen, login } from '../fixtures/people.ts';
import { tesseraElettorale as service, walk } from '../fixtures/services.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const PAGE = '/area-personale/profilo';

test('told once, corrected in one place, and a new request from an old one', async ({ page, js, look, expectStatus }) => {
  test.setTimeout(120_000);
  expectStatus(422);
  const wizard = new Wizard(page, js);
  const hint = (name: string) => page.locator(`[id="c-${name}-aiuto"]`);
  await login(page, citizen(), `/servizi/${service.slug}/richiesta`, js);
  await wizard.at('richiedente');
  await expect(hint('residenza_indirizzo')).toHaveCount(0);
  await walk(wizard, service);
  const sent = await wizard.send();

  await test.step('the next form knows it, and says from where', async () => {
    await wizard.open(service.slug);
    await wizard.at('richiedente');
    await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Roma');
    const mark = `Dal tuo profilo: l'hai scritto il \\d\\d/\\d\\d/\\d{4} nella richiesta ${sent.protocol}`;
    await expect(hint('residenza_indirizzo')).toContainText(new RegExp(mark));
    await look(page);
    await narrow(page, look);
    await wizard.press('salva');
    await expect(page.locator('[data-saving]')).toContainText('Bozza salvata');
  });

  await test.step('the profile is corrected, after a mistake that costs nothing', async () => {
    await hint('email').getByRole('link', { name: 'Correggi nel profilo' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Il mio profilo');
    await expect(page.locator('main')).toContainText('Non è l’anagrafe');
    await look(page);
    await narrow(page, look);
    await page.locator('[name="email"]').fill('sbagliata');
    await page.locator('[name="residenza_civico"]').fill('12/A');
    await page.getByRole('button', { name: 'Salva' }).click();
    await expect(page.locator('#errori')).toBeVisible();
    await expect(page.locator('[name="residenza_civico"]')).toHaveValue('12/A');
    await look(page);
    await page.locator('[name="email"]').fill('nuova@example.it');
    await page.getByRole('button', { name: 'Salva' }).click();
    await expect(page.locator('main')).toContainText('Profilo salvato');
    await page.locator('[data-begun]').getByRole('link').click();
    // What was saved is whole: it goes on from the next step.
    await wizard.at('motivo');
    await wizard.press('indietro');
    await wizard.at('richiedente');
    await expect(wizard.control('email')).toHaveValue('nuova@example.it');
    await expect(wizard.control('residenza_civico')).toHaveValue('12/A');
  });

  await test.step('a value is deleted', async () => {
    await open(page, PAGE, js);
    await page.getByRole('button', { name: 'Cancella Numero civico' }).click();
    await expect(page.locator('[name="residenza_civico"]')).toHaveValue('');
    await expect(page.getByRole('button', { name: 'Cancella Numero civico' })).toHaveCount(0);
  });

  await test.step('a request begins with the answers of the old one', async () => {
    const again = page.getByRole('button', { name: 'Ricomincia da questa richiesta' });
    await open(page, `/pratiche/${sent.id}`, js);
    await again.click();
    await expect(page.locator('main')).toContainText('hai già una bozza');
    await look(page);
    await narrow(page, look);
    await page.getByRole('button', { name: `Sostituiscila con le risposte della richiesta ${sent.protocol}` }).click();
    await wizard.at('richiedente');
    await expect(page.locator('main')).toContainText(`Abbiamo copiato le risposte della richiesta ${sent.protocol}`);
    await expect(wizard.control('email')).toHaveValue('nuova@example.it');
    await look(page);
    await wizard.next('motivo');
    await expect(wizard.control('motivo').and(page.locator(':checked'))).toHaveValue('smarrimento');
  });

  await test.step('in English too', async () => {
    await open(page, PAGE, js);
    await choose(page, 'English');
    await speaks(page, 'en');
    await look(page);
  });
});
