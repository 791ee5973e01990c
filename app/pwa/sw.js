// The service worker: pages of services and the program of this build, for when there is no network.
// `BUILD` and `FILES` stand in front of this, written by the bundler.
//
// Nothing personal is ever kept: a page only if the server says that it is anybody's (not
// `no-store`), asked for without cookies where the visitor is logged in; of the API nothing at all.

const NAME = `sportello-${BUILD}`;
const OFFLINE = '/offline';
/** Milliseconds after which a slow network is not waited for where there is a copy. */
const PATIENCE = 3000;
const PUBLIC = /^\/(servizi(\/[a-z0-9-]+(\/privacy)?)?)?$/;

self.addEventListener('install', (event) => {
  // Saves go past the worker: through it, the last one of a document that ends is lost (Chromium).
  event.waitUntil(event.addRoutes?.({ condition: { requestMethod: 'PUT' }, source: 'network' }));
  event.waitUntil(prepare());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (FILES.includes(url.pathname) || url.pathname.startsWith('/pkg/')) {
    event.respondWith(caches.match(url.pathname).then((copy) => copy ?? fetch(request)));
  } else if (request.mode === 'navigate') {
    navigate(event, url);
  } else if (url.pathname.startsWith('/api/') && !url.search) {
    // A page moved to without loading a document: its document is kept as well.
    const path = url.pathname.slice(4);
    if (PUBLIC.test(path)) event.waitUntil(keepIfNew(path));
  }
});

/** What the browser has just loaded for the page comes from its own cache. */
async function prepare() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
  await keepAnybodys(OFFLINE);
  await Promise.allSettled(['/', '/servizi'].map(keepAnybodys));
  // Open pages go on with their own program: its files stay, here and on the server.
  await self.skipWaiting();
}

/** The copies of the build before stay, for pages that were kept with it. */
async function takeOver() {
  const names = (await caches.keys()).filter((name) => name.startsWith('sportello-') && name !== NAME);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const page of pages) page.postMessage({ files: FILES });
}

function navigate(event, url) {
  const network = Promise.resolve(event.preloadResponse).then((early) => early ?? fetch(event.request));
  if (!PUBLIC.test(url.pathname)) {
    event.respondWith(network.catch(offline));
    return;
  }
  const kept = network.then((response) => keep(url, response.clone())).catch(() => {});
  event.waitUntil(kept);
  event.respondWith(networkFirst(network, url));
}

async function networkFirst(network, url) {
  const copy = await find(url.pathname);
  if (!copy) return network.catch(offline);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, copy));
  return Promise.race([network, late]).catch(() => copy);
}

async function offline() {
  return (await find(OFFLINE)) ?? Response.error();
}

/** Under which address a page is kept, in the language that was chosen; Italian's is the plain one. */
async function key(path) {
  const language = (await self.cookieStore?.get('lingua'))?.value ?? 'it';
  return language === 'it' ? path : `${path}?lingua=${language}`;
}

/** This build's copy before an older one, the chosen language before Italian. */
async function find(path) {
  const address = await key(path);
  return (await (await caches.open(NAME)).match(address)) ?? (await caches.match(address)) ?? caches.match(path);
}

async function keep(url, response) {
  // What was searched for is nobody's business.
  if (url.search || !response.ok || response.redirected) return;
  if (isAnybodys(response)) await (await caches.open(NAME)).put(await key(url.pathname), response);
  else await keepIfNew(url.pathname);
  await keepIfNew(OFFLINE);
}

async function keepIfNew(path) {
  if (!(await (await caches.open(NAME)).match(await key(path)))) await keepAnybodys(path).catch(() => {});
}

async function keepAnybodys(path) {
  const address = await key(path);
  const response = await fetch(address, { credentials: 'omit', cache: 'no-store' });
  if (!response.ok || response.redirected || !isAnybodys(response)) throw new Error(`${address}: ${response.status}`);
  await (await caches.open(NAME)).put(address, response);
}

function isAnybodys(response) {
  return !(response.headers.get('cache-control') ?? 'no-store').includes('no-store');
}
