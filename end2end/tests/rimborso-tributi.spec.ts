// A repeating group and a computed total.
import { openCase } from '../fixtures/office.ts';
import { fact } from '../fixtures/page.ts';
import { CLERKS } from '../fixtures/people.ts';
import { begin, rimborsoTributi as service, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

const EVIL = 'Ho pagato due volte.</textarea><script>alert(1)</script><img src=x onerror=alert(2)>';

test('two years, one total', async ({ page, js, look, visitor, expectStatus }) => {
  test.setTimeout(150_000);
  expectStatus(422);
  const wizard = await begin(page, service, js);
  await walk(wizard, service, 'tributo');
  await wizard.fill({ ...service.steps[1]?.values, spiegazione: EVIL });
  await wizard.next('importi');

  const total = page.locator('.single-line-info').filter({ hasText: 'Totale chiesto' }).locator('output');
  await wizard.fill(service.steps[2]?.values ?? {});
  await wizard.press('aggiungi:annualita');
  await wizard.fill({
    'annualita.1.anno': '2025',
    'annualita.1.pagato': '50',
    'annualita.1.dovuto': '80',
    'annualita.1.data_pagamento': '16/06/2025',
  });
  await wizard.refused(/Dovuto|pagato/);
  await expect(wizard.errorOf('annualita.1.dovuto')).toBeVisible();
  await look(page);
  await wizard.fill({ 'annualita.1.dovuto': '0' });
  if (!js) await wizard.press('salva');
  await expect(total).toContainText('250,50');

  await test.step('a row goes and comes back', async () => {
    await wizard.press('rimuovi:annualita.0');
    await expect(wizard.control('annualita.1.anno')).toHaveCount(0);
    await expect(wizard.control('annualita.0.anno')).toHaveValue('2025');
    await expect(total).toContainText('50,00');
  });

  await wizard.next('iban');
  await wizard.fill({ iban: 'IT61X0542811101000000123456', iban_intestatario: 'Anna Rossi' });
  await wizard.refused('IBAN');
  await walk(wizard, service, 'riepilogo', () => look(page));
  await expect(fact(page, 'Totale chiesto')).toContainText('50,00');
  await expect(fact(page, 'Spiega che cosa è successo')).toHaveText(EVIL);
  await look(page);

  await test.step('what looks like script is text, also to the clerk', async () => {
    await wizard.open(service.slug, 'tributo');
    await expect(wizard.control('spiegazione')).toHaveValue(EVIL);
    await wizard.open(service.slug);
    const { protocol } = await wizard.send();
    const clerk = await visitor();
    await openCase(clerk, CLERKS.tributi, protocol, js);
    await expect(fact(clerk, 'Spiega che cosa è successo')).toHaveText(EVIL);
    await look(clerk);
  });
});
