-- Privacy notices (GDPR art. 13) as they were: a row is added when one changes, none is edited. A
-- notice that comes back has two rows with one hash.
CREATE TABLE privacy_notices (
  slug TEXT NOT NULL,
  -- 1 and on, by service.
  number INTEGER NOT NULL,
  -- SHA-256 of the body, hex.
  hash TEXT NOT NULL,
  -- Canonical JSON (RFC 8785).
  body BLOB NOT NULL,
  -- Since when it holds, milliseconds.
  since INTEGER NOT NULL,
  PRIMARY KEY (slug, number)
);
