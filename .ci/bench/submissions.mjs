// Submissions a second by many people at once, against single durable commits of the same database
// on the same disk, with `server verify` at the end: "Invia" by itself, when forms are filled, and
// whole journeys (form opened, four steps, "Invia": five durable writes). What group commit gains
// depends on how long a flush takes: on a disk that flushes in no time, as a virtual one may, the
// processor is what lacks. So the floor is held where each flush takes FLUSH_MS, as on a disk that
// does flush.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { atLeast, bench, folder, round } from './common.mjs';
import { withCounter } from './counter.mjs';

export const about = 'submissions a second against single durable commits (floor: 5 x)';

const FLOOR = 5;
const FLUSH_MS = process.env.FLUSH_MS ?? '10';
const PEOPLE = '128';
/** Durable writes of a submission: four steps and "Invia". */
const WRITES = 5;

export async function run() {
  const runs = [
    ['SQLite, this disk', {}],
    [`SQLite, flushes of ${FLUSH_MS} ms`, slowFlush()],
  ];
  const postgres = process.env.TEST_POSTGRES_URL;
  if (postgres) runs.push(['PostgreSQL, this disk', { DATABASE_URL: postgres }]);
  const told = [];
  for (const [name, env] of runs) told.push({ name, ...(await measure(env)) });
  return {
    tables: [
      {
        head: ['', '"Invia" a second', 'p50 ms', 'p99 ms', 'x', 'journeys a second', 'p50 ms', 'p99 ms', '"Invia" p99 ms', 'failed', 'sent', 'commits a second', 'x', 'x of writes', 'writes a commit'],
        rows: told.map((run) => [
          run.name,
          run.load.at_once.per_second,
          run.load.at_once.invia.p50_ms,
          run.load.at_once.invia.p99_ms,
          run.invia_ratio,
          run.load.per_second,
          run.load.whole.p50_ms,
          run.load.whole.p99_ms,
          run.load.invia.p99_ms,
          run.load.failed,
          run.load.sent,
          run.commits_per_second,
          run.ratio,
          run.writes_ratio,
          run.writes_per_commit,
        ]),
      },
    ],
    notes: ['x: for a single durable commit; x of writes: the durable writes of journeys', ...told.map((run) => `${run.name}: ${run.whole}`)],
    floors: told.flatMap(({ name, load, invia_ratio, whole }) => [
      ...(name.includes('flushes') ? [atLeast(`${name}: submissions for a single commit`, invia_ratio, FLOOR)] : []),
      { what: `${name}: failed`, value: load.failed, floor: '0', ok: load.failed === 0 && load.cases === load.sent },
      { what: `${name}: server verify`, value: whole, floor: 'whole', ok: whole === 'Tutto integro.' },
    ]),
    figures: { people: Number(PEOPLE), flush_ms: Number(FLUSH_MS), runs: told },
  };
}

function measure(env) {
  return withCounter(env, async (counter) => {
    // Before and after: what else the machine does is not the same for ten seconds.
    const commits = () => bench(['commits', '--database', env.DATABASE_URL ?? `sqlite://${counter.data}/commits.db?mode=rwc`], env);
    const before = await commits();
    const load = await bench(['submissions', '--url', counter.url, '--sandbox', counter.sandbox, '--people', PEOPLE]);
    const metrics = await counter.metrics();
    const after = await commits();
    await counter.stop();
    const commitsPerSecond = round((before.per_second + after.per_second) / 2, 1);
    return {
      load,
      before,
      after,
      commits_per_second: commitsPerSecond,
      invia_ratio: round(load.at_once.per_second / commitsPerSecond, 2),
      ratio: round(load.per_second / commitsPerSecond, 2),
      writes_ratio: round((load.per_second * WRITES) / commitsPerSecond, 2),
      writes_per_commit: env.DATABASE_URL ? null : writesPerCommit(metrics),
      whole: verified(counter),
    };
  });
}

function verified(counter) {
  try {
    return counter.verify();
  } catch (error) {
    return `not whole: ${error.stderr ?? error.message}`;
  }
}

function writesPerCommit(metrics) {
  const of = (name) => Number(new RegExp(`^sportello_write_batch_size_${name} (\\S+)`, 'm').exec(metrics)?.[1] ?? 0);
  return round(of('sum') / of('count'), 1);
}

/** The environment in which flushes take longer, for both sides alike. */
function slowFlush() {
  const library = join(folder, 'slow-flush.so');
  const source = join(import.meta.dirname, 'slow-flush.c');
  mkdirSync(folder, { recursive: true });
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
  return { LD_PRELOAD: library, FLUSH_MS };
}
