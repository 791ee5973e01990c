// A point on the town's map: by keyboard, by touch, by the name of a street, with and without JavaScript.
import { citizen, login } from '../fixtures/people.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const FORM = '/servizi/segnalazione-disservizio/richiesta';

test('a point is chosen on the map and comes back into the form', async ({ page, look, js, expectStatus }) => {
  expectStatus(422);
  await login(page, citizen(), FORM, js);
  const wizard = new Wizard(page, js);
  await wizard.at('luogo');
  await wizard.control('via').fill('Via Giacomo Matteotti');
  await wizard.control('civico').fill('12');
  await page.getByRole('button', { name: 'Scegli sulla mappa' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Scegli il punto sulla mappa');
  const place = page.locator('[data-place]');
  await expect(place).toContainText('Via Giacomo Matteotti');
  await look(page);
  const picture = page.locator('input[type=image]');
  const before = await picture.getAttribute('src');
  await page.getByRole('button', { name: 'In su' }).click();
  await expect(picture).not.toHaveAttribute('src', before ?? '');
  await page.getByRole('button', { name: 'Più lontano' }).click();
  await expect(page.locator('input[name=scala]')).toHaveValue('3');

  // A touch of the middle of the right edge: the map goes there.
  const lon = Number(await page.locator('input[name=lon]').inputValue());
  const box = await picture.boundingBox();
  await picture.tap({ position: { x: (box?.width ?? 0) - 4, y: (box?.height ?? 0) / 2 } });
  // Half of 1600 metres, less a little.
  await expect.poll(async () => Number(await page.locator('input[name=lon]').inputValue()) - lon).toBeGreaterThan(0.0088);

  const street = page.locator('input[name=via]');
  await street.fill('via che non esiste');
  await street.press('Enter');
  if (js) await expect(place).toContainText('Questa via non è sulla mappa');
  else await expect(page.locator('#errori')).toContainText('Questa via non è sulla mappa');
  await street.fill('Piazza Cavour');
  await street.press('Enter');
  await expect(place).toContainText('Piazza Cavour');
  await look(page);
  await page.getByRole('button', { name: 'Usa questo punto' }).click();

  await wizard.at('luogo');
  await expect(wizard.control('posizione')).toHaveValue(/^41\.\d{5}, 16\.\d{5}$/);
  await expect(wizard.control('civico')).toHaveValue('12');
  await wizard.next('problema');
});

test('keys move the map, and the device tells where one is', async ({ page, js, context }) => {
  test.skip(!js, 'without a script the buttons do it');
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
  test.skip(!js, 'without a script the browser tells it');
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
