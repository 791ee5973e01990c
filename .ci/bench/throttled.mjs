// Six pages on a slow phone: 5/1 Mbps, 100 ms, a processor four times slower, by Chromium's own
// throttling. LCP, TBT until five seconds after load, and in the form, with its program running,
// the interaction to next paint of 30 typed characters.
import { median, round, sleep } from './common.mjs';
import { sixPages, withCounter } from './counter.mjs';
import { withBrowser, withPhone } from './browser.mjs';

export const about = 'six pages at 5/1 Mbps, 100 ms, CPU x4: LCP, TBT, typing';

const RUNS = 3;
const NETWORK = { offline: false, latency: 100, downloadThroughput: 5e6 / 8, uploadThroughput: 1e6 / 8 };
const SLOWER = 4;
const TYPED = 'Via Giuseppe Garibaldi, scala B';
/** Between two keys, milliseconds: a quick typist. */
const KEY_MS = 120;

export async function run() {
  const pages = await withCounter({}, async (counter) => {
    const six = await sixPages(counter);
    return withBrowser(async (browser) => {
      const told = [];
      for (const page of six) {
        const runs = [];
        for (let n = 0; n < RUNS; n += 1) runs.push(await visit(browser, counter.url, page));
        told.push({ name: page.name, ...medians(runs), runs });
      }
      return told;
    });
  });
  return {
    tables: [
      {
        head: ['page', 'FCP ms', 'LCP ms', 'TBT ms', 'hydrated ms', 'typing INP ms', 'slow keys'],
        rows: pages.map((page) => [page.name, page.fcp, page.lcp, page.tbt, page.hydrated, page.inp, page.slow]),
      },
    ],
    notes: ['typing: the worst of 30 keys, of which the browser reports those of 16 ms and more; slow: of 200 ms and more'],
    floors: [],
    figures: { network: NETWORK, slower: SLOWER, runs: RUNS, pages },
  };
}

async function visit(browser, url, { name, path, cookie }) {
  return withPhone(browser, url, cookie, async (page, protocol) => {
    await protocol.send('Network.enable');
    await protocol.send('Network.emulateNetworkConditions', NETWORK);
    await protocol.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.addInitScript(watch);
    await page.goto(url + path, { waitUntil: 'load', timeout: 60_000 });
    await sleep(5_000);
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 60_000 });
    const loaded = await page.evaluate(() => window.seen());
    return { ...loaded, ...(name === 'form' ? await type(page) : { inp: null, slow: null }) };
  });
}

async function type(page) {
  const field = page.locator('[name="residenza_indirizzo"]');
  await field.fill('');
  await field.focus();
  await page.evaluate(() => { window.keys = new Map(); });
  await page.keyboard.type(TYPED.slice(0, 30), { delay: KEY_MS });
  await sleep(1_500);
  const keys = await page.evaluate(() => [...window.keys.values()]);
  // Fewer than 50 interactions: INP is the worst. None reported: each was below 16 ms.
  return { inp: Math.max(...keys, 0), slow: keys.filter((ms) => ms >= 200).length, reported: keys.length };
}

/** Runs in the page, before anything of it. */
function watch() {
  const tasks = [];
  let lcp = 0;
  let hydrated = null;
  window.keys = new Map();
  const observe = (type, options, each) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...options });
  observe('largest-contentful-paint', {}, (entry) => { lcp = entry.startTime; });
  observe('longtask', {}, (entry) => tasks.push(entry));
  observe('event', { durationThreshold: 16 }, ({ interactionId, duration }) => {
    if (interactionId) window.keys.set(interactionId, Math.max(duration, window.keys.get(interactionId) ?? 0));
  });
  new MutationObserver(() => {
    if (document.documentElement?.hasAttribute('data-hydrated')) hydrated ??= performance.now();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-hydrated'] });
  window.seen = () => {
    const fcp = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null;
    const end = performance.getEntriesByType('navigation')[0].loadEventEnd + 5_000;
    const blocking = tasks.filter((task) => task.startTime >= fcp && task.startTime < end);
    return { fcp, lcp, tbt: blocking.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0), hydrated };
  };
}

const medians = (runs) => Object.fromEntries(['fcp', 'lcp', 'tbt', 'hydrated', 'inp', 'slow'].map((name) => [name, round(median(runs.map((run) => run[name])))]));
