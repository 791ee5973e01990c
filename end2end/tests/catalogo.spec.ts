// Every service, from the sample answers beside its definition to the protocol number.
import { citizen, login } from '../fixtures/people.ts';
import { fillFromSample, sample, samples } from '../fixtures/samples.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const MOST_STEPS = 20;

for (const slug of samples) {
  test(`${slug}: from the sample to the protocol number`, async ({ page, js, look, visitor }) => {
    test.setTimeout(180_000);
    const answers = sample(slug);
    await login(page, citizen(), `/servizi/${slug}/richiesta`, js);
    const wizard = new Wizard(page, js);
    for (let n = 0; n < MOST_STEPS; n += 1) {
      const step = (await wizard.form.getAttribute('data-wizard')) ?? '';
      await wizard.at(step);
      if (step === 'riepilogo') break;
      if (step === 'dichiarazioni') await wizard.declareAll();
      else await fillFromSample(wizard, answers);
      await look(page);
      await wizard.press('avanti');
      await expect(wizard.form).not.toHaveAttribute('data-wizard', step);
    }
    await look(page);
    for (const signer of answers.cofirmatari ?? []) {
      await wizard.press('firme');
      const link = page.locator('[data-signing] a');
      const path = new URL((await link.getAttribute('href')) ?? '').pathname;
      const other = await visitor();
      await login(other, signer, path, js);
      await look(other);
      await other.getByRole('button', { name: 'Firma la richiesta' }).click();
      await expect(other.getByText('Hai firmato il')).toBeVisible();
      await page.reload();
    }
    await wizard.send();
    await look(page);
  });
}
