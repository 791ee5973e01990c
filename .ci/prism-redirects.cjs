// Loaded before prism: it follows redirects, and checkout answers with one that is to be read.
const { createRequire } = require('node:module');
const fromPrism = createRequire(require.resolve(`${process.cwd()}/end2end/node_modules/@stoplight/prism-http`));
const nodeFetch = fromPrism('node-fetch');
nodeFetch.default = (url, options) => nodeFetch(url, { redirect: 'manual', ...options });
