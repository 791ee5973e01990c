-- The document that a request becomes, to be signed digitally: given out as it is, until the request
-- is opened again.
CREATE TABLE signing_documents (
    draft TEXT PRIMARY KEY REFERENCES frozen_drafts (draft),
    sha256 TEXT NOT NULL,
    sealed BLOB NOT NULL
);

-- What was found of a file's digital signatures; NULL: none are asked for it.
ALTER TABLE files ADD COLUMN sealed_report BLOB;
