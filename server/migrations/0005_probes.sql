-- Written by /readyz: a database that answers but takes nothing is not ready.
CREATE TABLE probes (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL
);
