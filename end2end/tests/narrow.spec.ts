// The narrowest phone (WCAG 1.4.10): the form, the receipt, the case, the office.
import { openCase } from '../fixtures/office.ts';
import { fitting, open } from '../fixtures/page.ts';
import { CLERKS, citizen } from '../fixtures/people.ts';
import { begin, passoCarrabile, walk } from '../fixtures/services.ts';
import { test } from './base.ts';

test.use({ viewport: { width: 320, height: 640 } });

test('nothing sticks out at 320 pixels', async ({ page, js, visitor, expectStatus }) => {
  test.setTimeout(150_000);
  expectStatus(422);
  const wizard = await begin(page, passoCarrabile, js, citizen());
  await wizard.press('avanti');
  await fitting(page);
  await walk(wizard, passoCarrabile, 'riepilogo', () => fitting(page));
  await fitting(page);
  const { id, protocol } = await wizard.send();
  await fitting(page);
  await open(page, `/pratiche/${id}`, js);
  await fitting(page);
  await open(page, '/area-personale', js);
  await fitting(page);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.poliziaLocale, protocol, js);
  for (const details of await clerk.locator('[data-commands] summary').all()) await details.click();
  await fitting(clerk);
  await open(clerk, '/ufficio?stato=tutte', js);
  await fitting(clerk);
});
