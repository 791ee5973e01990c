-- Types are SQLite's: the runner writes BIGINT for INTEGER and BYTEA for BLOB on PostgreSQL.
-- Instants are milliseconds since 1970, days are AAAA-MM-GG, booleans 0/1, JSON is text.
-- Columns named `sealed` hold encrypted personal content (vault.rs).

CREATE TABLE definitions (
    hash TEXT PRIMARY KEY,
    slug TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    lookup TEXT NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    provider TEXT NOT NULL,
    level INTEGER NOT NULL,
    assertion TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE saml_requests (
    id TEXT PRIMARY KEY,
    scheme TEXT NOT NULL,
    provider TEXT NOT NULL,
    relay_state TEXT NOT NULL UNIQUE,
    next_path TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    level INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);

CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    slug TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions (hash),
    version INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (person, slug)
);

CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES people (id),
    slug TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions (hash),
    office TEXT NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (year, number)
);
CREATE INDEX cases_by_person ON cases (person);

-- A data key per case, wrapped by the master key: erasing it erases the personal content.
CREATE TABLE case_keys (
    case_id TEXT PRIMARY KEY REFERENCES cases (id),
    wrapped BLOB NOT NULL
);

CREATE TABLE case_events (
    case_id TEXT NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
);

-- Registered documents and personal content of a case, never changed.
CREATE TABLE case_documents (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    salt TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX case_documents_by_case ON case_documents (case_id);

-- Projection of the events, for lists only; `server verify` rebuilds and compares it.
CREATE TABLE case_index (
    case_id TEXT PRIMARY KEY REFERENCES cases (id),
    office TEXT NOT NULL,
    state TEXT NOT NULL,
    due TEXT,
    answer_by TEXT,
    must_act TEXT NOT NULL,
    operator TEXT,
    title TEXT NOT NULL,
    seq INTEGER NOT NULL
);
CREATE INDEX case_index_by_office ON case_index (office, must_act, due);

CREATE TABLE register_years (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE register (
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    direction TEXT NOT NULL,
    case_id TEXT NOT NULL,
    correspondent TEXT NOT NULL,
    subject TEXT NOT NULL,
    document_hash TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (year, number)
);

-- A file belongs to a draft, then to the case; its bytes lie in the file store under `id`.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    attachment TEXT NOT NULL,
    sealed_name BLOB NOT NULL,
    mime TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX files_by_owner ON files (owner);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    channel TEXT NOT NULL,
    template TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (case_id, seq, channel, template)
);
