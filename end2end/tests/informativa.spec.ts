// The privacy notice of a service: its version, the channels, the link of the declarations' step,
// the receipt; and the administrator's register.
import { open } from '../fixtures/page.ts';
import { CLERKS, login } from '../fixtures/people.ts';
import { begin, tesseraElettorale, walk } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

const notice = `/servizi/${tesseraElettorale.slug}/privacy`;

test('the notice tells its version and what each channel does', async ({ page, js, look }) => {
  await open(page, notice, js);
  await expect(page.locator('h1')).toHaveText('Come usiamo i tuoi dati');
  const version = await page.locator('[data-notice]').getAttribute('data-notice');
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  await expect(page.locator('[data-channel] h3')).toHaveText([
    'Lo sportello, in questo sito e in ufficio', 'L\'app IO', 'L\'e-mail',
  ]);
  await look(page);
  await open(page, `${notice}?versione=${version}`, js);
  await expect(page.locator('[data-notice]')).toContainText(`Versione ${version}, vale dal`);
});

test('who declares that she read it is led to that version, and the receipt names it', async ({ page, js, look }) => {
  const wizard = await begin(page, tesseraElettorale, js);
  await walk(wizard, tesseraElettorale, 'dichiarazioni');
  await wizard.at('dichiarazioni');
  const version = await wizard.control('informativa').getAttribute('value');
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  await expect(wizard.form.locator(`a[href="${notice}?versione=${version}"]`)).toBeVisible();
  await walk(wizard, tesseraElettorale);
  await wizard.send();
  await expect(page.locator('[data-notice]')).toHaveAttribute('href', `${notice}?versione=${version}`);
  await look(page);
});

test('the register of processing activities, for the administrator', async ({ page, js, look }) => {
  await login(page, CLERKS.elettorale, '/ufficio/trattamenti', js);
  await expect(page.locator('h1')).toHaveText('Registro dei trattamenti');
  const card = page.locator(`#${tesseraElettorale.slug}`);
  await expect(card).toContainText('Base giuridica');
  await expect(card.getByRole('link')).toHaveAttribute('href', new RegExp(`^${notice}\\?versione=[0-9a-f]{12}$`));
  await look(page);
});
