-- +goose Up
CREATE TABLE `authorities` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `person_id` integer NOT NULL, `bid_fen` integer NULL, `approves` bool NOT NULL DEFAULT (false), `approve_fen` integer NULL, `version` integer NOT NULL DEFAULT (1));
CREATE UNIQUE INDEX `authority_organisation_id_person_id` ON `authorities` (`organisation_id`, `person_id`);
CREATE TABLE `authority_rules` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `always_second` bool NOT NULL DEFAULT (false), `version` integer NOT NULL DEFAULT (0));
CREATE UNIQUE INDEX `authority_rules_organisation_id_key` ON `authority_rules` (`organisation_id`);
CREATE TABLE `lot_authorities` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `person_id` integer NOT NULL, `lot_id` integer NOT NULL, `bid_fen` integer NULL);
CREATE UNIQUE INDEX `lotauthority_organisation_id_person_id_lot_id` ON `lot_authorities` (`organisation_id`, `person_id`, `lot_id`);
CREATE TABLE `pending_bids` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `lot_id` integer NOT NULL, `paddle` text NOT NULL, `key` text NOT NULL, `kind` text NOT NULL, `amount_fen` integer NOT NULL, `confirmed` bool NOT NULL, `proposed_by` integer NOT NULL, `proposed_at` datetime NOT NULL, `state` text NOT NULL DEFAULT ('WAITING'), `why` text NOT NULL DEFAULT (''), `decided_by` integer NOT NULL DEFAULT (0), `decided_at` datetime NULL, `answer` json NULL, `changed_at` datetime NOT NULL);
CREATE UNIQUE INDEX `pendingbid_organisation_id_lot_id_key` ON `pending_bids` (`organisation_id`, `lot_id`, `key`);
CREATE INDEX `pendingbid_changed_at` ON `pending_bids` (`changed_at`);
CREATE INDEX `pendingbid_state_lot_id` ON `pending_bids` (`state`, `lot_id`);