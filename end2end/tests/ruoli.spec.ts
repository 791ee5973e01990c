// Roles: an administrator gives one, it opens the office at the next click, and shuts it when it ends.
import { open } from '../fixtures/page.ts';
import { CLERKS, citizen, login } from '../fixtures/people.ts';
import { expect, test } from './base.ts';

test('a role is given, holds at the next click, and is ended', async ({ page, js, look, visitor, expectStatus }) => {
  expectStatus(403, 422);
  const person = citizen();
  const other = await visitor();
  await login(other, person, '/area-personale', js);
  expect((await open(other, '/ufficio', js))?.status()).toBe(403);

  await login(page, CLERKS.elettorale, '/ufficio', js);
  await page.locator('[data-office-links]').getByRole('link', { name: 'Chi può fare che cosa' }).click();
  await expect(page.locator('h1')).toHaveText('Chi può fare che cosa');
  await look(page);
  const form = page.locator('[data-give-role]');
  await form.getByLabel('Codice fiscale').fill(person.fiscalNumber);
  await form.getByLabel('Ruolo').selectOption('operatore');
  await form.getByRole('button', { name: 'Dai il ruolo' }).click();
  await expect(page.locator('#errori')).toContainText('Scegli per quale ufficio');
  await expect(form.getByLabel('Codice fiscale')).toHaveValue(person.fiscalNumber);
  await look(page);
  await form.getByLabel('Ufficio').selectOption('tributi');
  await form.getByRole('button', { name: 'Dai il ruolo' }).click();
  await expect(page.getByText('Il ruolo è dato.')).toBeVisible();
  const row = page.locator('[data-roles] tr').filter({ hasText: person.fiscalNumber });
  await expect(row).toContainText(person.familyName);

  expect((await open(other, '/ufficio', js))?.status()).toBe(200);
  await expect(other.locator('h1')).toHaveText('Le pratiche del tuo ufficio');
  await expect(other.getByRole('link', { name: 'Chi può fare che cosa' })).toHaveCount(0);

  await row.locator('summary').click();
  await look(page);
  await row.getByRole('button', { name: 'Togli il ruolo' }).click();
  await expect(page.getByText('Il ruolo è tolto.')).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(page.locator('[data-role-history]')).toContainText(person.familyName);
  expect((await open(other, '/ufficio', js))?.status()).toBe(403);
  await look(other);
});
