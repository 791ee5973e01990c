// The rating at the end of a page: Modello Comuni C.SI.2.5, with the words that its validator wants.
import { open } from '../fixtures/page.ts';
import { CLERKS, login } from '../fixtures/people.ts';
import { expect, test } from './base.ts';

const GOOD = [
  'Le indicazioni erano chiare',
  'Le indicazioni erano complete',
  'Capivo sempre che stavo procedendo correttamente',
  'Non ho avuto problemi tecnici',
  'Altro',
];
const BAD = [
  'A volte le indicazioni non erano chiare',
  'A volte le indicazioni non erano complete',
  'A volte non capivo se stavo procedendo correttamente',
  'Ho avuto problemi tecnici',
  'Altro',
];

test('stars, the question that fits, a few words, thanks', async ({ page, js, look, expectStatus }) => {
  expectStatus(422);
  await open(page, '/servizi/passo-carrabile', js);
  const form = page.locator('[data-element="feedback"]');
  const part = (name: string) => form.locator(`[data-element="feedback-${name}"]`);
  await expect(part('title')).toHaveText('Quanto sono chiare le informazioni su questa pagina?');
  await expect(part('rating-positive')).toBeHidden();
  await expect(part('rating-negative')).toBeHidden();
  for (const stars of [1, 2, 3, 4, 5, 2]) {
    await part(`rate-${stars}`).click();
    const [shown, hidden, answers] = stars > 3 ? ['positive', 'negative', GOOD] : ['negative', 'positive', BAD];
    await expect(part(`rating-${shown}`)).toBeVisible();
    await expect(part(`rating-${hidden}`)).toBeHidden();
    await expect(part(`rating-${shown}`).locator('[data-element="feedback-rating-answer"]')).toHaveText(answers);
  }
  await look(page);
  await form.getByText('Ho avuto problemi tecnici', { exact: true }).click();
  await form.getByLabel('Vuoi aggiungere altri dettagli?').fill('x'.repeat(201));
  await form.getByRole('button', { name: 'Invia' }).click();
  await expect(page.locator('#errori')).toContainText('troppo lungo: 201 caratteri');
  await expect(page.getByRole('radio', { name: '2 stelle su 5' })).toBeChecked();
  await expect(page.getByRole('radio', { name: 'Ho avuto problemi tecnici', exact: true })).toBeChecked();
  await look(page);
  await page.getByLabel('Vuoi aggiungere altri dettagli?').fill('La pagina è lenta.');
  await page.getByRole('button', { name: 'Invia' }).click();
  await expect(page.locator('h1')).toContainText('Grazie, il tuo parere');
  await look(page);
  await page.getByRole('link', { name: 'Torna a: Passo carrabile' }).click();
  await expect(page.locator('h1')).toHaveText('Passo carrabile');

  await login(page, CLERKS.elettorale, '/ufficio/valutazioni', js);
  await expect(page.locator('[data-ratings] li').filter({ hasText: 'La pagina è lenta.' }).first()).toContainText('2 stelle');
  await look(page);
});
