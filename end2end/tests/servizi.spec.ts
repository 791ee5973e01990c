// Finding the service, and whether it is the right one, before any login.
import { open } from '../fixtures/page.ts';
import { expect, test } from './base.ts';

test('by category, by life event, and back to all', async ({ page, js, look }) => {
  await open(page, '/servizi', js);
  const all = page.locator('[data-element="service-link"]');
  const count = await all.count();
  await page.getByText('Per categoria').click();
  await page.getByRole('link', { name: 'Catasto e urbanistica (3)' }).click();
  await expect(page.getByText('3 servizi trovati')).toBeVisible();
  await expect(all).toHaveCount(3);
  await look(page);
  await page.getByText('Per evento della vita').click();
  await page.getByRole('link', { name: /^Invalidità/ }).click();
  await expect(all).toHaveCount(2);
  await page.getByRole('link', { name: 'Togli la ricerca' }).click();
  await expect(all).toHaveCount(count);
});

test('a few questions tell whether one may ask', async ({ page, js, look, expectStatus }) => {
  expectStatus(422);
  await open(page, '/servizi/cila', js);
  await page.getByRole('link', { name: 'Ho i requisiti?' }).click();
  const form = page.locator('[data-precheck]');
  await expect(form).toBeVisible();
  await look(page);
  const answer = async (n: number, value: string) => {
    const id = await form.locator(`[name=d${n}][value=${value}]`).getAttribute('id');
    await form.locator(`label[for="${id}"]`).click();
  };
  await answer(0, 'no');
  await form.getByRole('button').click();
  await expect(page.locator('#errori')).toContainText('Rispondi sì o no.');
  await expect(form.locator('[name=d0][value=no]')).toBeChecked();
  await look(page);
  for (const [n, value] of ['no', 'no', 'si', 'si', 'no'].entries()) await answer(n, value);
  await form.getByRole('button').click();
  await expect(page.getByText('Parla prima con un tecnico')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Vai avanti lo stesso' })).toBeVisible();
  await look(page);
  await answer(0, 'si');
  await form.getByRole('button').click();
  await expect(page.getByText('Con queste risposte puoi fare la richiesta.')).toBeVisible();
  await expect(page).toHaveURL(/\/servizi\/cila\/requisiti$/);
});
