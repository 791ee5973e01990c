// A point on the town's map: by keyboard, by touch, by the name of a street, with and without JavaScript.
import { openCase } from '../fixtures/office.ts';
import { citizen, login } from '../fixtures/people.ts';
import { fillFromSample, sample } from '../fixtures/samples.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const FORM = '/servizi/segnalazione-disservizio/richiesta';
/** Works at the maintenance office. */
const MAINTENANCE = 'RGGNCL86R07A662E';

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

test('the office sees where the point is', async ({ page, js, look, visitor }) => {
  test.setTimeout(120_000);
  const who = citizen();
  await login(page, who, FORM, js);
  const wizard = new Wizard(page, js);
  for (let step = ''; step !== 'riepilogo'; ) {
    step = (await wizard.form.getAttribute('data-wizard')) ?? '';
    if (step === 'riepilogo') break;
    if (step === 'dichiarazioni') await wizard.declareAll();
    else await fillFromSample(wizard, sample('segnalazione-disservizio'), who.fiscalNumber);
    await wizard.press('avanti');
    await expect(wizard.form).not.toHaveAttribute('data-wizard', step);
  }
  const { protocol } = await wizard.send();
  const office = await visitor();
  await openCase(office, MAINTENANCE, protocol, js);
  const point = office.locator('.cmp-point');
  await expect(point.getByRole('img')).toBeVisible();
  await expect(point.getByRole('link')).toHaveAttribute('href', 'geo:41.1089,16.6921');
  await look(office);
});
