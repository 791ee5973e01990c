// The open page follows the case.
import type { Request } from '@playwright/test';
import { command, openCase, state } from '../fixtures/office.ts';
import { hydrated, open } from '../fixtures/page.ts';
import { CLERKS } from '../fixtures/people.ts';
import { submitted, tesseraElettorale } from '../fixtures/services.ts';
import { Wire } from '../fixtures/wire.ts';
import { expect, test } from './base.ts';

test('an event is on the open page within a second, without a reload', async ({ page, visitor }, info) => {
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  await open(page, `/pratiche/${id}`, true);
  // The page itself notes when its state has changed; that it can tell says that it was not reloaded.
  await page.evaluate(() => {
    const shown = document.querySelector('main p[data-state]');
    const here = window as unknown as { changed: Promise<number> };
    here.changed = new Promise((resolve) => new MutationObserver(() => resolve(Date.now())).observe(shown as Element, { attributes: true }));
  });
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  const answered = clerk.waitForResponse((response) => response.request().method() === 'POST');
  await command(clerk, 'prendi_in_carico');
  await answered;
  const start = Date.now();
  const seen = await page.evaluate(() => (window as unknown as { changed: Promise<number> }).changed);
  info.annotations.push({ type: 'seen after', description: `${seen - start} ms` });
  expect(seen - start, 'milliseconds after the clerk had her answer').toBeLessThanOrEqual(1_000);
  await expect(state(page)).toHaveAttribute('data-state', 'istruttoria');
});

test('what was missed while the stream was cut is made up for', async ({ page, visitor }) => {
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  const streams: Request[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/eventi')) streams.push(request);
  });
  const wire = new Wire();
  try {
    const opened = page.waitForResponse('**/eventi');
    await open(page, `${await wire.url()}/pratiche/${id}`, true);
    expect((await opened).status()).toBe(200);
    // Headers come before the first event: only what was told can be said to be seen.
    await page.waitForTimeout(500);
    wire.sever();
    await command(clerk, 'prendi_in_carico');
    await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
    await expect(state(page)).toHaveAttribute('data-state', 'protocollata');
    wire.mend();
    await expect(state(page)).toHaveAttribute('data-state', 'istruttoria', { timeout: 15_000 });
    expect(streams.length, 'the stream was opened anew').toBeGreaterThan(1);
    const last = streams.at(-1) as Request;
    expect(Number((await last.allHeaders())['last-event-id']), 'and says what was seen').toBeGreaterThan(0);
  } finally {
    wire.close();
  }
});

test('only what came after Last-Event-ID is told again', async ({ page, visitor }) => {
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  await command(clerk, 'prendi_in_carico');
  await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
  /** Ids of the events that a stream begins with, up to the newest. */
  const told = (last: number | undefined) =>
    page.evaluate(
      async ({ url, last, newest }) => {
        const stop = new AbortController();
        const headers: HeadersInit = last === undefined ? {} : { 'last-event-id': String(last) };
        const answer = await fetch(url, { headers, signal: stop.signal });
        const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
        const ids: number[] = [];
        for (let text = ''; !ids.includes(newest); ) {
          text += (await reader.read()).value ?? '';
          ids.splice(0, ids.length, ...[...text.matchAll(/^id: ?(\d+)$/gm)].map((found) => Number(found[1])));
        }
        stop.abort();
        return ids;
      },
      { url: `/api/pratiche/${id}/eventi`, last, newest },
    );
  // What follows by itself (messages, papers) has come.
  let newest = 0;
  const settled = async () => {
    const before = newest;
    newest = Number(await clerk.locator('[data-live]').getAttribute('data-seq'));
    return newest > 1 && newest === before;
  };
  await expect.poll(settled, { intervals: [3_000], timeout: 30_000 }).toBe(true);
  const all = Array.from({ length: newest }, (_, n) => n + 1);
  expect(await told(0)).toEqual(all);
  expect(await told(1)).toEqual(all.slice(1));
  expect(await told(newest - 1)).toEqual([newest]);
  expect(await told(undefined), 'nothing seen: the newest').toEqual([newest]);
});

test('a hidden tab lets its stream go, and catches up when it is seen again', async ({ page, visitor, expectStatus }) => {
  expectStatus(0);
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  const opened = page.waitForResponse('**/eventi');
  await open(page, `/pratiche/${id}`, true);
  await opened;
  const turn = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
  const closed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/eventi'));
  await turn(true);
  await closed;
  await command(clerk, 'prendi_in_carico');
  await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
  await expect(state(page)).toHaveAttribute('data-state', 'protocollata');
  await turn(false);
  await expect(state(page)).toHaveAttribute('data-state', 'istruttoria', { timeout: 2_000 });
});

test('a stream that was refused is asked for again', async ({ page, visitor, expectStatus }) => {
  expectStatus(503);
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  await page.route('**/eventi', (route) => route.fulfill({ status: 503, body: '' }));
  const refused = page.waitForResponse('**/eventi');
  await open(page, `/pratiche/${id}`, true);
  await refused;
  await command(clerk, 'prendi_in_carico');
  await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
  await expect(state(page)).toHaveAttribute('data-state', 'protocollata');
  await page.unroute('**/eventi');
  await expect(state(page)).toHaveAttribute('data-state', 'istruttoria', { timeout: 15_000 });
});

test('a server in trouble does not take the page away', async ({ page, visitor, expectStatus }) => {
  expectStatus(500);
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  await open(page, `/pratiche/${id}`, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  const broken = { title: 'Guasto', header: null, main: { html: '<main><h1>Guasto</h1></main>' } };
  await page.route(`**/api/pratiche/${id}`, (route) => route.fulfill({ status: 500, json: broken }));
  await Promise.all([page.waitForResponse((response) => response.status() === 500), command(clerk, 'prendi_in_carico')]);
  await expect(state(page)).toHaveAttribute('data-state', 'protocollata');
  await page.unroute(`**/api/pratiche/${id}`);
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
  await expect(clerk.getByText('Ci sono novità')).toBeVisible();
  await expect(text).toHaveValue('Una motivazione lunga');
  await clerk.getByRole('button', { name: 'Aggiorna la pagina' }).click();
  await expect(state(clerk)).toHaveAttribute('data-state', 'ritirata');
});

test('news never takes away what was written and refused', async ({ page, visitor, expectStatus }) => {
  expectStatus(422);
  const { id, protocol } = await submitted(page, tesseraElettorale, true);
  const clerk = await visitor();
  await openCase(clerk, CLERKS.elettorale, protocol, true);
  await command(clerk, 'prendi_in_carico');
  await expect(state(clerk)).toHaveAttribute('data-state', 'istruttoria');
  await command(clerk, 'chiedi_integrazione', { motivo: 'Una spiegazione lunga' });
  await expect(clerk.locator('#errori')).toBeVisible();
  await hydrated(clerk);
  const text = clerk.locator('form').filter({ has: clerk.locator('button[value=chiedi_integrazione]') }).locator('[name=motivo]');
  await expect(text).toHaveValue('Una spiegazione lunga');
  await open(page, `/pratiche/${id}`, true);
  await page.getByText('Ritira la richiesta', { exact: true }).click();
  await page.getByRole('button', { name: 'Sì, ritira la richiesta' }).click();
  await expect(clerk.getByText('Ci sono novità')).toBeVisible();
  await expect(text).toHaveValue('Una spiegazione lunga');
});
