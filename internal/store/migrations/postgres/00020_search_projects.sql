-- +goose Up
-- Searches show the open way to a price of a listing. A project changes no text: it counts as a lot does.
CREATE TRIGGER search_project AFTER INSERT OR DELETE ON projects FOR EACH ROW
  EXECUTE FUNCTION search_changed('lot', 'project_listing');
CREATE TRIGGER search_project_set AFTER UPDATE ON projects FOR EACH ROW
  WHEN (OLD.published IS DISTINCT FROM NEW.published OR OLD.phase IS DISTINCT FROM NEW.phase OR OLD.way IS DISTINCT FROM NEW.way OR OLD.price_fen IS DISTINCT FROM NEW.price_fen OR OLD.next_at IS DISTINCT FROM NEW.next_at OR OLD.project_listing IS DISTINCT FROM NEW.project_listing)
  EXECUTE FUNCTION search_changed('lot', 'project_listing');

-- +goose Down
DROP TRIGGER search_project ON projects;
DROP TRIGGER search_project_set ON projects;
