// Documents a second, on one core: a process each, as the counter prints them.
import { join } from 'node:path';
import { bench, root } from './common.mjs';

export const about = 'PDFs of two pages, a process each, on one core';

export async function run() {
  const told = await bench(['documents', '--renderer', join(root, 'target/release/renderer')]);
  const rows = [['a process a document', told.per_second, told.took.p50_ms, told.took.p99_ms, told.bytes]];
  return {
    tables: [{ head: ['documents', 'a second', 'p50 ms', 'p99 ms', 'bytes'], rows }],
    notes: [],
    floors: [],
    figures: told,
  };
}
