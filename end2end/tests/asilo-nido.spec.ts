// Many conditions.
import { fact } from '../fixtures/page.ts';
import { child, citizen } from '../fixtures/people.ts';
import { asiloNido, begin, walk } from '../fixtures/services.ts';
import { day } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

test('a child of eighteen months with two parents', async ({ page, js, look, expectStatus }) => {
  test.setTimeout(150_000);
  expectStatus(422);
  const baby = child(18);
  const service = asiloNido(baby);
  const wizard = await begin(page, service, js);
  await walk(wizard, service, 'bambino', () => look(page));

  await wizard.fill({ ...service.steps[1]?.values, minore_codice_fiscale: child(60).fiscalNumber });
  await wizard.refused('Codice fiscale');
  await expect(wizard.errorOf('minore_codice_fiscale')).toBeVisible();

  await walk(wizard, service, 'preferenze', () => look(page));
  await wizard.fill({ ...service.steps[4]?.values, nido_2: 'arcobaleno' });
  await wizard.refused(/[Ss]econda scelta/);
  await walk(wizard, service, 'riepilogo', () => look(page));
  await expect(fact(page, 'Prima scelta')).toHaveText('Nido Arcobaleno');
  await look(page);
  await wizard.send();
});

test('a child not yet born is asked other things', async ({ page, js, look, expectStatus }) => {
  expectStatus(422);
  const service = asiloNido(child(18), citizen());
  const wizard = await begin(page, service, js);
  await walk(wizard, service, 'bambino');
  await wizard.fill({ minore_nome: 'Sara', nascituro: 'true', data_presunta_parto: day(300) });
  await wizard.refused('Data presunta del parto');
  await expect(wizard.control('minore_nome')).toHaveCount(0);
  await look(page);
  await wizard.fill({ data_presunta_parto: day(60) });
  await wizard.next('nucleo');
  await wizard.fill({ composizione: 'uno', fratelli: '0', fratello_iscritto: 'false', gemello: 'false' });
  await wizard.next('lavoro');
  await expect(wizard.control('lavoro_altro')).toHaveCount(0);

  // The answer that was hidden is gone.
  await wizard.press('indietro');
  await wizard.at('nucleo');
  await wizard.press('indietro');
  await wizard.at('bambino');
  await wizard.fill({ nascituro: 'false' });
  if (!js) await wizard.press('salva');
  await expect(wizard.control('minore_nome')).toHaveValue('');
});
