// Every service, from the sample answers beside its definition to the protocol number.
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { sign } from '../fixtures/files.ts';
import { citizen, login } from '../fixtures/people.ts';
import { fillFromSample, sample, samples } from '../fixtures/samples.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const MOST_STEPS = 20;

for (const slug of samples) {
  test(`${slug}: from the sample to the protocol number`, async ({ page, js, look, visitor, expectStatus }) => {
    test.setTimeout(180_000);
    const answers = sample(slug);
    const who = citizen();
    await login(page, who, `/servizi/${slug}/richiesta`, js);
    const wizard = new Wizard(page, js);
    for (let n = 0; n < MOST_STEPS; n += 1) {
      const step = (await wizard.form.getAttribute('data-wizard')) ?? '';
      await wizard.at(step);
      if (step === 'riepilogo') break;
      if (step === 'dichiarazioni') await wizard.declareAll();
      else await fillFromSample(wizard, answers, who.fiscalNumber);
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
    if (answers.firma_digitale) {
      expectStatus(422); // Unsigned, it comes back.
      await wizard.press('firme');
      await signDigitally(page, answers.firma_digitale.di ?? who.fiscalNumber, look);
    }
    await wizard.send();
    await look(page);
  });
}

/** Downloads the document, has it signed, uploads it, and is back at the summary. */
async function signDigitally(page: Page, code: string, look: (page: Page) => Promise<void>) {
  const upload = page.locator('[data-signing-upload]');
  await expect(upload).toBeVisible();
  await look(page);
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Scarica il documento' }).click();
  const buffer = await readFile(await (await coming).path());
  const document = { name: 'documento.pdf', mimeType: 'application/pdf', buffer };
  await upload.locator('[type=file]').setInputFiles({ ...document, buffer: Buffer.from(buffer) });
  await upload.locator('button').click();
  await expect(page.getByText('Il file non è firmato').first()).toBeVisible();
  await look(page);
  await upload.locator('[type=file]').setInputFiles(await sign(code, document));
  await upload.locator('button').click();
  await expect(page.locator('[data-signing]')).toContainText('la firma è valida');
  await look(page);
}
