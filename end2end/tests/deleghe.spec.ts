// One person acts for another: the delegation is given, used, seen by both, and taken back.
import type { Page } from '@playwright/test';
import { choose, speaks } from '../fixtures/language.ts';
import { openCase } from '../fixtures/office.ts';
import { fact, hydrated, narrow, open } from '../fixtures/page.ts';
import { CLERKS, type Person, citizen, login } from '../fixtures/people.ts';
import { tesseraElettorale as service, walk } from '../fixtures/services.ts';
import { Wizard, day } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const PAGE = '/area-personale/deleghe';

async function fill(page: Page, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) await page.locator(`#nuova [name="${name}"]`).fill(value);
}

/** Gives a delegation for all services until `last`. */
async function give(page: Page, to: Person, last: string) {
  await fill(page, { nome: to.name, cognome: to.familyName, codice_fiscale: to.fiscalNumber, al: last });
  await page.locator('#nuova').getByText('Tutti i servizi che si possono chiedere con una delega').click();
  await page.locator('label[for="c-conferma"]').click({ position: { x: 12, y: 12 } });
  await page.getByRole('button', { name: 'Dai la delega' }).click();
}

test('a request for somebody else, by a delegation', async ({ page, js, visitor, look, expectStatus }) => {
  test.setTimeout(120_000);
  expectStatus(422, 403);
  const [giver, delegate] = [citizen(), citizen()];
  const other = await visitor();

  await test.step('she gives it, after a mistake that costs nothing', async () => {
    await login(page, giver, PAGE, js);
    await look(page);
    await give(page, delegate, day(500));
    await expect(page.locator('#errori')).toContainText('al massimo un anno');
    await expect(page.locator('#nuova [name="cognome"]')).toHaveValue(delegate.familyName);
    await look(page);
    await fill(page, { al: day(30) });
    await page.getByRole('button', { name: 'Dai la delega' }).click();
    await expect(page.locator('[data-delegations="given"] li')).toContainText(delegate.fiscalNumber);
    await look(page);
    await narrow(page, look);
  });

  const protocol = await test.step('the delegate begins for her, and nobody asks for paper', async () => {
    await login(other, delegate, PAGE, js);
    const received = other.locator('[data-delegations="received"] li');
    await expect(received).toContainText(`${giver.name} ${giver.familyName}`);
    await expect(other.locator('main')).not.toContainText(giver.fiscalNumber);
    await received.getByRole('combobox').selectOption(service.slug);
    await look(other);
    await other.getByRole('button', { name: 'Comincia una richiesta per questa persona' }).click();
    const wizard = new Wizard(other, js);
    await wizard.at('richiedente');
    await expect(other.locator('main')).toContainText(`Compili per conto di ${giver.name} ${giver.familyName}`);
    await expect(wizard.control('rappresentato_codice_fiscale')).toHaveCount(0);
    await look(other);
    await walk(wizard, service);
    await expect(other.locator('main')).toContainText(giver.fiscalNumber);
    return wizard.send();
  });

  await test.step('both see the case, the clerk sees the proof', async () => {
    for (const person of [page, other]) {
      await open(person, `/pratiche/${protocol.id}`, js);
      await expect(fact(person, 'Per conto di')).toHaveText(`${giver.name} ${giver.familyName}`);
      await look(person);
    }
    const clerk = await visitor();
    await openCase(clerk, CLERKS.elettorale, protocol.protocol, js);
    await expect(fact(clerk, 'In qualità di')).toHaveText('delegato');
    await expect(fact(clerk, 'Prova')).toContainText('delega nello Sportello del');
    await look(clerk);
  });

  await test.step('she takes it back: the delegate is told, the case stays hers', async () => {
    await open(page, PAGE, js);
    await page.getByText('Revoca la delega', { exact: true }).click();
    await page.getByRole('button', { name: 'Sì, revoca la delega' }).click();
    await expect(page.locator('[data-delegations="given"] li')).toHaveAttribute('data-state', 'revocata');
    expect((await open(other, `/pratiche/${protocol.id}`, js))?.status()).toBe(403);
    await expect(other.locator('main')).toContainText('ha revocato la delega');
    await look(other);
    await open(page, '/area-personale', js);
    await expect(page.locator('[data-cases]')).toContainText(service.title);
  });
});

test('delegations in English', async ({ page, js, look }) => {
  await login(page, citizen(), PAGE, js);
  await choose(page, 'English');
  if (js) await hydrated(page);
  await speaks(page, 'en');
  await look(page);
});
