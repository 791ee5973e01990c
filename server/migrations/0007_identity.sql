-- Single logout: what the provider calls this session.
ALTER TABLE sessions ADD COLUMN scheme TEXT NOT NULL DEFAULT 'spid';
ALTER TABLE sessions ADD COLUMN name_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN name_qualifier TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN session_index TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_name ON sessions (provider, name_id);

-- The request as it was sent, until it is answered.
ALTER TABLE saml_requests ADD COLUMN sealed_request BLOB;

-- A login's request and response, kept 24 months (D.P.C.M. 24.10.2014 art. 13).
CREATE TABLE logins (
    request TEXT PRIMARY KEY,
    scheme TEXT NOT NULL,
    provider TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    answered_at INTEGER NOT NULL,
    -- aperto, riuscito, rifiutato
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    response TEXT NOT NULL,
    assertion TEXT NOT NULL,
    level INTEGER NOT NULL,
    sealed_request BLOB,
    sealed_response BLOB NOT NULL
);
CREATE INDEX logins_by_time ON logins (answered_at);
CREATE INDEX logins_by_assertion ON logins (assertion);

-- Who read them and why: only ever added to, each row chained to the one before.
CREATE TABLE login_readings (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    reader TEXT NOT NULL,
    reason TEXT NOT NULL,
    wanted TEXT NOT NULL,
    found INTEGER NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
