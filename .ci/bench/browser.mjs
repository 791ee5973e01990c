// Debian's Chromium through end2end's Playwright, as a phone.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './common.mjs';

const { chromium } = createRequire(join(root, 'end2end/package.json'))('@playwright/test');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const flags = [
  // As root Chromium has no sandbox; the rest keeps it from calling home.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'it-IT' };

/** A browser for `work`. */
export async function withBrowser(work) {
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: set CHROMIUM`);
  const browser = await chromium.launch({ executablePath, args: flags });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/**
 * A browser that Lighthouse reaches at `port`, and what puts cookies into its profile. Playwright is
 * there only for these: while it is attached its own scripts start on every page.
 */
export async function withOpenBrowser(port, work) {
  const { launch } = await import('chrome-launcher');
  const chrome = await launch({ port, chromePath: executablePath, chromeFlags: [...flags, '--headless=new'] });
  try {
    return await work(async (cookies) => {
      const browser = await chromium.connectOverCDP(`http://localhost:${port}`);
      const [context] = browser.contexts();
      await context.clearCookies();
      await context.addCookies(cookies);
      await browser.close();
    });
  } finally {
    chrome.kill();
  }
}

/** A page with nothing in its cache, of who has this cookie, and the way to its protocol. */
export async function withPhone(browser, url, cookie, work) {
  // What a service worker fetches later is not the page's.
  const context = await browser.newContext({ ...phone, serviceWorkers: 'block' });
  try {
    await context.addCookies(cookies(url, cookie));
    const page = await context.newPage();
    return await work(page, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}

export function cookies(url, cookie) {
  return cookie
    .split('; ')
    .filter((pair) => pair !== '')
    .map((pair) => ({ name: pair.split('=')[0], value: pair.slice(pair.indexOf('=') + 1), url }));
}
