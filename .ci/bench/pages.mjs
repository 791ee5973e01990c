// Pages a second, against a bare axum route that answers the same bytes to the same load. The floor
// is for pages that anybody reads, as many may at once; one person's are read, opened and made for
// her each time, and only told.
import { atLeast, bare, bench, median, round } from './common.mjs';
import { sixPages, withCounter } from './counter.mjs';

export const about = 'pages a second against a bare axum route with the same bytes (floor: 10 %)';

const ROUNDS = 3;
const SECONDS = 2;
const FLOOR = 10;

export async function run() {
  const pages = await withCounter({}, async (counter) => {
    const told = [];
    for (const page of await sixPages(counter)) told.push(await compare(counter.url, page));
    return told;
  });
  return {
    tables: [
      {
        head: ['page', 'a second', 'p50 ms', 'p99 ms', 'bare, a second', '% of bare', 'failed'],
        rows: pages.map((page) => [page.name, page.per_second, page.p50_ms, page.p99_ms, page.bare_per_second, page.percent, page.failed]),
      },
    ],
    floors: pages.flatMap((page) => [
      ...(page.personal ? [] : [atLeast(`${page.name}: % of the bare route`, page.percent, FLOOR)]),
      { what: `${page.name}: failed`, value: page.failed, floor: '0', ok: page.failed === 0 },
    ]),
    figures: { rounds: ROUNDS, seconds: SECONDS, pages },
  };
}

/** In turns, so that what else the machine does hits both. */
async function compare(url, { name, path, cookie }) {
  const load = (url, seconds) => bench(['page', '--url', url, '--cookie', cookie, '--seconds', String(seconds)]);
  return bare(url + path, cookie, async (route) => {
    await load(url + path, 1);
    const rounds = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      const same = await load(route.url, SECONDS);
      const page = await load(url + path, SECONDS);
      rounds.push({ page, same, percent: round((page.per_second / same.per_second) * 100, 1) });
    }
    const of = (pick) => median(rounds.map(pick));
    return {
      name,
      personal: cookie !== '',
      per_second: of(({ page }) => page.per_second),
      p50_ms: of(({ page }) => page.took.p50_ms),
      p99_ms: of(({ page }) => page.took.p99_ms),
      bare_per_second: of(({ same }) => same.per_second),
      percent: of(({ percent }) => percent),
      failed: rounds.reduce((sum, { page, same }) => sum + page.failed + same.failed, 0),
      rounds,
    };
  });
}
