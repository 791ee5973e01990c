// What Chromium gets of each page with an empty cache, by kind, from its own network log. Bodies as
// they came, against the budgets, which are of bodies too; and all with the headers.
import { atMost, kb, round } from './common.mjs';
import { sixPages, withCounter } from './counter.mjs';
import { withBrowser, withPhone } from './browser.mjs';

export const about = 'bytes of six pages, before and with the bundle, against the budgets';

/** KB, of the budget before the bundle and of the bundle. */
const BUDGETS = { page: 110, bundle: 200, html: 20, css: 20 };

export async function run() {
  const pages = await withCounter({}, async (counter) => {
    const six = await sixPages(counter);
    return withBrowser(async (browser) => {
      const told = [];
      for (const page of six) told.push({ name: page.name, ...(await weigh(browser, counter.url, page)) });
      return told;
    });
  });
  const floors = pages.flatMap(({ name, sums }) =>
    Object.entries(BUDGETS).map(([kind, most]) => atMost(`${name}: ${kind}, KB`, round(sums[kind] / 1024, 1), most)),
  );
  const kinds = ['html', 'css', 'font', 'image', 'other', 'page', 'bundle', 'wire'];
  const budget = (kind) => BUDGETS[kind] ?? '';
  return {
    tables: [
      {
        head: ['KB', ...kinds],
        rows: [...pages.map(({ name, sums }) => [name, ...kinds.map((kind) => kb(sums[kind]))]), ['budget', ...kinds.map(budget)]],
      },
    ],
    notes: ['page: all that comes before the bundle; bundle: JS and WASM, loaded when the page is idle; wire: all, with headers'],
    floors,
    figures: { budgets_kb: BUDGETS, pages },
  };
}

async function weigh(browser, url, { path, cookie }) {
  return withPhone(browser, url, cookie, async (page, protocol) => {
    const requests = new Map();
    await protocol.send('Network.enable');
    protocol.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
      requests.set(requestId, { url: request.url, type, head: 0, bytes: 0 });
    });
    // First the head, in the end all of it.
    protocol.on('Network.responseReceived', ({ requestId, response }) => {
      const request = requests.get(requestId);
      if (request) request.head = response.encodedDataLength;
    });
    protocol.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const request = requests.get(requestId);
      if (request) request.bytes = encodedDataLength - request.head;
    });
    await page.goto(url + path, { waitUntil: 'load' });
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    const files = [...requests.values()]
      // Pictures inside the page are no transfer.
      .filter((request) => request.url.startsWith('http'))
      .map((request) => ({ ...request, url: request.url.slice(url.length), kind: kind(request) }));
    const sum = (...kinds) => files.filter((file) => kinds.includes(file.kind)).reduce((total, file) => total + file.bytes, 0);
    const sums = Object.fromEntries(['html', 'css', 'font', 'image', 'other', 'bundle'].map((kind) => [kind, sum(kind)]));
    sums.page = sum('html', 'css', 'font', 'image', 'other');
    sums.wire = files.reduce((total, { head, bytes }) => total + head + bytes, 0);
    return { sums, files };
  });
}

function kind({ url, type }) {
  if (/\.(js|wasm)$/.test(new URL(url).pathname)) return 'bundle';
  return { Document: 'html', Stylesheet: 'css', Font: 'font', Image: 'image' }[type] ?? 'other';
}
