-- +goose Up
-- What has changed that searches show. Triggers write it in the transaction of the change, whoever makes it: there is
-- nothing to forget. internal/store/changes.go reads it.
CREATE TABLE search_changes (
  seq     integer PRIMARY KEY AUTOINCREMENT, -- SQLite has one writer: the order of numbers is that of commits
  kind    text    NOT NULL,                  -- listing, lot, patent, organisation
  subject integer NOT NULL,                  -- its id; of a lot that of its listing
  at      integer NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS integer))
);
CREATE INDEX search_changes_at ON search_changes (at);

-- Whose changes they are: an index of another database is worth nothing here.
CREATE TABLE search_origin (id text NOT NULL);
INSERT INTO search_origin VALUES (lower(hex(randomblob(16))));

-- +goose StatementBegin
CREATE TRIGGER search_listing_made AFTER INSERT ON listings FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('listing', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_listing_set AFTER UPDATE ON listings FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('listing', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_listing_gone AFTER DELETE ON listings FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('listing', OLD.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_lot_made AFTER INSERT ON lots FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', NEW.listing_lots);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_lot_set AFTER UPDATE ON lots FOR EACH ROW
WHEN OLD.number IS NOT NEW.number OR OLD.status IS NOT NEW.status OR OLD.opens_at IS NOT NEW.opens_at OR OLD.phase IS NOT NEW.phase OR OLD.price_fen IS NOT NEW.price_fen OR OLD.has_bid IS NOT NEW.has_bid OR OLD.deadline IS NOT NEW.deadline OR OLD.outcome IS NOT NEW.outcome OR OLD.listing_lots IS NOT NEW.listing_lots
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', NEW.listing_lots);
  INSERT INTO search_changes (kind, subject) SELECT 'lot', OLD.listing_lots WHERE OLD.listing_lots IS NOT NEW.listing_lots;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_lot_gone AFTER DELETE ON lots FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', OLD.listing_lots);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_patent_set AFTER UPDATE ON patents FOR EACH ROW
WHEN OLD.application_no IS NOT NEW.application_no OR OLD.publication_no IS NOT NEW.publication_no OR OLD.kind IS NOT NEW.kind OR OLD.title_zh IS NOT NEW.title_zh OR OLD.title_en IS NOT NEW.title_en OR OLD.abstract_zh IS NOT NEW.abstract_zh OR OLD.abstract_en IS NOT NEW.abstract_en OR OLD.ipc IS NOT NEW.ipc OR OLD.filed_on IS NOT NEW.filed_on OR OLD.legal_status IS NOT NEW.legal_status
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('patent', NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_patent_of AFTER INSERT ON listing_patents FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('listing', NEW.listing_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_patent_off AFTER DELETE ON listing_patents FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('listing', OLD.listing_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_organisation_set AFTER UPDATE ON organisations FOR EACH ROW
WHEN OLD.name_zh IS NOT NEW.name_zh OR OLD.name_en IS NOT NEW.name_en OR OLD.uscc IS NOT NEW.uscc
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('organisation', NEW.id);
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER search_listing_made;
DROP TRIGGER search_listing_set;
DROP TRIGGER search_listing_gone;
DROP TRIGGER search_lot_made;
DROP TRIGGER search_lot_set;
DROP TRIGGER search_lot_gone;
DROP TRIGGER search_patent_set;
DROP TRIGGER search_patent_of;
DROP TRIGGER search_patent_off;
DROP TRIGGER search_organisation_set;
DROP TABLE search_origin;
DROP TABLE search_changes;
