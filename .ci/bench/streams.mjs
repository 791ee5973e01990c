// Open pages that wait for news, 1,000 and then 5,000, of people who watch their case; a clerk
// moves cases: from her command until each open page is told.
import { bench } from './common.mjs';
import { withCounter } from './counter.mjs';

export const about = '1,000 and 5,000 open event streams: event to client, memory a stream';

export async function run() {
  const figures = await withCounter({}, ({ url, sandbox, pid }) =>
    bench(['streams', '--url', url, '--sandbox', sandbox, '--pid', String(pid)]),
  );
  return {
    tables: [
      {
        head: ['open', 'events', 'p50 ms', 'p99 ms', 'max ms', 'lost', 'command p99 ms', 'KB a stream', 'MB'],
        rows: figures.stages.map((stage) => [
          stage.open,
          stage.event_to_client.count,
          stage.event_to_client.p50_ms,
          stage.event_to_client.p99_ms,
          stage.event_to_client.max_ms,
          stage.lost,
          stage.answered.p99_ms,
          stage.kb_per_stream,
          Math.round(stage.resident_kb / 1024),
        ]),
      },
    ],
    notes: [`${figures.people} people, as many open pages each as it takes; ${Math.round(figures.resident_before_kb / 1024)} MB before`],
    floors: figures.stages.map(({ open, lost }) => ({ what: `${open} streams: events lost`, value: lost, floor: '0', ok: lost === 0 })),
    figures,
  };
}
