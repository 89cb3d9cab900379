-- +goose Up
-- What has changed that searches show. Triggers write it in the transaction of the change, whoever makes it: there is
-- nothing to forget. internal/store/changes.go reads it.
CREATE TABLE search_changes (
  seq     bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- a name, no order: numbers are given before transactions end
  xid     bigint  NOT NULL DEFAULT (pg_current_xact_id()::text::bigint), -- the transaction, by which it is read
  kind    text    NOT NULL,                                 -- listing, lot, patent, organisation
  subject bigint  NOT NULL,                                 -- its id; of a lot that of its listing
  at      bigint  NOT NULL DEFAULT (extract(epoch FROM now())::bigint)
);
CREATE INDEX search_changes_xid ON search_changes (xid);
CREATE INDEX search_changes_at ON search_changes (at);

-- Whose changes they are: an index of another database is worth nothing here.
CREATE TABLE search_origin (id text NOT NULL);
INSERT INTO search_origin VALUES (replace(gen_random_uuid()::text, '-', ''));

-- One function for all: its arguments are the kind and the column that names the subject.
-- +goose StatementBegin
CREATE FUNCTION search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before bigint;
  after  bigint;
BEGIN
  IF TG_OP <> 'INSERT' THEN EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO before USING OLD; END IF;
  IF TG_OP <> 'DELETE' THEN EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO after USING NEW; END IF;
  IF after IS NOT NULL THEN INSERT INTO search_changes (kind, subject) VALUES (TG_ARGV[0], after); END IF;
  IF before IS NOT NULL AND before IS DISTINCT FROM after THEN
    INSERT INTO search_changes (kind, subject) VALUES (TG_ARGV[0], before);
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER search_listing AFTER INSERT OR UPDATE OR DELETE ON listings FOR EACH ROW
  EXECUTE FUNCTION search_changed('listing', 'id');
CREATE TRIGGER search_lot AFTER INSERT OR DELETE ON lots FOR EACH ROW
  EXECUTE FUNCTION search_changed('lot', 'listing_lots');
CREATE TRIGGER search_lot_set AFTER UPDATE ON lots FOR EACH ROW
  WHEN (OLD.number IS DISTINCT FROM NEW.number OR OLD.status IS DISTINCT FROM NEW.status OR OLD.opens_at IS DISTINCT FROM NEW.opens_at OR OLD.phase IS DISTINCT FROM NEW.phase OR OLD.price_fen IS DISTINCT FROM NEW.price_fen OR OLD.has_bid IS DISTINCT FROM NEW.has_bid OR OLD.deadline IS DISTINCT FROM NEW.deadline OR OLD.outcome IS DISTINCT FROM NEW.outcome OR OLD.listing_lots IS DISTINCT FROM NEW.listing_lots)
  EXECUTE FUNCTION search_changed('lot', 'listing_lots');
CREATE TRIGGER search_patent_set AFTER UPDATE ON patents FOR EACH ROW
  WHEN (OLD.application_no IS DISTINCT FROM NEW.application_no OR OLD.publication_no IS DISTINCT FROM NEW.publication_no OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.title_zh IS DISTINCT FROM NEW.title_zh OR OLD.title_en IS DISTINCT FROM NEW.title_en OR OLD.abstract_zh IS DISTINCT FROM NEW.abstract_zh OR OLD.abstract_en IS DISTINCT FROM NEW.abstract_en OR OLD.ipc IS DISTINCT FROM NEW.ipc OR OLD.filed_on IS DISTINCT FROM NEW.filed_on OR OLD.legal_status IS DISTINCT FROM NEW.legal_status)
  EXECUTE FUNCTION search_changed('patent', 'id');
CREATE TRIGGER search_patent_of AFTER INSERT OR DELETE ON listing_patents FOR EACH ROW
  EXECUTE FUNCTION search_changed('listing', 'listing_id');
CREATE TRIGGER search_organisation_set AFTER UPDATE ON organisations FOR EACH ROW
  WHEN (OLD.name_zh IS DISTINCT FROM NEW.name_zh OR OLD.name_en IS DISTINCT FROM NEW.name_en OR OLD.uscc IS DISTINCT FROM NEW.uscc)
  EXECUTE FUNCTION search_changed('organisation', 'id');

-- +goose Down
DROP TRIGGER search_listing ON listings;
DROP TRIGGER search_lot ON lots;
DROP TRIGGER search_lot_set ON lots;
DROP TRIGGER search_patent_set ON patents;
DROP TRIGGER search_patent_of ON listing_patents;
DROP TRIGGER search_organisation_set ON organisations;
DROP FUNCTION search_changed;
DROP TABLE search_origin;
DROP TABLE search_changes;
