-- Who has a place in an agenda: a draft for some minutes, or a case. What is over or given back is
-- deleted: that it was there is told by the case's events.
CREATE TABLE bookings (
    agenda TEXT NOT NULL,
    starts TEXT NOT NULL,
    seat INTEGER NOT NULL,
    draft TEXT,
    case_id TEXT REFERENCES cases (id),
    held_until INTEGER,
    reminded_at INTEGER,
    PRIMARY KEY (agenda, starts, seat)
);
CREATE INDEX bookings_by_draft ON bookings (draft);
CREATE INDEX bookings_by_case ON bookings (case_id);
