// Names as one types: by keyboard, by touch, and without them when the list does not come.
import { citizen, login } from '../fixtures/people.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

test('a street is chosen by keyboard and by touch', async ({ page, look, js }) => {
  await login(page, citizen(), '/servizi/segnalazione-disservizio/richiesta', js);
  const wizard = new Wizard(page, js);
  await wizard.at('luogo');
  const street = wizard.control('via');
  const options = page.getByRole('option');
  await street.focus();
  await expect(street).toHaveRole('combobox');
  await expect(street).toHaveAttribute('aria-expanded', 'false');

  await street.pressSequentially('giac mat');
  await expect(options).toHaveText(['Via Giacomo Matteotti']);
  await expect(street).toHaveAttribute('aria-expanded', 'true');
  await look(page);
  await street.press('ArrowDown');
  await expect(options).toHaveAttribute('aria-selected', 'true');
  await street.press('Enter');
  await expect(street).toHaveValue('Via Giacomo Matteotti');
  await expect(options).toHaveCount(0);

  await street.fill('piazza');
  await expect(options).toHaveCount(8);
  await street.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');
  await street.press('Escape');
  await expect(options).toHaveCount(0);
  await expect(street).toHaveValue('piazza');

  await street.pressSequentially(' cavo');
  await options.filter({ hasText: 'Piazza Cavour' }).tap();
  await expect(street).toHaveValue('Piazza Cavour');
  await expect(street).toBeFocused();
  await wizard.next('problema');
  await wizard.press('indietro');
  await wizard.at('luogo');
  await expect(street).toHaveValue('Piazza Cavour');
});

test('without the list one writes, and nothing is said', async ({ page, js, expectStatus }) => {
  expectStatus(0);
  await page.route('**/elenchi/*', (route) => route.abort());
  await login(page, citizen(), '/servizi/segnalazione-disservizio/richiesta', js);
  const wizard = new Wizard(page, js);
  await wizard.at('luogo');
  await wizard.control('via').pressSequentially('via matteotti');
  await expect(page.getByRole('option')).toHaveCount(0);
  await wizard.next('problema');
});
