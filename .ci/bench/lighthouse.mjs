// Lighthouse as a phone, with its simulated throttling, on six pages: median of three. Its scores
// move with the machine's load: they are told against the aim and fail nothing.
import { createServer } from 'node:net';
import { median } from './common.mjs';
import { sixPages, withCounter } from './counter.mjs';
import { cookies, withOpenBrowser } from './browser.mjs';

export const about = 'Lighthouse, mobile, six pages, median of three';

const RUNS = 3;
const AIMS = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
const METRICS = {
  fcp_ms: 'first-contentful-paint',
  lcp_ms: 'largest-contentful-paint',
  tbt_ms: 'total-blocking-time',
  cls: 'cumulative-layout-shift',
};

export async function run() {
  // Here, so that the other stages do without it.
  const { default: lighthouse } = await import('lighthouse');
  const port = await freePort();
  const pages = await withCounter({}, async (counter) => {
    const six = await sixPages(counter);
    return withOpenBrowser(port, async (give) => {
      const told = [];
      for (const { name, path, cookie } of six) {
        await give(cookies(counter.url, cookie));
        const runs = [];
        for (let n = 0; n < RUNS; n += 1) runs.push(await look(lighthouse, port, counter.url + path));
        told.push({ name, ...medians(runs), failing: [...new Set(runs.flatMap((run) => run.failing))] });
      }
      return told;
    });
  });
  const names = Object.keys(AIMS);
  const under = pages.flatMap((page) =>
    names.filter((name) => page.scores[name] < AIMS[name]).map((name) => `under its aim: ${page.name}, ${name} ${page.scores[name]} of ${AIMS[name]}`),
  );
  const failing = pages.flatMap((page) => page.failing.map((audit) => `${page.name}: ${audit}`));
  return {
    tables: [
      {
        head: ['page', ...names, 'FCP ms', 'LCP ms', 'TBT ms', 'CLS'],
        rows: pages.map(({ name, scores, metrics }) => [name, ...names.map((n) => scores[n]), ...Object.values(metrics)]),
      },
    ],
    notes: [...under, ...failing],
    floors: [],
    figures: { aims: AIMS, runs: RUNS, pages },
  };
}

async function look(lighthouse, port, url, again = 2) {
  const { lhr } = await lighthouse(url, { port, logLevel: 'error', onlyCategories: Object.keys(AIMS) });
  // It lost the start of its own trace: nothing was measured, and it says to run again.
  if (lhr.runtimeError?.code === 'NO_NAVSTART' && again > 0) return look(lighthouse, port, url, again - 1);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  if (lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`);
  const scores = Object.fromEntries(Object.keys(AIMS).map((name) => [name, Math.round(lhr.categories[name].score * 100)]));
  const metrics = Object.fromEntries(Object.entries(METRICS).map(([name, id]) => [name, lhr.audits[id].numericValue]));
  // Speed has its own figures; of the rest every audit that counts and fails.
  const counting = Object.keys(AIMS).slice(1).flatMap((name) => lhr.categories[name].auditRefs.filter(({ weight }) => weight > 0));
  const failing = counting.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 1);
  return { scores, metrics, version: lhr.lighthouseVersion, failing: failing.map(({ id, title }) => `${id} (${title})`) };
}

function medians(runs) {
  const of = (part, digits) =>
    Object.fromEntries(Object.keys(runs[0][part]).map((name) => [name, Number(median(runs.map((run) => run[part][name])).toFixed(digits(name)))]));
  return {
    scores: of('scores', () => 0),
    metrics: of('metrics', (name) => (name === 'cls' ? 3 : 0)),
    performance_runs: runs.map((run) => run.scores.performance),
    version: runs[0].version,
  };
}

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
