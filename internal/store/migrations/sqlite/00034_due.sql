-- +goose Up
-- The next deadline that everybody may know, beside the one that the parties see to: what the public reads, searches and
-- calendars go by this one. A project whose next deadline is another's business gets it with its next entry.
ALTER TABLE `projects` ADD COLUMN `due_at` datetime NULL;
ALTER TABLE `projects` ADD COLUMN `due_kind` text NOT NULL DEFAULT ('');
ALTER TABLE `projects` ADD COLUMN `due_changes` integer NOT NULL DEFAULT (0);
ALTER TABLE `projects` ADD COLUMN `due_changed_at` datetime NULL;
UPDATE projects SET due_at = next_at, due_kind = next_kind, due_changes = 1, due_changed_at = created_at WHERE next_at IS NOT NULL AND next_kind <> 'DOCUMENT_REVIEW';
DROP TRIGGER search_project_set;
DROP TRIGGER watch_project_set;
-- +goose StatementBegin
CREATE TRIGGER search_project_set AFTER UPDATE ON projects FOR EACH ROW
WHEN OLD.published IS NOT NEW.published OR OLD.phase IS NOT NEW.phase OR OLD.way IS NOT NEW.way OR OLD.price_fen IS NOT NEW.price_fen OR OLD.due_at IS NOT NEW.due_at OR OLD.project_listing IS NOT NEW.project_listing
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', NEW.project_listing);
  INSERT INTO search_changes (kind, subject) SELECT 'lot', OLD.project_listing WHERE OLD.project_listing IS NOT NEW.project_listing;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER watch_project_set AFTER UPDATE ON projects FOR EACH ROW
WHEN OLD.phase IS NOT NEW.phase OR OLD.published IS NOT NEW.published OR OLD.price_fen IS NOT NEW.price_fen OR OLD.due_at IS NOT NEW.due_at
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('project', NEW.id);
END;
-- +goose StatementEnd
