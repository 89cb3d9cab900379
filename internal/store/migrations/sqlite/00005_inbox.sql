-- +goose Up
CREATE TABLE `letters` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `address` text NOT NULL, `lang` text NOT NULL, `subject` text NOT NULL, `text` text NOT NULL, `html` text NOT NULL, `key` text NOT NULL, `state` text NOT NULL DEFAULT ('WAITING'), `attempts` integer NOT NULL DEFAULT (0), `error` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `sent_at` datetime NULL);
CREATE UNIQUE INDEX `letters_key_key` ON `letters` (`key`);
CREATE INDEX `letter_address_created_at` ON `letters` (`address`, `created_at`);
CREATE INDEX `letter_created_at` ON `letters` (`created_at`);
CREATE TABLE `mail_preferences` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `topic` text NOT NULL, `mode` text NOT NULL DEFAULT ('AT_ONCE'), `person_id` integer NOT NULL, CONSTRAINT `mail_preferences_persons_person` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE UNIQUE INDEX `mailpreference_person_id_topic` ON `mail_preferences` (`person_id`, `topic`);
CREATE TABLE `notices` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL DEFAULT (0), `kind` text NOT NULL, `params` json NOT NULL, `link` text NOT NULL DEFAULT (''), `key` text NOT NULL, `created_at` datetime NOT NULL, `read_at` datetime NULL, `mailed_at` datetime NULL, `person_id` integer NOT NULL, CONSTRAINT `notices_persons_person` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE UNIQUE INDEX `notice_person_id_key` ON `notices` (`person_id`, `key`);
CREATE INDEX `notice_person_id_read_at` ON `notices` (`person_id`, `read_at`);
CREATE INDEX `notice_created_at` ON `notices` (`created_at`);

-- +goose Down
DROP TABLE notices;
DROP TABLE mail_preferences;
DROP TABLE letters;
