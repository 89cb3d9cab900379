-- +goose Up
ALTER TABLE `notices` ADD COLUMN `mail` text NOT NULL DEFAULT ('BY_TOPIC');
CREATE TABLE `listing_questions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `text` text NOT NULL, `answer` text NOT NULL DEFAULT (''), `confidential` bool NOT NULL DEFAULT (false), `asker_kind` text NOT NULL, `hidden_reason` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `asked_for` integer NOT NULL, `asked_at` datetime NOT NULL, `answered_at` datetime NULL, `hidden_at` datetime NULL, `listing_question_listing` integer NOT NULL, `listing_question_asker` integer NOT NULL, `listing_question_answerer` integer NULL, CONSTRAINT `listing_questions_listings_listing` FOREIGN KEY (`listing_question_listing`) REFERENCES `listings` (`id`) ON DELETE NO ACTION, CONSTRAINT `listing_questions_persons_asker` FOREIGN KEY (`listing_question_asker`) REFERENCES `persons` (`id`) ON DELETE NO ACTION, CONSTRAINT `listing_questions_persons_answerer` FOREIGN KEY (`listing_question_answerer`) REFERENCES `persons` (`id`) ON DELETE SET NULL);
CREATE INDEX `listingquestion_asked_at_listing_question_listing` ON `listing_questions` (`asked_at`, `listing_question_listing`);
CREATE INDEX `listingquestion_asked_at_listing_question_asker` ON `listing_questions` (`asked_at`, `listing_question_asker`);
CREATE TABLE `watches` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `kind` text NOT NULL, `subject` integer NOT NULL DEFAULT (0), `query` text NOT NULL DEFAULT (''), `mark` text NOT NULL DEFAULT (''), `name` text NOT NULL, `how` text NOT NULL DEFAULT ('AT_ONCE'), `known` blob NULL, `state` text NOT NULL DEFAULT (''), `since` integer NOT NULL, `turn` integer NOT NULL DEFAULT (0), `created_at` datetime NOT NULL, `person_id` integer NOT NULL, CONSTRAINT `watches_persons_person` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE UNIQUE INDEX `watch_person_id_kind_subject_mark` ON `watches` (`person_id`, `kind`, `subject`, `mark`);
CREATE INDEX `watch_kind_subject` ON `watches` (`kind`, `subject`);
CREATE INDEX `watch_turn` ON `watches` (`turn`);
CREATE TABLE `watch_hits` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `subject` integer NOT NULL, `at` datetime NOT NULL, `watch_id` integer NOT NULL, CONSTRAINT `watch_hits_watches_hits` FOREIGN KEY (`watch_id`) REFERENCES `watches` (`id`) ON DELETE CASCADE);
CREATE UNIQUE INDEX `watchhit_watch_id_subject` ON `watch_hits` (`watch_id`, `subject`);
CREATE INDEX `watchhit_watch_id_at` ON `watch_hits` (`watch_id`, `at`);
CREATE TABLE `watch_rounds` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `at` integer NOT NULL, `turn` integer NOT NULL);
-- Whoever takes up the changes for the watchers begins where they are now.
INSERT INTO watch_rounds (id, at, turn) SELECT 1, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_changes'), 0), 1;
-- +goose StatementBegin
CREATE TRIGGER watch_project_set AFTER UPDATE ON projects FOR EACH ROW
WHEN OLD.phase IS NOT NEW.phase OR OLD.published IS NOT NEW.published OR OLD.price_fen IS NOT NEW.price_fen OR OLD.next_at IS NOT NEW.next_at
BEGIN
  INSERT INTO search_changes (kind, subject) VALUES ('project', NEW.id);
END;
-- +goose StatementEnd
