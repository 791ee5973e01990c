// What the stages share: programs, tables, medians.
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '../..');
/** On the clone's disk: what is durable is measured here. */
export const folder = join(root, 'target/bench');

const program = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'release/bench');

/** Figures of a command of `server/bench`. */
export async function bench(args, env = {}) {
  const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

/** Serves the bytes of a page from a bare axum route while `work` runs. */
export async function bare(url, cookie, work) {
  const child = spawn(program, ['bare', '--of', url, '--cookie', cookie], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const line of createInterface({ input: child.stdout })) return await work(JSON.parse(line));
    throw new Error('the bare route did not start');
  } finally {
    child.kill('SIGKILL');
  }
}

export function median(values) {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  return sorted.length > 0 ? sorted[(sorted.length - 1) >> 1] : null;
}

/** A floor that holds if `value` is at least `least`. */
export const atLeast = (what, value, least) => ({ what, value, floor: `>= ${least}`, ok: value >= least });
export const atMost = (what, value, most) => ({ what, value, floor: `<= ${most}`, ok: value <= most });

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const kb = (bytes) => (bytes / 1024).toFixed(1);
export const round = (value, digits = 0) => (value === null ? null : Number(value.toFixed(digits)));

/** The first column to the left, the others to the right. */
export function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map((cell) => String(cell ?? '–')));
  const widths = head.map((_, n) => Math.max(...lines.map((row) => row[n].length)));
  const line = (row) => row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join('  ');
  return lines.map((row) => `  ${line(row)}`).join('\n');
}
