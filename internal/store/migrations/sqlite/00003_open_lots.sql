-- +goose Up
-- The lots that have a log and no end, so that nobody has to search the logs for them.
CREATE TABLE lot_open (lot_id integer PRIMARY KEY);
INSERT INTO lot_open SELECT lot_id FROM lot_log WHERE seq = 1 AND lot_id NOT IN (SELECT lot_id FROM lot_seal);

-- +goose Down
DROP TABLE lot_open;
