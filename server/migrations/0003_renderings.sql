-- PDFs of registered documents: made once by the renderer, named by a later event of the case.
-- `seq`: of the event whose document is shown. `kind`: what is shown of it (documents.rs).
CREATE TABLE case_renderings (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    salt TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (case_id, seq, kind)
);
