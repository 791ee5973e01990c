-- One person lets another act for her (D.P.R. 445/2000, art. 38, c. 3-bis). Rows stay for ever:
-- what ends one is written into it, once. Names, codes and the evidence of the login are sealed.
CREATE TABLE delegations (
    id TEXT PRIMARY KEY,
    giver TEXT NOT NULL REFERENCES people (id),
    delegate TEXT NOT NULL,
    scope TEXT NOT NULL,
    target TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
);
CREATE INDEX delegations_by_giver ON delegations (giver);
CREATE INDEX delegations_by_delegate ON delegations (delegate);

-- Whom a case is about, where somebody else sent it. She need not have a row in `people` yet:
-- `lookup` is found again when she logs in.
CREATE TABLE representations (
    case_id TEXT PRIMARY KEY REFERENCES cases (id),
    lookup TEXT NOT NULL,
    quality TEXT NOT NULL,
    delegation TEXT REFERENCES delegations (id),
    until_day TEXT,
    ended_at INTEGER
);
CREATE INDEX representations_by_lookup ON representations (lookup);
