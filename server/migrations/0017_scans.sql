-- What the antivirus said of a file; no row: it was never asked. `state`: waiting, clean, infected.
CREATE TABLE scans (
    file TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    -- The name of what was found.
    found TEXT,
    -- When it was last asked.
    asked_at BIGINT NOT NULL
);
CREATE INDEX scans_waiting ON scans (asked_at) WHERE state = 'waiting';
