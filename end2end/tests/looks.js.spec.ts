// How six pages look, on a phone and on a desk: a change of style that nobody meant is seen here.
// What differs from run to run (numbers, times, names of files) is covered. After a change that
// was meant: `make e2e ARGS="looks --update-snapshots"`, then look at the pictures.
import { open } from '../fixtures/page.ts';
import { type Person, fiscalCode } from '../fixtures/people.ts';
import { begin, tesseraElettorale as service, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

const SIZES = [
  { name: 'phone', use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
  { name: 'desk', use: { viewport: { width: 1280, height: 900 }, isMobile: false, hasTouch: false } },
];
/** Another build of the browser draws letters a little differently. */
const ALIKE = { maxDiffPixelRatio: 0.03 };
const PUBLIC = [
  { name: 'home', path: '/' },
  { name: 'sheet', path: '/servizi/passo-carrabile' },
  { name: 'login', path: '/accedi' },
];

/** The same at every run: her name stands on every page. */
function somebody(dateOfBirth: string): Person {
  const base = { name: 'Anna', familyName: 'Veduta', gender: 'F', dateOfBirth, placeOfBirth: 'A893' } as const;
  return { ...base, fiscalNumber: fiscalCode(base), email: 'anna.veduta@example.it' };
}

for (const { name: size, use } of SIZES) {
  test.describe(size, () => {
    test.use(use);

    for (const { name, path } of PUBLIC) {
      test(name, async ({ page, js }) => {
        await open(page, path, js);
        await expect(page).toHaveScreenshot(`${name}-${size}.png`, ALIKE);
      });
    }

    test('form, summary, receipt', async ({ page, js, expectStatus }) => {
      expectStatus(422);
      const who = somebody(size === 'phone' ? '1980-03-05' : '1980-03-06');
      const wizard = await begin(page, service, js, who);
      await walk(wizard, service, 'motivo');
      await wizard.refused('Perché chiedi il duplicato');
      await page.evaluate(() => scrollTo(0, 0));
      const still = { ...ALIKE, mask: [page.locator('.saving'), page.locator('[data-protocol]'), page.locator('main dd')] };
      await expect(page).toHaveScreenshot(`form-${size}.png`, still);
      await wizard.fill({ motivo: 'smarrimento' });
      await wizard.next('ritiro');
      await walk(wizard, service, 'riepilogo');
      await page.evaluate(() => scrollTo(0, 0));
      await expect(page).toHaveScreenshot(`summary-${size}.png`, still);
      await wizard.send();
      await page.evaluate(() => scrollTo(0, 0));
      await expect(page).toHaveScreenshot(`receipt-${size}.png`, still);
    });
  });
}
