// Streets of the town: offered as one types, taken as people write them, told when nobody knows them.
import { fact, narrow } from '../fixtures/page.ts';
import { citizen, login } from '../fixtures/people.ts';
import { fillFromSample, sample } from '../fixtures/samples.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const SLUG = 'segnalazione-disservizio';

test('a street as one writes it, and one that the town does not have', async ({ page, js, look }) => {
  test.setTimeout(120_000);
  const who = citizen();
  await login(page, who, `/servizi/${SLUG}/richiesta`, js);
  const wizard = new Wizard(page, js);
  await wizard.at('luogo');
  await wizard.fill({ via: 'v. matteotti' });
  await wizard.next('problema');
  for (let step = 'problema'; step !== 'riepilogo'; step = (await wizard.form.getAttribute('data-wizard')) ?? '') {
    if (step === 'dichiarazioni') await wizard.declareAll();
    else await fillFromSample(wizard, sample(SLUG), who.fiscalNumber);
    await wizard.press('avanti');
    await expect(wizard.form).not.toHaveAttribute('data-wizard', step);
  }
  await expect(fact(page, 'Via o piazza')).toHaveText('Via Giacomo Matteotti');
  const toCheck = page.locator('[data-warnings]');
  await expect(toCheck).toHaveCount(0);

  await wizard.open(SLUG, 'luogo');
  await expect(wizard.control('via')).toHaveValue('v. matteotti');
  await wizard.fill({ via: 'Via che non esiste' });
  await wizard.next('problema');
  await wizard.open(SLUG, 'riepilogo');
  await expect(toCheck).toContainText("non è nell'elenco delle strade");
  await look(page);
  await narrow(page, look);
  await toCheck.getByRole('link').click();
  await wizard.at('luogo');
  await wizard.open(SLUG, 'riepilogo');
  await wizard.send();
});
