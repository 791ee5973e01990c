import { type BrowserContext, type Page, expect, test as base } from '@playwright/test';
import { accessible, fitting } from '../fixtures/page.ts';

export { expect };

const COUNTER = process.env.E2E_BASE_URL ?? '';

type Fixtures = {
  /** Whether the browser runs the bundle. */
  js: boolean;
  /** A refusal that the test provokes: its status is no fault. 0: no network. */
  expectStatus: (...statuses: number[]) => void;
  /** Questions of the browser are expected: whether one says yes. */
  answerDialogs: (answer: (question: string) => boolean) => void;
  /** Another person's browser. */
  visitor: () => Promise<Page>;
  /** The page as it stands: nothing wider than the screen, nothing that axe minds. */
  look: (page: Page) => Promise<void>;
};

export const test = base.extend<Fixtures & { watched: Watch }>({
  js: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled ?? true),

  // Fails the test on a console error, an uncaught error, an answer of 500 and more,
  // and where a page that it leaves open is wider than the screen.
  watched: [
    async ({ context }, use) => {
      const watch = new Watch();
      watch.follow(context);
      await use(watch);
      await watch.settle();
    },
    { auto: true },
  ],

  answerDialogs: async ({ watched }, use) =>
    use((answer) => {
      watched.answers = answer;
    }),
  expectStatus: async ({ watched }, use) => use((...statuses) => statuses.forEach((s) => watched.expected.add(s))),

  visitor: async ({ browser, watched }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      watched.follow(context);
      return context.newPage();
    });
    await watched.settle();
    for (const context of contexts) await context.close();
  },

  look: async ({ browser, js }, use) => {
    const context = js ? undefined : await browser.newContext({ javaScriptEnabled: true, bypassCSP: true });
    const copy = await context?.newPage();
    await use(async (page) => {
      await fitting(page);
      await accessible(page, copy);
    });
    await context?.close();
  },
});

class Watch {
  readonly expected = new Set<number>();
  answers?: (question: string) => boolean;
  private readonly faults: string[] = [];
  private readonly contexts: BrowserContext[] = [];

  /** It is closed before the test ends. */
  forget(context: BrowserContext) {
    this.contexts.splice(this.contexts.indexOf(context), 1);
  }

  follow(context: BrowserContext) {
    this.contexts.push(context);
    const told = (text: string, url: string) => {
      // What a script of no file says has no address: it may be ours.
      if ((url === '' || url.startsWith(COUNTER)) && !this.isExpected(text)) this.faults.push(`${text} (${url})`);
    };
    context.on('console', (message) => {
      if (message.type() === 'error') told(message.text(), message.location().url);
    });
    context.on('weberror', (fault) => void this.faults.push(String(fault.error().stack ?? fault.error())));
    context.on('response', (response) => {
      if (response.status() >= 500) told(`answer ${response.status()}`, response.url());
    });
    context.on('dialog', (dialog) => {
      if (!this.answers) this.faults.push(`dialog: ${dialog.message()}`);
      void (this.answers?.(dialog.message()) ? dialog.accept() : dialog.dismiss());
    });
  }

  /** Chromium tells every refusal as an error of the console. */
  private isExpected(text: string): boolean {
    if (text.includes('net::ERR_')) return this.expected.has(0);
    const status = /(?:status of|answer) (\d+)/.exec(text)?.[1];
    return status !== undefined && this.expected.has(Number(status));
  }

  async settle() {
    for (const page of this.contexts.flatMap((context) => context.pages())) {
      if (page.url().startsWith(COUNTER)) await fitting(page);
    }
    expect(this.faults, 'errors told by the browser').toEqual([]);
  }
}
