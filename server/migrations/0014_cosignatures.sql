-- A request that others must sign too, as they read it: nothing in it changes until it is sent, or
-- opened again, which takes their signatures away.
CREATE TABLE frozen_drafts (
    draft TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    sealed BLOB NOT NULL,
    frozen_at INTEGER NOT NULL
);

-- One row a person who must sign; `lookup` is of her codice fiscale. Signed: who, and how she logged in.
CREATE TABLE cosignatures (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL REFERENCES frozen_drafts (draft),
    lookup TEXT NOT NULL,
    sealed BLOB,
    signed_at INTEGER
);
CREATE INDEX cosignatures_by_draft ON cosignatures (draft);
CREATE INDEX cosignatures_by_lookup ON cosignatures (lookup);
