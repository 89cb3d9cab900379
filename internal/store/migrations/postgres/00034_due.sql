-- +goose Up
-- The next deadline that everybody may know, beside the one that the parties see to: what the public reads, searches and
-- calendars go by this one. A project whose next deadline is another's business gets it with its next entry.
ALTER TABLE "projects" ADD COLUMN "due_at" timestamptz NULL, ADD COLUMN "due_kind" character varying NOT NULL DEFAULT '', ADD COLUMN "due_changes" bigint NOT NULL DEFAULT 0, ADD COLUMN "due_changed_at" timestamptz NULL;
UPDATE projects SET due_at = next_at, due_kind = next_kind, due_changes = 1, due_changed_at = created_at WHERE next_at IS NOT NULL AND next_kind <> 'DOCUMENT_REVIEW';
DROP TRIGGER search_project_set ON projects;
DROP TRIGGER watch_project_set ON projects;
CREATE TRIGGER search_project_set AFTER UPDATE ON projects FOR EACH ROW
  WHEN (OLD.published IS DISTINCT FROM NEW.published OR OLD.phase IS DISTINCT FROM NEW.phase OR OLD.way IS DISTINCT FROM NEW.way OR OLD.price_fen IS DISTINCT FROM NEW.price_fen OR OLD.due_at IS DISTINCT FROM NEW.due_at OR OLD.project_listing IS DISTINCT FROM NEW.project_listing)
  EXECUTE FUNCTION search_changed('lot', 'project_listing');
CREATE TRIGGER watch_project_set AFTER UPDATE ON projects FOR EACH ROW
  WHEN (OLD.phase IS DISTINCT FROM NEW.phase OR OLD.published IS DISTINCT FROM NEW.published OR OLD.price_fen IS DISTINCT FROM NEW.price_fen OR OLD.due_at IS DISTINCT FROM NEW.due_at)
  EXECUTE FUNCTION search_changed('project', 'id');
