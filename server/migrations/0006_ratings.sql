-- What people say of a page or of a service they used. Nobody is named; the text is sealed by the
-- master key, since people may write anything.
CREATE TABLE ratings (
  id TEXT PRIMARY KEY,
  -- Path of a public page, or `servizio/<slug>`.
  subject TEXT NOT NULL,
  -- 1 to 5.
  stars INTEGER NOT NULL,
  -- Code of the chosen answer, empty if none.
  aspect TEXT NOT NULL,
  -- Empty if nothing was written.
  details BLOB NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX ratings_by_time ON ratings (created_at);
