// What must not get in, and how it is told.
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { file, jpg, pdf } from '../fixtures/files.ts';
import { begin, passoCarrabile, tesseraElettorale, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

test('files: empty, of a forbidden type, too large, too many', async ({ page, js, look, expectStatus }) => {
  expectStatus(422);
  const wizard = await begin(page, passoCarrabile, js);
  await walk(wizard, passoCarrabile, 'allegati');
  const cases = [
    { id: 'planimetria', payload: file('vuoto.pdf', ''), told: /vuoto/ },
    { id: 'planimetria', payload: file('programma.pdf', 'MZ\x90\0 this is not a PDF'), told: /non è di un tipo accettato/ },
    { id: 'planimetria', payload: jpg('foto.jpg'), told: /non è di un tipo accettato/ },
    { id: 'planimetria', payload: file('grande.pdf', Buffer.alloc(10 * 1024 * 1024 + 1, '%PDF-1.4 ')), told: /troppo grande/ },
  ];
  for (const { id, payload, told } of cases) {
    await wizard.control(`allegati.${id}`).setInputFiles(payload);
    if (!js) await wizard.press('salva');
    await expect(wizard.errorOf(`allegati.${id}`), payload.name).toContainText(told);
    await expect(wizard.attached(id)).toHaveCount(0);
  }
  await look(page);
  await wizard.attach('planimetria', pdf('planimetria.pdf'));
  await wizard.control('allegati.planimetria').setInputFiles(pdf('altra.pdf'));
  if (!js) await wizard.press('salva');
  await expect(wizard.errorOf('allegati.planimetria')).toContainText('già un file');
  await expect(wizard.attached('planimetria')).toHaveCount(1);
});

test('more than may be sent at once is told', async ({ page, js, look, expectStatus }, info) => {
  test.skip(js, 'the browser checks it before the server');
  expectStatus(413);
  // From the disk: as a buffer it would travel to the browser as text.
  const huge = info.outputPath('enorme.pdf');
  writeFileSync(huge, Buffer.alloc(41 * 1024 * 1024, '%PDF-1.4 '));
  const wizard = await begin(page, passoCarrabile, js);
  await walk(wizard, passoCarrabile, 'allegati');
  await wizard.control('allegati.planimetria').setInputFiles(huge);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await wizard.press('salva');
  expect((await answered).status()).toBe(413);
  await expect(page.getByRole('heading', { level: 1, name: 'Hai inviato troppi dati' })).toBeVisible();
  await look(page);
});

test('a step that cannot be reached yet is not shown', async ({ page, js }) => {
  const wizard = await begin(page, tesseraElettorale, js);
  await wizard.open('duplicato-tessera-elettorale', 'riepilogo');
  await wizard.at('richiedente');
  await wizard.open('duplicato-tessera-elettorale', 'nessuno');
  await wizard.at('richiedente');
});

test('text where a number goes is told, and stays', async ({ page, js, expectStatus }) => {
  expectStatus(422);
  const wizard = await begin(page, passoCarrabile, js);
  await walk(wizard, passoCarrabile, 'accesso');
  await wizard.fill({ ...passoCarrabile.steps[3]?.values, larghezza: 'tre metri', posti: '1000' });
  await wizard.refused('Larghezza', 'veicoli');
  await expect(wizard.control('larghezza')).toHaveValue('tre metri');
  await expect(wizard.control('posti')).toHaveValue('1000');
});

test('the choice that another tab no longer has is refused', async ({ page, js, expectStatus }) => {
  test.skip(js, 'the browser checks it before the server');
  expectStatus(422);
  const wizard = await begin(page, tesseraElettorale, js);
  await walk(wizard, tesseraElettorale, 'motivo');
  await wizard.fill({ motivo: 'spazi' });
  await wizard.control('motivo').first().evaluate((e) => ((e as HTMLInputElement).value = 'inventato'));
  await wizard.fill({ motivo: 'inventato' });
  await wizard.refused(/Perché chiedi il duplicato.*non è nell'elenco/);
  await expect(wizard.errorOf('motivo')).toContainText('scegline una tra quelle proposte');
});
