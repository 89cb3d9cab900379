-- +goose Up
-- The lots' logs. No foreign key and no second index: they would cost two thirds of the speed of a hot lot.
CREATE TABLE lot_log (
  lot_id integer NOT NULL,
  seq    integer NOT NULL,
  body   blob    NOT NULL,
  sealed blob,
  head   blob    NOT NULL,
  PRIMARY KEY (lot_id, seq)
) WITHOUT ROWID;

CREATE TABLE lot_seal (
  lot_id    integer NOT NULL,
  seq       integer NOT NULL,
  head      blob    NOT NULL,
  key_id    text    NOT NULL,
  algorithm text    NOT NULL,
  value     blob    NOT NULL,
  PRIMARY KEY (lot_id, seq)
);

CREATE TABLE pulse (
  node  text PRIMARY KEY,
  at_us integer NOT NULL
);

CREATE TABLE sessions (
  token  text PRIMARY KEY,
  data   blob NOT NULL,
  expiry real NOT NULL
);
CREATE INDEX sessions_expiry_idx ON sessions (expiry);

-- +goose Down
DROP TABLE sessions;
DROP TABLE pulse;
DROP TABLE lot_seal;
DROP TABLE lot_log;
