-- +goose Up
CREATE TABLE `passkeys` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `name` text NOT NULL, `key_id` text NOT NULL, `handle` blob NOT NULL, `record` blob NOT NULL, `sign_count` integer NOT NULL DEFAULT (0), `cloned` bool NOT NULL DEFAULT (false), `created_at` datetime NOT NULL, `used_at` datetime NULL, `person_id` integer NOT NULL, CONSTRAINT `passkeys_persons_person` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE UNIQUE INDEX `passkeys_key_id_key` ON `passkeys` (`key_id`);
CREATE INDEX `passkey_person_id` ON `passkeys` (`person_id`);
CREATE TABLE `person_sessions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `digest` text NOT NULL, `way` text NOT NULL, `device` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `seen_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `person_id` integer NOT NULL, CONSTRAINT `person_sessions_persons_person` FOREIGN KEY (`person_id`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE UNIQUE INDEX `person_sessions_digest_key` ON `person_sessions` (`digest`);
CREATE INDEX `personsession_person_id` ON `person_sessions` (`person_id`);
CREATE INDEX `personsession_expires_at` ON `person_sessions` (`expires_at`);