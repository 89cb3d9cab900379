-- +goose Up
-- Columns are added to the table that stands: another in its place would lose the triggers of 00006.
ALTER TABLE `listings` ADD COLUMN `import_key` text NULL;
ALTER TABLE `listings` ADD COLUMN `import_hash` text NOT NULL DEFAULT ('');
ALTER TABLE `listings` ADD COLUMN `import_record` text NOT NULL DEFAULT ('');
CREATE UNIQUE INDEX `listing_import_key_organisation_listings` ON `listings` (`import_key`, `organisation_listings`);
CREATE TABLE `uploads` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `token` text NOT NULL, `person_id` integer NOT NULL, `organisation_id` integer NOT NULL, `name` text NOT NULL, `data` blob NOT NULL, `choices` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('NEW'), `report` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, `started_at` datetime NULL, `expires_at` datetime NOT NULL);
CREATE UNIQUE INDEX `uploads_token_key` ON `uploads` (`token`);
CREATE INDEX `upload_expires_at` ON `uploads` (`expires_at`);
CREATE INDEX `upload_person_id_organisation_id` ON `uploads` (`person_id`, `organisation_id`);

-- +goose Down
DROP TABLE `uploads`;
DROP INDEX `listing_import_key_organisation_listings`;
ALTER TABLE `listings` DROP COLUMN `import_key`;
ALTER TABLE `listings` DROP COLUMN `import_hash`;
ALTER TABLE `listings` DROP COLUMN `import_record`;
