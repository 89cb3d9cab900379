-- +goose Up
-- The lots' logs. No foreign key and no second index: they would cost two thirds of the speed of a hot lot.
CREATE TABLE lot_log (
  lot_id bigint NOT NULL,
  seq    bigint NOT NULL,
  body   bytea  NOT NULL,
  sealed bytea,
  head   bytea  NOT NULL,
  PRIMARY KEY (lot_id, seq)
);

CREATE TABLE lot_seal (
  lot_id    bigint NOT NULL,
  seq       bigint NOT NULL,
  head      bytea  NOT NULL,
  key_id    text   NOT NULL,
  algorithm text   NOT NULL,
  value     bytea  NOT NULL,
  PRIMARY KEY (lot_id, seq)
);

CREATE TABLE pulse (
  node  text PRIMARY KEY,
  at_us bigint NOT NULL
);

CREATE TABLE sessions (
  token  text PRIMARY KEY,
  data   bytea NOT NULL,
  expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry_idx ON sessions (expiry);

-- +goose Down
DROP TABLE sessions;
DROP TABLE pulse;
DROP TABLE lot_seal;
DROP TABLE lot_log;
