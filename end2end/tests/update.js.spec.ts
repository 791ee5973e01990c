// A new build while a page is open: offered, never forced, and nothing is lost.
import { cached, onDevice, ready } from '../fixtures/app.ts';
import { Counter } from '../fixtures/counter.ts';
import { hydrated, narrow, tabTo } from '../fixtures/page.ts';
import { citizen } from '../fixtures/people.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const counter = new Counter(Number(process.env.E2E_PORT ?? 4300) + 40);
test.use({ baseURL: counter.url });
test.afterAll(async () => {
  await counter.stop();
  counter.remove();
});

test('a page in the midst of a form goes on, and changes when one wants', async ({ page, expectStatus, look }) => {
  test.setTimeout(150_000);
  expectStatus(0);
  await counter.start();
  const path = '/servizi/duplicato-tessera-elettorale/richiesta';
  await page.goto(`/accedi?next=${encodeURIComponent(path)}`);
  await page.getByRole('link', { name: 'Entra con SPID' }).click();
  const { email, ...who } = citizen();
  for (const [name, value] of Object.entries({ ...who, email, mobilePhone: '+393331234567' })) await page.locator(`#altro-${name}`).fill(value);
  await page.getByRole('button', { name: 'Entra con questi dati' }).click();
  const wizard = new Wizard(page, true);
  await wizard.at('richiedente');
  await ready(page);
  const program = () => page.evaluate(() => /import\('(\/pkg\/app\.[^']+)'\)/.exec(document.documentElement.innerHTML)?.[1] ?? '').catch(() => '');
  const before = await program();
  expect(before).toMatch(/^\/pkg\/app\./);

  await counter.stop();
  counter.update();
  await counter.start();
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  await expect(page.locator('[data-saving]')).toContainText('Bozza salvata');
  // What the browser does by itself once a day, and at each page that is loaded.
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  const offer = page.locator('[data-update]');
  await expect(offer).toContainText('C’è una nuova versione', { timeout: 20_000 });
  await expect(offer.getByRole('button', { name: 'Aggiorna' })).toBeVisible();
  await look(page);
  await narrow(page, look);
  // The page is as it was, and its program is still there for who asks.
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Traetta');
  const old = await page.request.get(before);
  expect(old.status()).toBe(200);
  expect(old.headers()['cache-control']).toContain('immutable');
  const kept = (await cached(page)).map((file) => file.path);
  expect(kept).toContain(before);

  // Pressed right after typing: saved first.
  await wizard.fill({ residenza_civico: '77' });
  await tabTo(page, '[data-update] [type=submit]');
  await page.keyboard.press('Enter');
  await expect.poll(program).toBe(before.replace('app.', 'app.0'));
  await hydrated(page);
  await wizard.at('richiedente');
  await expect(wizard.control('residenza_indirizzo')).toHaveValue('Via Traetta');
  await expect(wizard.control('residenza_civico')).toHaveValue('77');
  await expect(offer.getByRole('button', { name: 'Aggiorna' })).toBeHidden();
  expect(await onDevice(page)).toBe('');
});
