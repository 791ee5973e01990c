// Memory that the counter holds (VmRSS): at rest after the start, under load, at rest again.
import { bench, sleep } from './common.mjs';
import { sixPages, withCounter } from './counter.mjs';

export const about = 'memory at rest and under load';

const mb = ({ now }) => Math.round(now / 1024 / 1024);

export async function run() {
  const figures = await withCounter({}, async (counter) => {
    await sleep(5_000);
    const idle = mb(counter.memory());
    const loads = [];
    for (const { name, path, cookie } of await sixPages(counter)) {
      const load = bench(['page', '--url', counter.url + path, '--cookie', cookie, '--connections', '64', '--seconds', '4']);
      loads.push({ name, ...(await largest(counter, load)) });
    }
    await sleep(10_000);
    return { idle_mb: idle, loads, after_mb: mb(counter.memory()) };
  });
  return {
    tables: [
      {
        head: ['MB', 'resident'],
        rows: [['at rest', figures.idle_mb], ...figures.loads.map(({ name, mb }) => [`64 ask for ${name}`, mb]), ['at rest again', figures.after_mb]],
      },
    ],
    floors: [],
    figures,
  };
}

/** The most it holds while the load lasts. */
async function largest(counter, load) {
  let most = 0;
  let done = false;
  const told = load.finally(() => { done = true; });
  while (!done) {
    most = Math.max(most, mb(counter.memory()));
    await sleep(100);
  }
  return { mb: most, per_second: (await told).per_second };
}
