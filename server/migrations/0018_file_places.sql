-- The order in which a person gives her files; before it they lie in the order of arrival (`id`).
ALTER TABLE files ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
