// The map's keys, where the device is, and a network that is gone.
import { citizen, login } from '../fixtures/people.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const FORM = '/servizi/segnalazione-disservizio/richiesta';

test('keys move the map, and the device tells where one is', async ({ page, js, context }) => {
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation({ latitude: 41.1, longitude: 16.7 });
  await login(page, citizen(), FORM, js);
  const wizard = new Wizard(page, js);
  await wizard.at('luogo');
  await page.getByRole('button', { name: 'Scegli sulla mappa' }).click();
  const lat = page.locator('input[name=lat]');
  const level = page.locator('input[name=scala]');
  await expect(level).toHaveValue('3');
  const before = Number(await lat.inputValue());
  await page.getByRole('button', { name: 'In su' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => Number(await lat.inputValue())).toBeLessThan(before);
  await expect(page.getByRole('button', { name: 'In giù' })).toBeVisible();
  await page.keyboard.press('+');
  await expect(level).toHaveValue('2');
  // In the text arrows are the text's.
  const street = page.locator('input[name=via]');
  await street.fill('via 1');
  await street.press('-');
  await expect(street).toHaveValue('via 1-');
  const search = page.getByRole('searchbox').first();
  await search.pressSequentially('e-mail');
  await expect(search).toHaveValue('e-mail');
  await expect(level).toHaveValue('2');

  await page.getByRole('button', { name: 'Vai dove sono io' }).click();
  await expect(lat).toHaveValue('41.1');
  await expect(level).toHaveValue('1');
  await page.getByRole('link', { name: 'Torna alla richiesta senza scegliere' }).click();
  await wizard.at('luogo');
  await expect(wizard.control('posizione')).toHaveValue('');
});

test('a device that does not tell, a town that does not answer', async ({ page, js, expectStatus }) => {
  expectStatus(0);
  await login(page, citizen(), FORM, js);
  await new Wizard(page, js).at('luogo');
  await page.getByRole('button', { name: 'Scegli sulla mappa' }).click();
  const place = page.locator('[data-place]');
  await page.getByRole('button', { name: 'Vai dove sono io' }).click();
  await expect(place).toContainText('Il dispositivo non dice dove sei');
  await page.route('**/richiesta/mappa*', (route) => route.abort());
  await page.getByRole('button', { name: 'In su' }).click();
  await expect(place).toContainText('Il Comune non risponde');
});
