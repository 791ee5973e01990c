-- A file on its way, in parts: each part's bytes lie in the file store under its own id. Whoever has
-- not gone on for a day begins again.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    -- The draft.
    owner TEXT NOT NULL,
    attachment TEXT NOT NULL,
    sealed_name BLOB NOT NULL,
    -- Of the whole file, and how many of them have come.
    bytes BIGINT NOT NULL,
    received BIGINT NOT NULL,
    -- What it became when all had come, for who did not hear it.
    file TEXT,
    updated_at BIGINT NOT NULL
);
CREATE INDEX uploads_by_person ON uploads (person, updated_at);
CREATE INDEX uploads_by_age ON uploads (updated_at);

CREATE TABLE upload_parts (
    upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    -- Of its first byte in the file.
    position BIGINT NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (upload, position)
);
