import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

export { expect };
export const SANDBOX = process.env.E2E_SANDBOX_URL ?? 'http://localhost:4301';

type Fixtures = {
  /** Fails the test on any error of the console or of the page's own code. */
  quiet: { allow(pattern: RegExp): void };
  /** The page as it stands is accessible and fits the screen. */
  wellMade: (page: Page) => Promise<void>;
  /** Number of documents asked for since the last call. */
  documents: () => number;
};

export const test = base.extend<Fixtures>({
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = [];
      const allowed: RegExp[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => errors.push(String(error.stack ?? error)));
      await use({ allow: (pattern) => allowed.push(pattern) });
      expect(errors.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
  wellMade: async ({}, use) => {
    await use(async (page) => {
      await noOverflow(page);
      await accessible(page);
    });
  },
  documents: async ({ page }, use) => {
    let count = 0;
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) count += 1;
    });
    await use(() => {
      const seen = count;
      count = 0;
      return seen;
    });
  },
});

/** Resolves when WASM has taken the page over. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 20_000 });
}

/** Nothing sticks out sideways; says what does. */
export async function noOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`)
      .slice(0, 10);
  });
  expect(wide, `wider than the screen at ${page.url()}`).toEqual([]);
}

/** WCAG 2.2 A and AA, as far as axe can tell. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
  expect(told, `axe at ${page.url()}`).toEqual([]);
}
