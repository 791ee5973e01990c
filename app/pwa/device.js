// A draft on the device, while there is no network.
//
// Written only when the server cannot be reached, into IndexedDB, under a name by which the server
// knows the person and nobody else does. It goes when it has arrived, with "Esci", and after
// `DAYS`. The browser's program (`app/src/device.rs`) asks for everything by `device`.

import { reduced, sendFile } from './parts.js';

const DAYS = 7;
const AFTER = ['allegati', 'dichiarazioni', 'riepilogo'];
const HERE = 'device:';

/** What is said here, in the reader's language: the server writes it into the document. */
export const words = document.getElementById('words')?.dataset ?? {};

/** The form as the server last gave it to this page; in memory only. */
let seen;

// --- The database -------------------------------------------------------------------------------

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(name, mode, act) {
  const opening = indexedDB.open('sportello', 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('drafts', { keyPath: 'id' });
    opening.result.createObjectStore('person');
  };
  const base = await done(opening);
  try {
    const transaction = base.transaction(name, mode, { durability: 'strict' });
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await act(transaction.objectStore(name));
    await finished;
    return result;
  } finally {
    base.close();
  }
}

const all = () => store('drafts', 'readonly', (drafts) => done(drafts.getAll()));
const put = (draft) => store('drafts', 'readwrite', (drafts) => done(drafts.put(draft)));
const take = (id) => store('drafts', 'readwrite', (drafts) => done(drafts.delete(id)));
const lastPerson = () => store('person', 'readonly', (person) => done(person.get('name')));

async function person() {
  return seen?.device ?? (await lastPerson());
}

/** Whose form was shown last: whoever opens the form without network sees that person's draft. */
async function setPerson(name) {
  if ((await lastPerson()) !== name) await store('person', 'readwrite', (person) => done(person.put(name, 'name')));
}

async function find(slug) {
  const id = `${await person()}/${slug}`;
  return store('drafts', 'readonly', (drafts) => done(drafts.get(id)));
}

/** The draft of a service, or a new one made of the form on show. */
async function findOrBegin(slug) {
  const draft = await find(slug);
  if (draft) return draft;
  if (seen?.slug !== slug || !seen.device) throw new Error('no form');
  await setPerson(seen.device);
  const { version } = seen.draft;
  return { id: `${seen.device}/${slug}`, device: seen.device, slug, page: seen, version, steps: {}, files: [], removed: [] };
}

function write(draft) {
  return put({ ...draft, at: Date.now() });
}

/** Drafts of the last person, as the offline page lists them. */
export async function list() {
  const name = await person();
  const mine = (await all()).filter((draft) => draft.device === name);
  return mine.map(({ slug, page }) => ({ slug, title: page.title }));
}

/** Everything: with "Esci". */
export async function forget() {
  seen = undefined;
  await done(indexedDB.deleteDatabase('sportello'));
}

export async function forgetOld() {
  const old = (await all()).filter((draft) => draft.at < Date.now() - DAYS * 86_400_000);
  for (const { id } of old) await take(id);
}

// --- The form, without network ------------------------------------------------------------------

/** Remembers the form that the server sent; `text`: a screen, or what an action led to. */
export async function note(text) {
  if (!text.includes('"request":{')) return;
  const answer = JSON.parse(text);
  seen = (answer.data ?? answer).main.request;
  // Another person on this device: without network she does not see the draft of the one before.
  if (await lastPerson()) await setPerson(seen.device);
  await settle();
}

/** After the choice between two versions: what was chosen is in the form, so it waits no longer. */
async function settle() {
  const draft = await find(seen.slug);
  const { asked } = draft ?? {};
  if (!asked?.decided || seen.draft.version <= asked.version) return;
  delete draft.steps[asked.step];
  delete draft.asked;
  draft.version = seen.draft.version;
  await (isEmpty(draft) ? take(draft.id) : put(draft));
}

/** "Tieni le risposte scelte" was pressed. */
export async function decide(slug) {
  const draft = await find(slug);
  if (draft?.asked) await put({ ...draft, asked: { ...draft.asked, decided: true } });
}

function isEmpty(draft) {
  return Object.keys(draft.steps).length + draft.files.length + draft.removed.length === 0;
}

/** Keeps one step's answers, as they would have been sent. */
async function keep(slug, text) {
  const draft = await findOrBegin(slug);
  const request = JSON.parse(text);
  draft.steps[request.passo] = request;
  draft.page.step = request.passo;
  Object.assign(draft.page.draft.answers, request.risposte);
  if (request.passo === 'dichiarazioni') draft.page.draft.declarations = request.dichiarazioni;
  await write(draft);
}

/** `place`: service, attachment, draft. */
async function upload(place, chosen) {
  const [slug, id, bozza] = place.split('/');
  const file = await reduced(chosen, agrees);
  // After what waits already: without that there may be no draft to attach to.
  if (await find(slug).catch(() => {})) return attach(slug, id, file);
  let at;
  const show = progress(id);
  try {
    show(0);
    return await sendFile(fileUrl(slug, id), headersOf(file.name, bozza), file, { show, begun: (there) => (at = there) });
  } catch ({ status, text }) {
    if (status) throw new Refused(text || JSON.stringify(UNREADABLE));
    return attach(slug, id, file, at);
  } finally {
    show();
  }
}

const fileUrl = (slug, id) => `/api/servizi/${slug}/richiesta/allegati/${id}`;
const headersOf = (name, bozza) => ({ 'x-file-name': encodeURIComponent(name), 'x-bozza': bozza });

/** The bar of an attachment; without a part it goes. */
const progress = (id) => (part) => {
  const bar = document.querySelector(`[data-progress='${id}']`);
  if (!bar) return;
  bar.hidden = part === undefined;
  bar.value = part ? Math.floor(part * 100) : 0;
};

/** Whether a photograph may be made smaller. */
function agrees(file, small) {
  const mb = ({ size }) => (size / 1_048_576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  return confirm(words.reduce.replace('{file}', file.name).replace('{mb}', mb(file)).replace('{small}', mb(small)));
}

/** `at`: where it was on its way, if it was. */
async function attach(slug, id, file, at) {
  const draft = await findOrBegin(slug);
  const kept = { file: HERE + crypto.randomUUID(), id, name: file.name, bytes: file.size, sha256: '' };
  // The bytes, not the file: it may change or go before they are sent.
  draft.files.push({ ...kept, at, content: await file.arrayBuffer() });
  await write(draft);
  return JSON.stringify(kept);
}

/** `here`: taken out on the device only; the server is told later. */
async function remove(slug, file) {
  const waiting = await find(slug).catch(() => {});
  if (!waiting) {
    if (file.startsWith(HERE)) return '';
    const url = `/api/servizi/${slug}/richiesta/allegati/${file}`;
    const gone = await send('DELETE', url).then(() => true, (refused) => {
      if (refused.message) throw refused;
    });
    if (gone) return '';
  }
  const draft = waiting ?? (await findOrBegin(slug));
  if (file.startsWith(HERE)) draft.files = draft.files.filter((kept) => kept.file !== file);
  else draft.removed.push(file);
  await (isEmpty(draft) ? take(draft.id) : write(draft));
  return 'here';
}

/** The form at a path, as it would come from the server; empty where nothing is kept. */
async function show(path) {
  const url = new URL(path, location.origin);
  const slug = /^\/servizi\/([^/]+)\/richiesta$/.exec(url.pathname)?.[1];
  if (!slug) return '';
  const draft = (await find(slug)) ?? (seen?.slug === slug && { page: seen, files: [], removed: [] });
  if (!draft) return '';
  const page = structuredClone(draft.page);
  const attachments = page.draft.attachments.filter(({ file }) => !draft.removed.includes(file));
  page.draft.attachments = [...attachments, ...draft.files.map(({ content, at, ...file }) => file)];
  page.step = url.searchParams.get('passo') ?? page.step;
  page.today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Rome' });
  page.issues = [];
  page.notice = words.offline;
  page.recap = `<p class="lead">${words.recap}</p>`;
  const site = document.title.split(' · ').pop();
  return JSON.stringify({ title: `${page.title} · ${site}`, header: null, main: { request: page } });
}

// --- When the network is back -------------------------------------------------------------------

/** Its message is the problem as the server told it; none where it was not reached. */
class Refused extends Error {}

const UNREADABLE = {
  type: 'about:blank',
  status: 502,
  title: words.failed,
  detail: words.unreadable,
};

async function send(method, path, body, headers) {
  let answer;
  try {
    answer = await fetch(path, { method, body, headers: { accept: 'application/vnd.sportello.screen+json', ...headers } });
  } catch {
    throw new Refused('');
  }
  const text = await answer.text();
  if (answer.ok) return text;
  // What is no answer of the counter's comes from something before it.
  const own = answer.headers.get('content-type')?.includes('problem+json');
  throw Object.assign(new Refused(own ? text : ''), { status: answer.status });
}

/** Sends what waits, one after the other and by one page at a time; what the server said last. */
function sync(slug) {
  return navigator.locks ? navigator.locks.request(`sportello-${slug}`, () => syncNow(slug)) : syncNow(slug);
}

async function syncNow(slug) {
  const draft = await find(slug);
  if (!draft) return '';
  const saved = { version: draft.version, saved_at: draft.page.draft.saved_at ?? '' };
  const url = `/api/servizi/${slug}/richiesta`;
  for (const step of [...draft.page.form.steps.map(({ id }) => id), ...AFTER]) {
    const request = draft.steps[step];
    if (!request) continue;
    if (step !== 'allegati' && step !== 'riepilogo') {
      const body = JSON.stringify({ ...request, azione: '', versione: draft.version });
      const text = await send('PUT', url, body, { 'content-type': 'application/json' }).catch((refused) => ask(draft, step, refused));
      Object.assign(saved, JSON.parse(text));
      draft.version = draft.page.draft.version = saved.version;
    }
    delete draft.steps[step];
    await put(draft);
  }
  const refused = await syncFiles(draft, `${url}/allegati`);
  await take(draft.id);
  if (refused) throw new Refused(JSON.stringify({ ...UNREADABLE, status: 422, version: saved.version, title: words.refused, detail: refused }));
  return JSON.stringify(saved);
}

/** Two versions: the page asks which, and until then this one waits. No choice: it was sent. */
async function ask(draft, step, refused) {
  if (refused.status === 409) {
    const html = JSON.parse(refused.message).conflict?.main.html ?? '';
    const version = new DOMParser().parseFromString(html, 'text/html').querySelector('[name=versione]')?.value;
    await (version ? put({ ...draft, asked: { step, version: Number(version) } }) : take(draft.id));
  }
  throw refused;
}

/** Why files were refused: no second try makes them what the Comune takes. */
async function syncFiles(draft, url) {
  let told = '';
  const gone = (refused) => {
    if (refused.status !== 404) throw refused;
  };
  while (draft.removed.length) {
    await send('DELETE', `${url}/${draft.removed[0]}`).catch(gone);
    draft.removed.shift();
    await put(draft);
  }
  while (draft.files.length) {
    const [first] = draft.files;
    const { id, name, content, at } = first;
    const begun = (there) => put(Object.assign(draft, { files: [Object.assign(first, { at: there }), ...draft.files.slice(1)] }));
    const way = { place: at, begun, show: progress(id) };
    await sendFile(`${url}/${id}`, headersOf(name, draft.page.draft.draft_id), new Blob([content]), way).catch(({ status, text }) => {
      if (status !== 422 && status !== 413) throw Object.assign(new Refused(status ? text : ''), { status });
      told += `${name}: ${JSON.parse(text).detail} `;
    });
    draft.files.shift();
    await put(draft);
  }
  return told;
}

/** Sends all that waits, from a page that is not the form; whether something still waits. */
export async function syncAll() {
  const drafts = await list();
  for (const { slug } of drafts) await sync(slug).catch(() => {});
  return drafts.length > 0 && (await list()).length > 0;
}

// --- For the browser's program ------------------------------------------------------------------

const CALLS = {
  note: (_, text) => note(text),
  keep,
  upload,
  remove,
  show: (_, path) => show(path),
  sync,
  pending: async (slug) => ((await find(slug)) ? 'yes' : ''),
  drop: async (slug) => take(`${await person()}/${slug}`),
  forget,
};

/** One door: a name, the service, a value; text comes back. A refusal is thrown as its text. */
export async function device(call, slug, value) {
  try {
    return (await CALLS[call](slug, value)) ?? '';
  } catch (error) {
    throw error instanceof Refused ? error.message : '';
  }
}
