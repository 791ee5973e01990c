// Several files, in the order that one wants, with and without JavaScript.
import { pdf } from '../fixtures/files.ts';
import { begin, rimborsoTributi as service, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

test('a file moves before the one above it', async ({ page, js, look }) => {
  const wizard = await begin(page, service, js);
  await walk(wizard, service, 'allegati');
  await wizard.attach('ricevute', pdf('prima.pdf'), pdf('seconda.pdf'));
  const files = page.locator('[data-attachment=ricevute] [data-file]');
  await expect(files).toHaveText([/prima\.pdf/, /seconda\.pdf/]);
  await expect(page.getByRole('button', { name: 'Sposta su' })).toHaveCount(1);
  await look(page);
  await page.getByRole('button', { name: 'Sposta su seconda.pdf' }).click();
  await expect(files).toHaveText([/seconda\.pdf/, /prima\.pdf/]);
  await expect(page.getByRole('button', { name: 'Sposta su prima.pdf' })).toBeVisible();
  if (js) await expect(page.getByRole('button', { name: 'Togli seconda.pdf' })).toBeFocused();
});
