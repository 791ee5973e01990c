-- The outbox grows from a list into a queue (store/outbox.rs).
-- state: queued, sending, sent, unknown, done, failed. Instants are milliseconds; 0: none.
-- A row is one worker's while lease_until lies ahead; `sending` is committed before the call.

ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN lease_by TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN remote_id TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_due ON outbox (channel, state, next_at);
