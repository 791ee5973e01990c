// Two minutes before the session ends one is told, and may stay.
import { Counter } from '../fixtures/counter.ts';
import { hydrated } from '../fixtures/page.ts';
import { expect, test } from './base.ts';

const counter = new Counter(Number(process.env.E2E_PORT ?? 4300) + 50, { sessione_minuti: 3 });
test.use({ baseURL: counter.url });
test.afterAll(async () => {
  await counter.stop();
  counter.remove();
});

test('a session that ends is told before, and made longer', async ({ page, look }) => {
  test.setTimeout(180_000);
  await counter.start();
  await page.goto('/accedi?next=/area-personale');
  await page.getByRole('link', { name: 'Entra con SPID' }).click();
  await page.locator('button[name=cf]').first().click();
  await hydrated(page);
  const warning = page.locator('[data-session-left] > div');
  await expect(warning).toBeHidden();
  // Of three minutes one must pass.
  await expect(warning).toBeVisible({ timeout: 90_000 });
  await expect(warning).toContainText('Tra meno di due minuti la sessione finisce');
  await look(page);
  const left = async () => (await (await page.request.get('/api/sessione')).json()).seconds;
  expect(await left()).toBeLessThan(121);
  await page.keyboard.press('Tab');
  await warning.getByRole('button', { name: 'Resta collegato' }).press('Enter');
  await expect(warning).toBeHidden();
  expect(await left()).toBeGreaterThan(170);
});
