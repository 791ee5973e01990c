// Examples of each call, sent through the contract proxies: `contracts-proof.mjs good|bad SANDBOX`.
// Good ones get the platform's answer. Bad ones are stopped before they reach the sandbox, and a
// bad answer of the sandbox is stopped before it reaches the caller.
import { randomInt } from 'node:crypto';

const [which, sandbox] = process.argv.slice(2);
const { IO_URL, GPD_URL, CHECKOUT_URL, RECEIPTS_URL } = process.env;
const CREDITOR = '00382520724';
const PERSON = 'LVSMRA88C54A893I';
const seen = [];

async function call(key, method, url, body, headers = {}) {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(key && { 'Ocp-Apim-Subscription-Key': key }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, text, headers: answer.headers };
}

/** Fails unless the answer has this status; gives its body. */
async function good(what, status, answer) {
  const { status: got, text, headers } = await answer;
  if (got !== status) throw new Error(`${what}: ${got}, not ${status}: ${text}`);
  seen.push(what);
  return headers.get('content-type')?.includes('json') ? JSON.parse(text) : headers.get('location') ?? text;
}

/** Fails unless the proxy itself refuses. */
async function bad(what, answer) {
  const { status, text } = await answer;
  if (status < 400 || !text.includes('stoplight.io/prism')) throw new Error(`${what}: passed: ${status} ${text}`);
  seen.push(what);
}

const gpd = (method, path, body, key = 'sandbox-gpd') =>
  call(key, method, `${GPD_URL}/organizations/${CREDITOR}/debtpositions${path}`, body);
const carts = (body) => call('sandbox-checkout', 'POST', `${CHECKOUT_URL}/carts`, body);
const receipts = (path, creditor = CREDITOR) =>
  call('sandbox-receipts', 'GET', `${RECEIPTS_URL}/payments/${creditor}/receipts${path}`);
const io = (method, path, body, key = 'sandbox-io') => call(key, method, `${IO_URL}${path}`, body);

const iuv = `02${String(randomInt(1e12)).padStart(15, '0')}`;
const iupd = `${CREDITOR}-${iuv}`;
const position = {
  iupd, type: 'F', fiscalCode: PERSON, fullName: 'Maria Lovascio', switchToExpired: false,
  companyName: 'Comune di Bitonto',
  paymentOption: [{
    iuv, amount: 4000, description: 'Istruttoria e cartello', isPartialPayment: false,
    dueDate: new Date(Date.now() + 864e5).toISOString(),
    transfer: [{
      idTransfer: '1', amount: 4000, remittanceInformation: 'Istruttoria e cartello',
      category: '9/0105101TS/', iban: 'IT60X0542811101000000123456',
    }],
  }],
};
const back = 'https://sportello.example.it/pagamenti';
const cart = {
  paymentNotices: [{
    noticeNumber: `3${iuv}`, fiscalCode: CREDITOR, amount: 4000, companyName: 'Comune di Bitonto',
    description: 'Istruttoria e cartello',
  }],
  returnUrls: {
    returnOkUrl: back, returnCancelUrl: back, returnErrorUrl: back, returnWaitingUrl: back,
  },
};
const message = {
  fiscal_code: PERSON,
  content: {
    subject: 'La tua pratica va avanti',
    markdown: 'La tua richiesta è arrivata e ha un numero di protocollo. Trovi tutto nella tua area personale.',
    due_date: '2030-01-31T22:59:59.000Z',
  },
};

async function goodCalls() {
  await good('create', 201, gpd('POST', '', position));
  await good('create again', 409, gpd('POST', '', position));
  await good('change', 200, gpd('PUT', `/${iupd}`, position));
  await good('publish', 200, gpd('POST', `/${iupd}/publish`));
  const made = await good('get', 200, gpd('GET', `/${iupd}`));
  if (made.status !== 'VALID') throw new Error(`the position is ${made.status}`);
  await good('get nothing', 404, gpd('GET', '/nessuna'));
  await good('list', 200, gpd('GET', '?limit=10&status=VALID'));
  await good('no receipt yet', 404, receipts(`/${iuv}`));
  const page = await good('cart', 302, carts(cart));
  const pay = await fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ azione: 'paga' }) });
  if (pay.headers.get('location') !== back) throw new Error(`paying: ${pay.status}`);
  await good('cart of what is paid', 422, carts(cart));
  const paid = await good('get paid', 200, gpd('GET', `/${iupd}`));
  if (paid.status !== 'PAID') throw new Error(`the position is ${paid.status}`);
  await good('delete what is paid', 409, gpd('DELETE', `/${iupd}`));
  const xml = await good('receipt', 200, receipts(`/${iuv}`));
  if (!xml.includes(iuv)) throw new Error('the receipt is another one');
  await good('receipts', 200, receipts('?pageSize=10'));
  await good('profile', 200, io('POST', '/profiles', { fiscal_code: PERSON }));
  const { id } = await good('message', 201, io('POST', '/messages', message));
  await good('message state', 200, io('GET', `/messages/${PERSON}/${id}`));
}

async function badCalls() {
  const before = await journal();
  const change = (base, edit) => { const copy = structuredClone(base); edit(copy); return copy; };
  await bad('create without key', gpd('POST', '', position, null));
  await bad('create without body', gpd('POST', ''));
  await bad('create: no type', gpd('POST', '', change(position, (p) => { delete p.type; })));
  await bad('create: amount as text', gpd('POST', '', change(position, (p) => { p.paymentOption[0].amount = '40,00'; })));
  await bad('publish: toPublish', gpd('POST', '?toPublish=si', position));
  await bad('list: too many', gpd('GET', '?limit=100'));
  await bad('cart: no body', carts());
  await bad('cart: letters', carts(change(cart, (c) => { c.paymentNotices[0].noticeNumber = 'a'.repeat(18); })));
  await bad('cart: nowhere to wait', carts(change(cart, (c) => { delete c.returnUrls.returnWaitingUrl; })));
  await bad('receipt of nobody', receipts(`/${iuv}`, 'Bitonto'));
  await bad('receipts: page', receipts('?pageSize=1000'));
  await bad('profile: no code', io('POST', '/profiles', { fiscal_code: 'MARIA' }));
  await bad('message: short', io('POST', '/messages', change(message, (m) => { m.content.markdown = 'Ciao'; })));
  await bad('message: due date', io('POST', '/messages', change(message, (m) => { m.content.due_date = 'domani'; })));
  await bad('message without body', io('POST', '/messages'));
  if (await journal() !== before) throw new Error('a bad call reached the sandbox');

  // The other direction: an answer that is no JSON.
  await fetch(`${sandbox}/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ target: 'gpd', kind: 'type', count: 1 }),
  });
  await bad('an answer of another type', gpd('GET', '?limit=10'));
}

async function journal() {
  const { entries } = await (await fetch(`${sandbox}/journal`)).json();
  return entries.length;
}

await (which === 'good' ? goodCalls() : badCalls());
console.log(`${which}: ${seen.join(', ')}`);
