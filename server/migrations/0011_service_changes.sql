-- What offices change of a service, each from a day on. Rows are added and never changed or deleted,
-- each chained to the one before: they are the history.
CREATE TABLE service_changes (
  number INTEGER PRIMARY KEY,
  slug TEXT NOT NULL,
  -- `closing`, `reopening`, `fee`, `window`, `withdrawal` (of a change that had not begun)
  kind TEXT NOT NULL,
  -- JSON: what it becomes and what it was.
  value TEXT NOT NULL,
  -- The first day on which it holds.
  from_day TEXT NOT NULL,
  -- For citizens.
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL REFERENCES people (id),
  made_at INTEGER NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX service_changes_by_slug ON service_changes (slug);

-- One row: the last change. Who makes one waits here for who makes another.
CREATE TABLE service_changes_last (
  name TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL
);
