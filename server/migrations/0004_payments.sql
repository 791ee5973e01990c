-- What is asked to be paid through pagoPA. Reasons and texts hold no personal data; the debtor
-- is read from the case when the position is made.

-- Last base of a notice number, by segregation code.
CREATE TABLE notice_bases (
    segregation TEXT PRIMARY KEY,
    last INTEGER NOT NULL
);

-- `seq` is that of the event importo_dovuto. `attempt_at`: when she last went to pay online;
-- until `attempt_until` that payment may still arrive.
CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    fee TEXT NOT NULL,
    cents INTEGER NOT NULL,
    notice TEXT NOT NULL UNIQUE,
    iupd TEXT NOT NULL UNIQUE,
    reason TEXT NOT NULL,
    category TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt_at INTEGER NOT NULL,
    attempt_until INTEGER NOT NULL,
    returned_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    paid_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (case_id, seq)
);

-- Receipts as they came, sealed under the case's key. `hash` is the SHA-256 of the XML, `salted`
-- that of salt and XML, as in the event pagato.
CREATE TABLE receipts (
    id TEXT PRIMARY KEY,
    payment TEXT NOT NULL REFERENCES payments (id),
    case_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    salt TEXT NOT NULL,
    salted TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (payment, receipt_id)
);
CREATE INDEX receipts_by_case ON receipts (case_id);

-- Serial numbers of paper stamps (a keyed hash), and the cases that name them.
CREATE TABLE stamps (
    lookup TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (lookup, case_id)
);
