-- +goose Up
-- Columns are added one by one: a copy of the table would lose its triggers, and with the old one what refers to it.
ALTER TABLE `listings` ADD COLUMN `pricing_basis` text NOT NULL DEFAULT ('');
ALTER TABLE `listings` ADD COLUMN `decision_file` text NOT NULL DEFAULT ('');
ALTER TABLE `listings` ADD COLUMN `dossier` json NULL;
ALTER TABLE `listings` ADD COLUMN `version` integer NOT NULL DEFAULT (1);
ALTER TABLE `listings` ADD COLUMN `published_at` datetime NULL;
CREATE TABLE `listing_comments` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `field` text NOT NULL DEFAULT (''), `text` text NOT NULL, `number` integer NOT NULL, `at` datetime NOT NULL, `listing_comments` integer NOT NULL, `listing_comment_person` integer NOT NULL, CONSTRAINT `listing_comments_listings_comments` FOREIGN KEY (`listing_comments`) REFERENCES `listings` (`id`) ON DELETE NO ACTION, CONSTRAINT `listing_comments_persons_person` FOREIGN KEY (`listing_comment_person`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE TABLE `listing_versions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `what` text NOT NULL, `sheet` json NOT NULL, `at` datetime NOT NULL, `listing_versions` integer NOT NULL, `listing_version_person` integer NOT NULL, CONSTRAINT `listing_versions_listings_versions` FOREIGN KEY (`listing_versions`) REFERENCES `listings` (`id`) ON DELETE NO ACTION, CONSTRAINT `listing_versions_persons_person` FOREIGN KEY (`listing_version_person`) REFERENCES `persons` (`id`) ON DELETE NO ACTION);
CREATE UNIQUE INDEX `listingversion_number_listing_versions` ON `listing_versions` (`number`, `listing_versions`);
