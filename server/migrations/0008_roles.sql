-- Who may do what at the office. Rows are added and never changed or deleted: they are the history.
CREATE TABLE role_grants (
  id TEXT PRIMARY KEY,
  -- Of the codice fiscale, as in `people`: a role may be given to who never logged in.
  lookup TEXT NOT NULL,
  -- The codice fiscale, sealed by the master key.
  sealed BLOB NOT NULL,
  -- `operatore`, `responsabile`, `protocollista`, `redattore_albo`, `comunicatore`, `amministratore`
  role TEXT NOT NULL,
  -- NULL: the whole town.
  office TEXT,
  -- First and last day, both included; without a last one until somebody ends it.
  from_day TEXT NOT NULL,
  to_day TEXT,
  granted_by TEXT NOT NULL REFERENCES people (id),
  granted_at INTEGER NOT NULL
);
CREATE INDEX role_grants_by_lookup ON role_grants (lookup);

CREATE TABLE role_ends (
  id TEXT PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES role_grants (id),
  -- The last day; NULL: over at once.
  last_day TEXT,
  ended_by TEXT NOT NULL REFERENCES people (id),
  ended_at INTEGER NOT NULL
);
CREATE INDEX role_ends_by_grant ON role_ends (grant_id);

-- One row, which a change of roles locks: two at the same time come one after the other.
CREATE TABLE role_changes (
  name TEXT PRIMARY KEY,
  changes INTEGER NOT NULL
);

-- A clerk fills and sends a request for who has no digital identity.
CREATE TABLE desks (
  id TEXT PRIMARY KEY,
  operator TEXT NOT NULL REFERENCES people (id),
  citizen TEXT NOT NULL REFERENCES people (id),
  slug TEXT NOT NULL,
  -- Id of the draft, which is the citizen's.
  draft TEXT NOT NULL UNIQUE,
  -- The identity document that the clerk saw, sealed by the master key.
  sealed BLOB NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
);
CREATE UNIQUE INDEX desks_open ON desks (operator) WHERE ended_at IS NULL;
