// The list of services follows what one types.
import { open } from '../fixtures/page.ts';
import { expect, test } from './base.ts';

test('as one types, without accents, and told how many', async ({ page, look }) => {
  await open(page, '/servizi', true);
  await page.locator('html[data-actions]').waitFor({ state: 'attached' });
  const shown = page.locator('.service-list > li:visible');
  const all = await shown.count();
  const field = page.locator('main #cerca');
  await field.pressSequentially('identita elettr');
  await expect(shown).toHaveCount(1);
  await expect(page.locator('[data-found]')).toHaveText('1 servizio trovato');
  await look(page);
  await field.fill('xyzxyz');
  await expect(shown).toHaveCount(0);
  await expect(page.locator('[data-found]')).toContainText('Nessun servizio trovato');
  await field.fill('tributi');
  await expect(page.locator('[data-found]')).toHaveText(`${await shown.count()} servizi trovati`);
  await field.fill('');
  await expect(shown).toHaveCount(all);
});
