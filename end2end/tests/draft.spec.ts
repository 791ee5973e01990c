// A draft is safe: on another device, in two tabs, after the session.
import { open } from '../fixtures/page.ts';
import { citizen, identify, login } from '../fixtures/people.ts';
import { begin, rimborsoTributi, tesseraElettorale, walk } from '../fixtures/services.ts';
import { Wizard } from '../fixtures/wizard.ts';
import { pdf } from '../fixtures/files.ts';
import { expect, test } from './base.ts';

test('goes on at a computer, at the first incomplete step', async ({ page, js, visitor, look }) => {
  const who = citizen();
  const phone = await begin(page, tesseraElettorale, js, who);
  await walk(phone, tesseraElettorale, 'motivo');
  await phone.fill({ motivo: 'furto', denuncia_autorita: 'Carabinieri' });
  await phone.press('salva');
  await expect(page.locator('[data-saving]')).toContainText('Bozza salvata il');

  const desk = await visitor();
  await desk.setViewportSize({ width: 1280, height: 900 });
  await login(desk, who, '/area-personale', js);
  await look(desk);
  await desk.getByRole('link', { name: 'Continua: Duplicato della tessera elettorale' }).click();
  const computer = new Wizard(desk, js);
  await computer.at('motivo');
  await expect(desk.getByText(/Hai ripreso la bozza/)).toBeVisible();
  await expect(computer.control('denuncia_autorita')).toHaveValue('Carabinieri');
  await look(desk);
});

test('attachments survive, and can be taken out', async ({ page, js, visitor }) => {
  const who = citizen();
  const wizard = await begin(page, rimborsoTributi, js, who);
  await walk(wizard, rimborsoTributi, 'allegati');
  await wizard.attach('ricevute', pdf('prima.pdf'), pdf('seconda.pdf'));

  const other = await visitor();
  await login(other, who, '/servizi/rimborso-tributi/richiesta?passo=allegati', js);
  const there = new Wizard(other, js);
  await there.open('rimborso-tributi', 'allegati');
  await expect(there.attached('ricevute')).toHaveCount(2);
  await there.attached('ricevute').filter({ hasText: 'prima.pdf' }).getByRole('button').click();
  await expect(there.attached('ricevute')).toHaveCount(1);
  await expect(there.attached('ricevute')).toContainText('seconda.pdf');
});

test('two tabs: nothing is lost, one chooses', async ({ page, js, context, look, expectStatus }) => {
  expectStatus(409);
  const first = await begin(page, tesseraElettorale, js);
  const second = new Wizard(await context.newPage(), js);
  await second.open('duplicato-tessera-elettorale');
  await second.at('richiedente');

  await first.fill({ ...tesseraElettorale.steps[0]?.values, email: 'prima@example.it', residenza_civico: '1' });
  await first.next('motivo');

  await second.fill({ ...tesseraElettorale.steps[0]?.values, email: 'seconda@example.it', residenza_civico: '2' });
  if (!js) await second.press('avanti'); // With the bundle it is told while typing.
  const tab = second.page;
  await expect(tab.getByRole('heading', { level: 1, name: 'Ci sono due versioni della tua richiesta' })).toBeVisible();
  for (const text of ['prima@example.it', 'seconda@example.it']) await expect(tab.locator('[data-field="email"]')).toContainText(text);
  await expect(tab.locator('[data-field="residenza_indirizzo"]')).toHaveCount(0);
  await look(tab);

  await tab.getByText('Quella che hai appena scritto: seconda@example.it').click();
  await tab.getByText('Quella già salvata: 1').click();
  await tab.getByRole('button', { name: 'Tieni le risposte scelte' }).click();
  await second.at('richiedente');
  await expect(second.control('email')).toHaveValue('seconda@example.it');
  await expect(second.control('residenza_civico')).toHaveValue('1');
  await second.next('motivo');
});

test('two tabs: the rows of a group are chosen whole', async ({ page, js, context, expectStatus }) => {
  expectStatus(409);
  const first = await begin(page, rimborsoTributi, js);
  await walk(first, rimborsoTributi, 'importi');
  const second = new Wizard(await context.newPage(), js);
  await second.open('rimborso-tributi', 'importi');
  await second.at('importi');
  await first.fill({ 'annualita.0.anno': '2023', 'annualita.0.pagato': '10' });
  await first.press('salva');
  await expect(page.locator('[data-saving]')).toContainText('Bozza salvata il');

  await second.fill({ 'annualita.0.anno': '2025', 'annualita.0.pagato': '70' });
  if (!js) await second.press('salva');
  const tab = second.page;
  await expect(tab.locator('[data-field="annualita"]')).toBeVisible();
  await tab.locator('[data-field="annualita"]').getByText('Quella che hai appena scritto').click();
  await tab.getByRole('button', { name: 'Tieni le risposte scelte' }).click();
  await second.at('importi');
  await expect(second.control('annualita.0.anno')).toHaveValue('2025');
  await expect(second.control('annualita.0.pagato')).toHaveValue('70');
});

test('the session ends in the middle of the form', async ({ page, js, context, look, expectStatus }) => {
  expectStatus(401);
  const who = citizen();
  const wizard = await begin(page, tesseraElettorale, js, who);
  await walk(wizard, tesseraElettorale, 'motivo');
  await context.clearCookies();
  await wizard.fill({ motivo: 'deteriorata' });
  await wizard.press('avanti');
  if (js) {
    // What was typed stays in the page; one logs in beside it and goes on.
    await expect(page.getByText('La sessione è scaduta')).toBeVisible();
    await look(page);
    const [beside] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: /accedi di nuovo/ }).click()]);
    await identify(beside, who, js);
    await expect(wizard.control('motivo').and(page.locator('[value=deteriorata]'))).toBeChecked();
    await wizard.next('ritiro');
  } else {
    // What was typed waits in the page; the same way on.
    await expect(page.getByRole('heading', { level: 1, name: 'La sessione è scaduta' })).toBeVisible();
    await look(page);
    const [beside] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: /Accedi di nuovo/ }).click()]);
    await identify(beside, who, js);
    await page.getByRole('button', { name: 'Riprendi' }).click();
    await wizard.at('ritiro');
  }
});

test('a draft can be thrown away', async ({ page, js }) => {
  const wizard = await begin(page, tesseraElettorale, js);
  await walk(wizard, tesseraElettorale, 'motivo');
  await page.getByText('Elimina la bozza', { exact: true }).click();
  await wizard.press('elimina');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Ciao');
  await expect(page.getByText('Continua:')).toHaveCount(0);
  await open(page, '/servizi/duplicato-tessera-elettorale/richiesta', js);
  await wizard.at('richiedente');
});
