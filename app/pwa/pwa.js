// What makes an app of the site: the service worker, new versions, installing, drafts on the device.
// Loaded when the page is idle; every page is whole without it.
import { decide, device, forget, forgetOld, list, note, syncAll, words } from './device.js';
import { watchMap } from './map.js';
import { watchSession } from './session.js';
import { fold, watchNames } from './suggest.js';

const screen = document.getElementById('screen')?.textContent ?? '';
/** Not at all where the browser keeps no database (some private windows). */
const database = 'indexedDB' in globalThis ? note(screen).catch(() => {}) : undefined;
globalThis.sportello = {
  async device(...call) {
    await database;
    return device(...call);
  },
};

// Before anything is waited for: the network may be back in a moment.
addEventListener('online', comeBack);
setInterval(comeBack, 3_000);

/** Asks for the page again when the counter answers: devices say "online" too early, for nothing, or not at all. */
async function comeBack() {
  const waits = () => navigator.onLine && document.querySelector('[data-offline-page]');
  const answers = waits() && (await fetch('/healthz', { cache: 'no-store' }).then(({ ok }) => ok, () => false));
  if (answers && waits()) location.reload();
}

/** `program`: path of the browser's program that this page runs. */
export function start(program) {
  if ('serviceWorker' in navigator) afterLoad(() => work(program).catch(() => {}));
  offerInstall();
  actions();
  watchNames();
  watchMap();
  watchSession();
  if (database) {
    watchForms();
    afterLoad(() => drafts().catch(() => {}));
  }
}

function afterLoad(then) {
  const idle = () => ('requestIdleCallback' in globalThis ? requestIdleCallback(then) : setTimeout(then, 500));
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true });
}

// --- The service worker, and new versions -------------------------------------------------------

async function work(program) {
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data.files && !data.files.includes(program)) offerUpdate();
  });
  navigator.serviceWorker.startMessages();
  const registration = await navigator.serviceWorker.register('/sw.js');
  await navigator.serviceWorker.ready;
  // From now on a page can be loaded without network: the program then goes there.
  document.documentElement.setAttribute('data-worker', '');
  const look = () => document.hidden || registration.update().catch(() => {});
  document.addEventListener('visibilitychange', look);
  setInterval(look, 3_600_000);
}

/** A page that runs an older program: it goes on with it until the button is pressed. */
function offerUpdate() {
  const box = document.querySelector('[data-update] > div');
  if (!box) return;
  const form = box.querySelector('form');
  form.addEventListener('submit', () => {
    form.setAttribute('action', location.pathname);
    const hidden = [...new URLSearchParams(location.search)].map(([name, value]) => Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    form.replaceChildren(...hidden);
  });
  box.querySelector('[type=button]').addEventListener('click', () => {
    box.hidden = true;
  });
  box.hidden = false;
}

// --- Installing ---------------------------------------------------------------------------------

/** The receipt of a request offers it, where the browser does. */
function offerInstall() {
  const show = () => {
    const box = document.querySelector('[data-install]');
    if (box && box.hidden === Boolean(globalThis.install)) box.hidden = !globalThis.install;
  };
  addEventListener('beforeinstallprompt', () => setTimeout(show));
  addEventListener('appinstalled', () => {
    globalThis.install = undefined;
    show();
  });
  document.addEventListener('click', async ({ target }) => {
    if (!target.closest('[data-install] button') || !globalThis.install) return;
    await globalThis.install.prompt();
    globalThis.install = undefined;
    show();
  });
  // Pages come and go without a document being loaded, and news of a case are put into the page.
  new MutationObserver(show).observe(document.body, { childList: true, subtree: true, attributeFilter: ['hidden'] });
  show();
}

// --- What a page can be done with ---------------------------------------------------------------

/** The phone's menu closes behind a link, which may load no document; a sheet is shared, printed. */
function actions() {
  document.documentElement.setAttribute('data-actions', '');
  document.addEventListener('input', ({ target }) => target.matches('[data-narrows]') && narrow(target.value));
  document.addEventListener('click', ({ target }) => {
    if (target.closest('[popover] a')) target.closest('[popover]').hidePopover?.();
    if (target.closest('[data-print]')) print();
    const share = target.closest('[data-share]');
    if (share) pass(share).catch(() => {});
  });
}

/** The list of services follows what one types: every word is found in what remains. */
function narrow(text) {
  const words = fold(text).split(/\s+/);
  let count = 0;
  for (const item of document.querySelectorAll('.service-list > li')) {
    const of = fold(item.textContent + item.dataset.words);
    item.hidden = !words.every((word) => of.includes(word));
    count += !item.hidden;
  }
  const found = document.querySelector('[data-found]');
  const { none, one, many } = found.dataset;
  found.textContent = [none, one][count] ?? many.replace(2, count);
}

/** To another app, or at least to the clipboard. */
async function pass(button) {
  const url = location.origin + location.pathname;
  if (navigator.share) return navigator.share({ title: document.title, url });
  await navigator.clipboard.writeText(url);
  button.lastElementChild.textContent = button.dataset.share;
}

// --- Drafts on the device -----------------------------------------------------------------------

async function drafts() {
  await database;
  await forgetOld();
  const page = document.querySelector('[data-offline-page]');
  if (page) {
    await tell(page.querySelector('[data-drafts]'));
  } else if (!document.querySelector('form[data-wizard]')) {
    addEventListener('online', () => document.querySelector('form[data-wizard]') || syncAll());
    await syncAll();
  }
}

async function tell(section) {
  const items = (await list()).map(({ slug, title }) => {
    const link = Object.assign(document.createElement('a'), { href: `/servizi/${slug}/richiesta`, rel: 'external', textContent: title });
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  section.querySelector('ul').replaceChildren(...items);
  section.hidden = items.length === 0;
}

/** "Esci" takes away what is on the device; the choice between two versions is remembered. */
function watchForms() {
  let passing = false;
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    const action = form.getAttribute('action') ?? '';
    const leaving = action === '/esci' && !document.querySelector('form[data-wizard]');
    const deciding = submitter?.value === 'risolvi';
    if (passing || !(leaving || deciding)) return;
    event.preventDefault();
    const first = leaving ? leave() : decide(action.split('/')[2]).then(() => true);
    first.catch(() => true).then((goOn) => {
      passing = goOn;
      if (goOn) form.requestSubmit(submitter);
    });
  });
}

async function leave() {
  if ((await list()).length > 0 && (await syncAll())) {
    if (!confirm(words.leave)) return false;
  }
  await forget();
  return true;
}
