// The open page follows the case.
import { command, openCase, state } from '../fixtures/office.ts';
import { open } from '../fixtures/page.ts';
import { CLERKS } from '../fixtures/people.ts';
import { submitted, tesseraElettorale } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

test('an event is on the open page within a second, without a reload', async ({ page, visitor }, info) => {
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  await open(page, `/pratiche/${id}`, true);
  await page.evaluate(() => ((window as unknown as { here: boolean }).here = true));
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  const answered = clerk.waitForResponse((response) => response.request().method() === 'POST');
  await command(clerk, 'prendi_in_carico');
  await answered;
  const start = Date.now();
  await expect(state(page)).toHaveAttribute('data-state', 'istruttoria', { timeout: 2_000 });
  info.annotations.push({ type: 'seen after', description: `${Date.now() - start} ms` });
  expect(await page.evaluate(() => (window as unknown as { here?: boolean }).here), 'not reloaded').toBe(true);
});

test('what was missed while the stream was cut is made up for', async ({ page, visitor, expectStatus }) => {
  expectStatus(0);
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  await page.route('**/eventi', (route) => route.abort('connectionreset'));
  await open(page, `/pratiche/${id}`, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  await command(clerk, 'prendi_in_carico');
  await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
  await expect(state(page)).toHaveAttribute('data-state', 'protocollata');
  await page.unroute('**/eventi');
  await expect(state(page)).toHaveAttribute('data-state', 'istruttoria', { timeout: 15_000 });
});

test('news that cannot be fetched leaves the page as it was, and comes later', async ({ page, visitor, expectStatus }) => {
  expectStatus(0);
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  await open(page, `/pratiche/${id}`, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  await page.route(`**/api/pratiche/${id}`, (route) => route.abort('internetdisconnected'));
  await Promise.all([page.waitForEvent('requestfailed'), command(clerk, 'prendi_in_carico')]);
  await expect(state(page)).toHaveAttribute('data-state', 'protocollata');
  await page.unroute(`**/api/pratiche/${id}`);
  await expect(state(page)).toHaveAttribute('data-state', 'istruttoria', { timeout: 15_000 });
});

test('news never takes away what someone is writing', async ({ page, visitor }) => {
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  await command(clerk, 'prendi_in_carico');
  await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
  await clerk.getByText('Dichiara irricevibile', { exact: true }).first().click();
  const text = clerk.locator('form').filter({ has: clerk.locator('button[value=irricevibile]') }).locator('[name=motivo]');
  await text.fill('Una motivazione lunga');
  await open(page, `/pratiche/${id}`, true);
  await page.getByText('Ritira la richiesta', { exact: true }).click();
  await page.getByRole('button', { name: 'Sì, ritira la richiesta' }).click();
  await expect(clerk.locator('[data-live]')).toContainText('Ci sono novità');
  await expect(text).toHaveValue('Una motivazione lunga');
  await clerk.getByRole('button', { name: 'Aggiorna la pagina' }).click();
  await expect(state(clerk)).toHaveAttribute('data-state', 'ritirata');
});
