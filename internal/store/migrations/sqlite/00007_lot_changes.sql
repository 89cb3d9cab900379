-- +goose Up
-- What calendars and feeds say of a lot has a count and a time of its own: the position in the log would tell how many
-- bids were sealed or refused.
ALTER TABLE lots ADD COLUMN changes integer NOT NULL DEFAULT 0;
ALTER TABLE lots ADD COLUMN changed_at datetime NULL;
UPDATE lots SET changed_at = COALESCE(closed_at, opened_at, created_at),
  changes = 1 + (CASE WHEN opened_at IS NULL THEN 0 ELSE 1 END) + (CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END)
  WHERE log_seq > 0;

-- +goose Down
ALTER TABLE lots DROP COLUMN changed_at;
ALTER TABLE lots DROP COLUMN changes;
