// One step with the keyboard alone.
import { menu, open, tabTo } from '../fixtures/page.ts';
import { begin, tesseraElettorale, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

test('a step is filled and left with the keyboard alone', async ({ page, look }) => {
  const wizard = await begin(page, tesseraElettorale, true);
  await walk(wizard, tesseraElettorale, 'ritiro');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

  await tabTo(page, '[name=consegna]');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await expect(wizard.control('consegna').last()).toBeChecked();
  await tabTo(page, '[name=ritiro_nome]');
  await page.keyboard.type('Rosa Bianchi');
  await tabTo(page, '[name=ritiro_codice_fiscale]');
  await page.keyboard.type('RSSMRA80A01H501');
  await page.keyboard.press('Enter');
  await expect(page.locator('#errori')).toBeFocused();
  await look(page);
  await tabTo(page, '#errori a');
  await page.keyboard.press('Enter');
  await expect(wizard.control('ritiro_codice_fiscale')).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('U');
  await tabTo(page, 'button[value=avanti]');
  await page.keyboard.press('Enter');
  await wizard.at('dichiarazioni');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('the first stop of a page leads past the header', async ({ page }) => {
  await page.goto('/servizi');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Vai ai contenuti' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main-container')).toBeFocused();
});

test('a phone\'s menu opens, leads on and closes', async ({ page, look }) => {
  await open(page, '/servizi/passo-carrabile', true);
  const voice = page.locator('header').getByRole('link', { name: 'Servizi', exact: true });
  await expect(voice).toBeHidden();
  await tabTo(page, '.menu-button');
  await page.keyboard.press('Enter');
  await expect(voice).toBeVisible();
  await look(page);
  await page.keyboard.press('Escape');
  await expect(voice).toBeHidden();
  await (await menu(page, 'Servizi')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeVisible();
  await expect(voice).toBeHidden();
});
