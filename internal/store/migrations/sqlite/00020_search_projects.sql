-- +goose Up
-- Searches show the open way to a price of a listing. A project changes no text: it counts as a lot does.
-- +goose StatementBegin
CREATE TRIGGER search_project_made AFTER INSERT ON projects FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', NEW.project_listing);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_project_set AFTER UPDATE ON projects FOR EACH ROW
WHEN OLD.published IS NOT NEW.published OR OLD.phase IS NOT NEW.phase OR OLD.way IS NOT NEW.way OR OLD.price_fen IS NOT NEW.price_fen OR OLD.next_at IS NOT NEW.next_at OR OLD.project_listing IS NOT NEW.project_listing
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', NEW.project_listing);
  INSERT INTO search_changes (kind, subject) SELECT 'lot', OLD.project_listing WHERE OLD.project_listing IS NOT NEW.project_listing;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_project_gone AFTER DELETE ON projects FOR EACH ROW
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('lot', OLD.project_listing);
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER search_project_made;
DROP TRIGGER search_project_set;
DROP TRIGGER search_project_gone;
