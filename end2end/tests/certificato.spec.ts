// A certificate: asked for, written by its office, handed out.
import { command, openCase } from '../fixtures/office.ts';
import { narrow, open } from '../fixtures/page.ts';
import { CLERKS, citizen, login } from '../fixtures/people.ts';
import { fillFromSample, sample } from '../fixtures/samples.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const SLUG = 'certificato-destinazione-urbanistica';
const ZONE = 'Foglio 41, particella 7: zona B1.';

test('what the office certifies reaches who asked', async ({ page, js, visitor, look, expectStatus }) => {
  test.setTimeout(180_000);
  expectStatus(422);
  const who = citizen();
  await login(page, who, `/servizi/${SLUG}/richiesta`, js);
  const wizard = new Wizard(page, js);
  for (let step = ''; step !== 'riepilogo'; ) {
    step = (await wizard.form.getAttribute('data-wizard')) ?? '';
    await wizard.at(step);
    if (step === 'riepilogo') break;
    if (step === 'dichiarazioni') await wizard.declareAll();
    else await fillFromSample(wizard, sample(SLUG), who.fiscalNumber);
    await wizard.press('avanti');
    await expect(wizard.form).not.toHaveAttribute('data-wizard', step);
  }
  const { id, protocol } = await wizard.send();

  const clerk = await visitor();
  await openCase(clerk, CLERKS.poliziaLocale, protocol, js);
  await command(clerk, 'prendi_in_carico');
  const written = (until: string) => ({
    'documento.rilasciato.destinazione': ZONE,
    'documento.rilasciato.valido_fino': until,
  });
  await command(clerk, 'accogli', written('per sempre'));
  await expect(clerk.locator('#errori')).toContainText('Valido fino al');
  await expect(clerk.locator('[name="documento.rilasciato.destinazione"]')).toHaveValue(ZONE);
  await look(clerk);
  await narrow(clerk, look);
  await command(clerk, 'accogli', written('31/12/2027'));
  await expect(clerk.getByText('Certificato di destinazione urbanistica').first()).toBeVisible();
  await look(clerk);

  await open(page, `/pratiche/${id}`, js);
  await expect(page.locator('main')).toContainText('Certificato di destinazione urbanistica');
  await expect(page.locator('main')).toContainText(ZONE);
  await look(page);
});
