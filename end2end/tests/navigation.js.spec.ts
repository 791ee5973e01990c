// Moving between pages in one document: address, place in the page, focus.
import { menu, open } from '../fixtures/page.ts';
import { expect, test } from './base.ts';

test('a link into a page ends there', async ({ page }) => {
  await open(page, '/servizi', true);
  await (await menu(page, 'Novità')).click();
  await expect(page).toHaveURL(/\/#novita$/);
  await expect(page.locator('#novita')).toBeFocused();
  await expect(page.locator('#novita')).toBeInViewport();
});

test('back leads to where one was in the list', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 400 });
  await open(page, '/servizi', true);
  const link = page.locator('[data-element="service-link"]').last();
  await link.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => window.scrollY);
  expect(before).toBeGreaterThan(100);
  await link.click();
  await expect(page).toHaveURL(/\/servizi\/./);
  await expect.poll(() => page.evaluate(() => window.scrollY), 'a new page begins at its top').toBeLessThan(before);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeAttached();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeCloseTo(before, -1);
});

test('the address follows links after back and forward', async ({ page }) => {
  await open(page, '/servizi', true);
  await page.locator('[data-element="service-link"]').first().click();
  await expect(page.locator('[data-element="service-online-access"]')).toBeVisible();
  const sheet = page.url();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeVisible();
  await page.goForward();
  await expect(page.locator('[data-element="service-online-access"]')).toBeVisible();
  await expect(page).toHaveURL(sheet);
  await page.locator('.breadcrumb').getByRole('link', { name: 'Servizi' }).click();
  await expect(page).toHaveURL(/\/servizi$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Servizi' })).toBeFocused();
});

test('a link that led to the login leads there again', async ({ page }) => {
  await open(page, '/servizi/duplicato-tessera-elettorale', true);
  const begin = page.locator('[data-element="service-online-access"]');
  for (let n = 0; n < 2; n += 1) {
    await begin.click();
    await expect(page).toHaveURL(/\/accedi\?next=/);
    await page.goBack();
    await expect(begin).toBeVisible();
  }
});

test('a link that is pressed twice loads no document', async ({ page }) => {
  await open(page, '/servizi', true);
  await page.evaluate(() => {
    (window as { here?: boolean }).here = true;
  });
  const link = await menu(page, 'Novità');
  await link.dblclick();
  await expect(page).toHaveURL(/\/#novita$/);
  await expect(page.locator('#novita')).toBeInViewport();
  expect(await page.evaluate(() => (window as { here?: boolean }).here)).toBe(true);
});

test.describe('where there is no service worker', () => {
  test.use({ serviceWorkers: 'block' });

  test('without network a page says so, and comes later', async ({ page, look, expectStatus }) => {
    expectStatus(0);
    await open(page, '/servizi', true);
    await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
    await page.locator('[data-element="service-link"]').first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Nessuna connessione' })).toBeFocused();
    await look(page);
    await page.unroute('**/api/**');
    await page.getByRole('link', { name: 'Riprova' }).click();
    await expect(page.locator('[data-element="service-online-access"]')).toBeVisible();
  });
});
