-- +goose Up
CREATE TABLE `tickets` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `purpose` text NOT NULL, `digest` text NOT NULL, `email` text NOT NULL, `about` integer NOT NULL DEFAULT (0), `created_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `used_at` datetime NULL);
CREATE UNIQUE INDEX `tickets_digest_key` ON `tickets` (`digest`);
CREATE INDEX `ticket_email_purpose` ON `tickets` (`email`, `purpose`);
CREATE INDEX `ticket_expires_at` ON `tickets` (`expires_at`);