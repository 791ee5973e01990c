// Who may see what.
import { openCase, command } from '../fixtures/office.ts';
import { open } from '../fixtures/page.ts';
import { CLERKS, citizen, login } from '../fixtures/people.ts';
import { submitted, tesseraElettorale } from '../fixtures/services.ts';
import { expect, test } from './base.ts';

test('a case is its applicant\'s and its office\'s', async ({ page, js, visitor, look, expectStatus }) => {
  expectStatus(404, 403, 401);
  const { id, protocol, who } = await submitted(page, tesseraElettorale, js);

  await test.step('a stranger does not learn that it exists', async () => {
    const stranger = await visitor();
    await login(stranger, citizen(), '/area-personale', js);
    for (const path of [`/pratiche/${id}`, `/pratiche/${id}/ricevuta`]) {
      expect((await open(stranger, path, js))?.status(), path).toBe(404);
      await expect(stranger.locator('main')).not.toContainText(protocol);
    }
    await look(stranger);
    expect((await stranger.request.get(`/api/pratiche/${id}`)).status()).toBe(404);
    expect((await stranger.request.get(`/api/pratiche/${id}/eventi`)).status()).toBe(404);
    expect((await open(stranger, '/ufficio', js))?.status()).toBe(403);
    expect((await open(stranger, `/ufficio/pratiche/${id}`, js))?.status()).toBe(403);
    await look(stranger);
  });

  await test.step('a clerk of another office neither', async () => {
    const other = await visitor();
    await login(other, CLERKS.tributi, '/ufficio', js);
    await look(other);
    await expect(other.locator('main')).not.toContainText(protocol);
    expect((await open(other, `/ufficio/pratiche/${id}`, js))?.status()).toBe(403);
    await expect(other.locator('main')).not.toContainText(who.familyName);
    await look(other);
    const answer = await other.request.post(`/api/ufficio/pratiche/${id}`, {
      headers: { origin: new URL(other.url()).origin },
      data: { azione: 'prendi_in_carico', seq: '1' },
    });
    expect(answer.status()).toBe(403);
  });

  await test.step('nobody without a login', async () => {
    const nobody = await visitor();
    for (const path of [`/pratiche/${id}`, '/area-personale', '/ufficio', `/ufficio/pratiche/${id}`]) {
      await open(nobody, path, js);
      await expect(nobody.getByRole('heading', { level: 1, name: 'Accedi' }), path).toBeVisible();
    }
  });

  await test.step('and who leaves is out', async () => {
    await page.getByRole('button', { name: 'Esci' }).click();
    await expect(page.locator('[data-element="personal-area-login"]')).toBeVisible();
    await open(page, `/pratiche/${id}`, js);
    await expect(page.getByRole('heading', { level: 1, name: 'Accedi' })).toBeVisible();
  });
});

test('the office declares a request inadmissible, with reasons', async ({ page, js, visitor, look, expectStatus }) => {
  expectStatus(422);
  const { id, protocol } = await submitted(page, tesseraElettorale, js);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, js);
  await command(clerk, 'prendi_in_carico');
  await expect(clerk.locator('main p[data-state]')).toHaveAttribute('data-state', 'istruttoria');
  await command(clerk, 'irricevibile', { motivo: '' });
  await expect(clerk.locator('#errori')).toBeVisible();
  await command(clerk, 'irricevibile', { motivo: 'Non sei iscritto nelle liste di questo Comune.' });
  await expect(clerk.locator('main p[data-state]')).toHaveAttribute('data-state', 'irricevibile');
  await open(page, `/pratiche/${id}`, js);
  await expect(page.locator('main')).toContainText('Non sei iscritto nelle liste di questo Comune.');
  await look(page);
});

test('a command on a case that went on meanwhile is refused', async ({ page, js, visitor, look, expectStatus }) => {
  expectStatus(409, 0);
  const { protocol } = await submitted(page, tesseraElettorale, js);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, js);
  const stale = await clerk.context().newPage();
  // The page must not follow the case: it is not told.
  await stale.route('**/eventi', (route) => route.abort());
  await open(stale, new URL(clerk.url()).pathname, js);
  await command(clerk, 'prendi_in_carico');
  await expect(clerk.locator('main p[data-state]')).toHaveAttribute('data-state', 'istruttoria');
  const answered = stale.waitForResponse((response) => response.request().method() === 'POST');
  await command(stale, 'prendi_in_carico');
  expect((await answered).status()).toBe(409);
  await expect(stale.locator('h1')).toHaveCount(1);
  await look(stale);
});

test('a citizen takes her request back', async ({ page, js }) => {
  const { id } = await submitted(page, tesseraElettorale, js);
  await open(page, `/pratiche/${id}`, js);
  await page.getByText('Ritira la richiesta', { exact: true }).click();
  await page.getByRole('button', { name: 'Sì, ritira la richiesta' }).click();
  await expect(page.locator('main p[data-state]')).toHaveAttribute('data-state', 'ritirata');
});

test('a login that fails says why', async ({ page, js, look, expectStatus }) => {
  expectStatus(401, 403);
  await page.goto('/accedi?next=/area-personale');
  await page.getByRole('link', { name: 'Entra con SPID' }).click();
  if (!js) await page.getByRole('button', { name: 'Continua' }).click();
  await page.locator('button[name=outcome][value=nr25]').click();
  if (!js) await page.getByRole('button', { name: 'Continua' }).click();
  await expect(page.locator('main')).toContainText(/annullat/i);
  await look(page);
});
