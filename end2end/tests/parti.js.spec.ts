// A large file goes up in parts, and goes on when the network comes back; a photograph is made smaller
// on the device, if one agrees.
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { pdf } from '../fixtures/files.ts';
import { begin, rimborsoTributi as service, walk } from '../fixtures/services.ts';
import type { Wizard } from '../fixtures/wizard.ts';
import { expect, test } from './base.ts';

const MB = 1 << 20;

/** At the step of the documents. */
async function documents(page: Page): Promise<Wizard> {
  const wizard = await begin(page, service, true);
  await walk(wizard, service, 'allegati');
  return wizard;
}

function large(name: string, bytes: number) {
  const whole = pdf(name);
  return { ...whole, buffer: Buffer.concat([whole.buffer, Buffer.alloc(bytes, '%')]) };
}

/** A photograph of noise: it cannot be small, but by having fewer dots. */
function photo(name: string, side: number) {
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: side }, () => Buffer.concat([Buffer.of(0), randomBytes(side * 3)])));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const buffer = Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
  return { name, mimeType: 'image/png', buffer };
}

test('a large file goes on where the network left it', async ({ page, context, expectStatus, look }) => {
  test.setTimeout(120_000);
  expectStatus(0);
  const wizard = await documents(page);
  const sent: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') sent.push(Number(request.headers()['upload-offset']));
  });
  // The network goes with the third part.
  let lost = false;
  await page.route('**/parti/*', async (route) => {
    if (route.request().headers()['upload-offset'] === String(MB) && !lost) {
      lost = true;
      await context.setOffline(true);
    }
    await route.continue();
  });
  await wizard.control('allegati.ricevute').setInputFiles(large('grande.pdf', 3 * MB));
  await expect.poll(() => lost).toBe(true);
  const bar = page.locator('[data-progress="ricevute"]');
  await expect(bar).toBeVisible();
  await expect.poll(() => bar.evaluate((e: HTMLProgressElement) => e.value)).toBeGreaterThanOrEqual(25);
  await look(page);
  await context.setOffline(false);
  await expect(wizard.attached('ricevute').filter({ hasText: 'grande.pdf' })).toBeVisible({ timeout: 20_000 });
  await expect(bar).toBeHidden();
  // No part went up twice but the one that was lost.
  const times = (offset: number) => sent.filter((at) => at === offset).length;
  expect(times(0)).toBe(1);
  expect(times(MB / 2)).toBe(1);
  expect(times(MB)).toBeGreaterThanOrEqual(2);
  expect(times(2 * MB)).toBe(1);
  await page.reload();
  await expect(wizard.attached('ricevute')).toHaveCount(1);
});

test('what waits on the device goes on too, also after the page was closed', async ({ page, context, expectStatus }) => {
  test.setTimeout(120_000);
  expectStatus(0);
  const wizard = await documents(page);
  const kept = wizard.attached('ricevute');
  await context.setOffline(true);
  await wizard.control('allegati.ricevute').setInputFiles(large('grande.pdf', 2 * MB));
  await expect(kept).toContainText('su questo dispositivo');
  const sent: string[] = [];
  let down = true;
  await page.route('**/parti/*', (route) => {
    const { 'upload-offset': at } = route.request().headers();
    if (down && at !== '0') return route.abort();
    if (at) sent.push(at);
    return route.continue();
  });
  await context.setOffline(false);
  await expect.poll(() => sent).toEqual(['0']);
  down = false;
  await page.reload();
  await expect(kept).toContainText('grande.pdf');
  await expect(kept).not.toContainText('su questo dispositivo', { timeout: 20_000 });
  expect(sent.filter((at) => at === '0')).toHaveLength(1);
});

for (const agrees of [true, false]) {
  test(`a photograph is made smaller only if one agrees: ${agrees}`, async ({ page, answerDialogs }) => {
    test.setTimeout(120_000);
    const wizard = await documents(page);
    const asked: string[] = [];
    answerDialogs((question) => asked.push(question) > 0 && agrees);
    const before = photo('scontrino.png', 1_300);
    await wizard.control('allegati.ricevute').setInputFiles(before);
    const kept = wizard.attached('ricevute');
    await expect(kept).toHaveText(agrees ? /scontrino\.jpg/ : /scontrino\.png/, { timeout: 20_000 });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('scontrino.png');
    const answer = await page.request.get(`/api/servizi/${service.slug}/richiesta`);
    const [file] = (await answer.json()).page.request.draft.attachments;
    if (agrees) expect(file.bytes).toBeLessThan(before.buffer.length / 2);
    else expect(file.bytes).toBe(before.buffer.length);
  });
}
