// 1,000 people log in through the sandbox's SPID, eight at a time, and what signatures cost by
// themselves: one of ours made, one answer (two signatures) verified.
import { bench } from './common.mjs';
import { withCounter } from './counter.mjs';

export const about = '1,000 logins through the sandbox: rate, p99, memory; signature work apart';

const mb = ({ now }) => Math.round(now / 1024 / 1024);

export async function run() {
  const figures = await withCounter({}, async (counter) => {
    const before = mb(counter.memory());
    const told = await bench(['logins', '--url', counter.url, '--sandbox', counter.sandbox]);
    return { ...told, memory_mb: { before, after: mb(counter.memory()) } };
  });
  const { asked, answered, signatures, memory_mb: memory } = figures;
  return {
    tables: [
      {
        head: ['part of a login', 'p50 ms', 'p99 ms', 'max ms'],
        rows: [
          ['our signed request', asked.p50_ms, asked.p99_ms, asked.max_ms],
          ['the answer judged', answered.p50_ms, answered.p99_ms, answered.max_ms],
        ],
      },
      {
        head: ['alone, on one core', 'ms'],
        rows: [['a request signed', signatures.signed_ms], ['an answer verified', signatures.verified_ms]],
      },
    ],
    notes: [`${figures.logins} logins, ${figures.per_second} a second, the sandbox's own work on the same cores included; ${memory.before} MB before, ${memory.after} MB after`],
    floors: [{ what: 'logins that failed', value: 1_000 - figures.logins, floor: '0', ok: figures.logins === 1_000 }],
    figures,
  };
}
