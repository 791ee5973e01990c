// The guided form without network: what is typed waits on the device, and arrives.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { browserIn, onDevice, ready } from '../fixtures/app.ts';
import { pdf } from '../fixtures/files.ts';
import { open } from '../fixtures/page.ts';
import { type Person, citizen, identify, login } from '../fixtures/people.ts';
import { begin, fillStep, rimborsoTributi, tesseraElettorale, walk } from '../fixtures/services.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const STEPS = rimborsoTributi.steps;
const PATH = `/servizi/${rimborsoTributi.slug}/richiesta`;

/** What the server keeps of a draft. */
async function kept(page: Page, slug = rimborsoTributi.slug): Promise<string> {
  return (await page.request.get(`/api/servizi/${slug}/richiesta`)).text();
}

function step(id: string) {
  const found = STEPS.find((step) => step.id === id);
  if (!found) throw new Error(id);
  return found;
}

test('the network goes and comes back while one fills', async ({ page, context, expectStatus, look }) => {
  expectStatus(0);
  const wizard = await begin(page, rimborsoTributi, true);
  await walk(wizard, rimborsoTributi, 'tributo');
  expect(await onDevice(page)).toBe('');

  await context.setOffline(true);
  await fillStep(wizard, step('tributo'));
  await expect(page.locator('[data-saving]')).toContainText('Salvato su questo dispositivo');
  await look(page);
  await wizard.next('importi');
  await wizard.press('indietro');
  await wizard.at('tributo');
  await expect(wizard.control('spiegazione')).toHaveValue('Ho pagato due volte la rata di giugno.');
  await wizard.next('importi');
  await fillStep(wizard, step('importi'));
  await wizard.next('iban');
  await fillStep(wizard, step('iban'));
  await wizard.next('allegati');
  await wizard.attach('ricevute', pdf('prima.pdf'), pdf('seconda.pdf'));
  await expect(wizard.attached('ricevute').first()).toContainText('su questo dispositivo');
  await wizard.attached('ricevute').filter({ hasText: 'seconda.pdf' }).getByRole('button').click();
  await expect(wizard.attached('ricevute')).toHaveCount(1);
  await look(page);
  await wizard.next('dichiarazioni');
  await wizard.declareAll();
  await wizard.next('riepilogo');
  await expect(page.getByText('serve la rete')).toBeVisible();
  await wizard.press('invia');
  await expect(page.locator('[data-saving]')).toContainText('Nessuna connessione');
  expect(await onDevice(page)).not.toContain('fiscalNumber');

  await context.setOffline(false);
  // The summary comes by itself, and with it what was read can be sent.
  await expect(page.locator('main')).toContainText('IT60X0542811101000000123456', { timeout: 15_000 });
  await expect(page.locator('main')).toContainText('Ho pagato due volte la rata di giugno.');
  expect(await onDevice(page)).toBe('');
  expect(await kept(page)).toContain('prima.pdf');
  await wizard.send();
  await expect(page.locator('main')).toContainText('prima.pdf');
});

test('closed and opened again without network, then it arrives', async ({ launchOptions, watched }) => {
  watched.expected.add(0);
  watched.expected.add(401);
  const folder = mkdtempSync(join(tmpdir(), 'sportello-browser-'));
  const start = () => browserIn(folder, launchOptions.executablePath, launchOptions.args);
  const who = citizen();
  try {
    const first = await start();
    watched.follow(first);
    let page = first.pages()[0] ?? (await first.newPage());
    let wizard = await begin(page, rimborsoTributi, true, who);
    await ready(page);
    await walk(wizard, rimborsoTributi, 'tributo');
    await first.setOffline(true);
    await fillStep(wizard, step('tributo'));
    await wizard.next('importi');
    await fillStep(wizard, step('importi'));
    await expect.poll(() => onDevice(page)).toContain('16/06/2024');
    watched.forget(first);
    await first.close();

    const second = await start();
    watched.follow(second);
    await second.setOffline(true);
    page = second.pages()[0] ?? (await second.newPage());
    await open(page, '/area-personale', true);
    await page.getByRole('link', { name: rimborsoTributi.title }).click();
    wizard = new Wizard(page, true);
    await wizard.at('importi');
    await expect(page.getByText('Sei senza rete: puoi andare avanti lo stesso')).toBeVisible();
    await expect(wizard.control('annualita.0.pagato')).toHaveValue('300,50');
    await wizard.next('iban');
    await fillStep(wizard, step('iban'));
    await wizard.next('allegati');
    await wizard.attach('ricevute', pdf('ricevuta.pdf'));
    await page.reload();
    await wizard.at('allegati');
    await expect(wizard.attached('ricevute')).toContainText('ricevuta.pdf');

    // The session ended with the browser: told, and one logs in again.
    await second.setOffline(false);
    await expect(page.locator('[data-saving]')).toContainText('La sessione è scaduta', { timeout: 15_000 });
    await page.goto(`/accedi?next=${encodeURIComponent(`${PATH}?passo=allegati`)}`);
    await identify(page, who, true);
    await wizard.at('allegati');
    await expect(wizard.attached('ricevute')).toContainText('ricevuta.pdf');
    await expect.poll(() => onDevice(page)).toBe('');
    const there = await kept(page);
    for (const text of ['rata di giugno', '300,50', 'IT60', 'ricevuta.pdf']) expect(there).toContain(text);
    watched.forget(second);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The same person's draft changed on two devices, one of them without network. */
async function diverged(page: Page, other: Page, who: Person) {
  const here = await begin(page, tesseraElettorale, true, who);
  await walk(here, tesseraElettorale, 'motivo');
  await page.context().setOffline(true);
  await here.press('indietro');
  await here.at('richiedente');
  await here.fill({ email: 'qui@example.it' });
  await here.next('motivo');
  await here.fill({ motivo: 'deteriorata' });
  await here.next('ritiro');
  await here.fill({ consegna: 'delegato', ritiro_nome: 'Rosa Bianchi' });
  await expect.poll(() => onDevice(page)).toContain('Rosa Bianchi');

  await login(other, who, '/area-personale', true);
  const there = new Wizard(other, true);
  await there.open(tesseraElettorale.slug, 'richiedente');
  await there.fill({ email: 'altrove@example.it' });
  await there.press('salva');
  await expect(other.locator('[data-saving]')).toContainText('Bozza salvata');
  return here;
}

for (const choice of ['Quella che hai appena scritto: qui@example.it', 'Quella già salvata: altrove@example.it']) {
  test(`another device saved meanwhile: one chooses "${choice}"`, async ({ page, visitor, expectStatus, look }) => {
    expectStatus(0, 409);
    const here = await diverged(page, await visitor(), citizen());
    await page.context().setOffline(false);
    await expect(page.getByRole('heading', { level: 1, name: 'Ci sono due versioni della tua richiesta' })).toBeVisible({ timeout: 15_000 });
    await look(page);
    await page.getByText(choice).click();
    await page.getByRole('button', { name: 'Tieni le risposte scelte' }).click();
    await here.at('richiedente');
    await expect(here.control('email')).toHaveValue(choice.split(': ')[1] ?? '');
    // The steps after it waited on the device, and have arrived as well.
    await expect.poll(() => onDevice(page)).toBe('');
    await here.next('motivo');
    await here.next('ritiro');
    await expect(here.control('ritiro_nome')).toHaveValue('Rosa Bianchi');
  });
}

test('who does not choose is asked again, and loses nothing', async ({ page, visitor, expectStatus }) => {
  expectStatus(0, 409);
  await diverged(page, await visitor(), citizen());
  await page.context().setOffline(false);
  const title = page.getByRole('heading', { level: 1, name: 'Ci sono due versioni della tua richiesta' });
  await expect(title).toBeVisible({ timeout: 15_000 });
  await page.goto(`/servizi/${tesseraElettorale.slug}/richiesta`);
  await expect(title).toBeVisible();
  await expect(page.locator('main')).toContainText('qui@example.it');
  expect(await onDevice(page)).toContain('Rosa Bianchi');
});

test('"Esci" takes everything away; another person sees nothing', async ({ page, context, expectStatus }) => {
  expectStatus(0);
  const wizard = await begin(page, tesseraElettorale, true);
  await ready(page);
  await context.setOffline(true);
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  await expect(page.locator('[data-saving]')).toContainText('Salvato su questo dispositivo');
  expect(await onDevice(page)).toContain('Via Traetta');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Esci' }).click();
  await expect(page.locator('[data-element="personal-area-login"]')).toBeVisible();
  expect(await onDevice(page)).toBe('');

  const other = await begin(page, tesseraElettorale, true, citizen());
  await ready(page);
  await expect(other.control('residenza_indirizzo')).not.toHaveValue('Via Traetta');
});

test('who logs in on the device of another does not see her draft', async ({ page, context, expectStatus }) => {
  expectStatus(0, 401);
  const wizard = await begin(page, tesseraElettorale, true);
  await ready(page);
  await context.setOffline(true);
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  await expect(page.locator('[data-saving]')).toContainText('Salvato su questo dispositivo');
  await page.goto('/servizi'); // Without network her draft cannot arrive.
  await context.clearCookies();
  await context.setOffline(false);
  const other = await begin(page, tesseraElettorale, true, citizen());
  await expect(other.control('residenza_indirizzo')).not.toHaveValue('Via Traetta');
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sei senza rete');
  await expect(page.locator('[data-drafts] a')).toHaveCount(0);
});

test('what was never sent goes after a week', async ({ page, context, expectStatus }) => {
  expectStatus(0);
  const wizard = await begin(page, tesseraElettorale, true);
  await ready(page);
  await context.setOffline(true);
  await wizard.fill({ residenza_indirizzo: 'Via Traetta' });
  await expect(page.locator('[data-saving]')).toContainText('Salvato su questo dispositivo');
  await page.clock.install({ time: Date.now() + 8 * 86_400_000 });
  await page.goto('/offline');
  await expect.poll(() => onDevice(page)).toBe('');
});
