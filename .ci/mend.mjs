// Copies of the official descriptions that are strict enough to test against:
// `mend.mjs SPECS OUT` writes OUT/{io,gpd,checkout,receipts}.json.
// As published they accept an empty body, any fiscal code, any word where a list is meant, and
// some of their own examples break them. Nothing of theirs is kept in this repository.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [specs, out] = process.argv.slice(2);
// A parser that comes with prism.
const yaml = createRequire(join(process.cwd(), 'end2end/package.json'))('@stoplight/yaml');
const text = (path) => readFileSync(join(specs, path), 'utf8');

const PERSON = '^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$';
const CREDITOR = { type: 'string', pattern: '^[0-9]{11}$' };

/** Calls `visit` on every object below `node`, itself included. */
function each(node, visit) {
  if (node === null || typeof node !== 'object') return;
  if (!Array.isArray(node)) visit(node);
  for (const value of Object.values(node)) each(value, visit);
}

/** Every operation of a description, with its path. */
function operations({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).filter((o) => o.responses).map((operation) => ({ path, operation })));
}

/** Answers that the gateway gives and the description does not name. */
function answer(operation, status, description) {
  operation.responses[status] ??= { description };
}

function io() {
  const api = yaml.parse(text('io/io-services-api-4.1.1.yaml'));
  const types = api.definitions;
  for (const { operation } of operations(api)) {
    for (const parameter of operation.parameters ?? []) if (parameter.in === 'body') parameter.required = true;
    answer(operation, '429', 'Too many requests');
    operation.responses['429'].headers = {
      'x-rate-limit-retry-after': { type: 'integer' },
      'x-rate-limit-remaining': { type: 'integer' },
    };
  }
  // Formats of their own mean nothing to others; one of them contradicts its own length.
  delete types.FiscalCode.format;
  Object.assign(types.FiscalCode, { pattern: PERSON, minLength: 16, maxLength: 16 });
  delete types.OrganizationFiscalCode.format;
  types.OrganizationFiscalCode.pattern = CREDITOR.pattern;
  Object.assign(types.FiscalCodeHash, { pattern: '^[0-9a-f]{64}$', minLength: 64, maxLength: 64 });
  types.Timestamp.format = 'date-time';
  each(types, (node) => { if (node['x-extensible-enum']) node.enum = node['x-extensible-enum']; });
  // Two lists without a common word, and both asked for.
  types.MessageStatusValue = {
    type: 'string',
    enum: [...types.NotRejectedMessageStatusValue.enum, ...types.RejectedMessageStatusValue.enum],
  };
  // Examples are answers of a mock, and of no use to a proxy.
  each(api.paths, (node) => { delete node.examples; });
  return api;
}

function gpd() {
  const api = JSON.parse(text('gpd/openapi_external_v1.json'));
  each(api, (node) => {
    if (node.type === 'boolean' && typeof node.default === 'string') node.default = node.default === 'true';
    // Java's \h is a blank.
    if (typeof node.pattern === 'string' && node.pattern.includes('\\h')) node.pattern = '^[\\w* \\t-]+$';
  });
  for (const schema of Object.values(api.components.schemas)) {
    for (const name of ['amount', 'fee', 'notificationFee']) {
      const property = schema.properties?.[name];
      if (property) property.minimum ??= 0;
    }
  }
  rest(api);
  return api;
}

function receipts() {
  const api = JSON.parse(text('pagopa-api/openapi/gpd_payments.json'));
  rest(api);
  return api;
}

/** What the two services behind one gateway have in common. */
function rest(api) {
  for (const { operation } of operations(api)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.name === 'organizationfiscalcode') parameter.schema = CREDITOR;
    }
    answer(operation, '400', 'Malformed request');
    answer(operation, '429', 'Too many requests');
  }
}

function checkout() {
  const api = JSON.parse(text('pagopa-api/openapi/checkout_v2.json'));
  const { post } = api.paths['/carts'];
  post.requestBody.required = true;
  const notice = api.components.schemas.PaymentNotice.properties;
  notice.noticeNumber.pattern = '^[0-9]{18}$';
  notice.fiscalCode.pattern = CREDITOR.pattern;
  each(api, (node) => { delete node.example; });
  answer(post, '401', 'Missing or wrong key');
  // The server's word for a notice that cannot be paid now.
  post.responses['422'] ??= { ...post.responses['400'], description: 'Not payable, or twice' };
  answer(post, '429', 'Too many requests');
  return api;
}

mkdirSync(out, { recursive: true });
for (const [name, make] of Object.entries({ io, gpd, checkout, receipts })) {
  writeFileSync(join(out, `${name}.json`), JSON.stringify(make()));
}
