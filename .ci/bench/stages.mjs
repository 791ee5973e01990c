// The stages of `make bench`, in the order in which they run.
import * as bytes from './bytes.mjs';
import * as documents from './documents.mjs';
import * as engine from './engine.mjs';
import * as lighthouse from './lighthouse.mjs';
import * as logins from './logins.mjs';
import * as memory from './memory.mjs';
import * as pages from './pages.mjs';
import * as streams from './streams.mjs';
import * as submissions from './submissions.mjs';
import * as throttled from './throttled.mjs';

export const stages = { bytes, lighthouse, throttled, pages, submissions, streams, logins, memory, engine, documents };
