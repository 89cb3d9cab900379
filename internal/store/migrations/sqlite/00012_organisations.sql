-- +goose Up
-- Columns are added to the table that stands: another in its place would lose the triggers of 00006.
ALTER TABLE `organisations` ADD COLUMN `standing` text NOT NULL DEFAULT ('NEW');
ALTER TABLE `organisations` ADD COLUMN `steps` integer NOT NULL DEFAULT (0);
ALTER TABLE `organisations` ADD COLUMN `verified_at` datetime NULL;
ALTER TABLE `organisations` ADD COLUMN `expires_at` datetime NULL;
ALTER TABLE `organisations` ADD COLUMN `code_fails` bool NOT NULL DEFAULT (false);
ALTER TABLE `organisations` ADD COLUMN `cross_border` bool NOT NULL DEFAULT (false);
ALTER TABLE `organisations` ADD COLUMN `state_established` bool NOT NULL DEFAULT (false);
ALTER TABLE `organisations` ADD COLUMN `soe` bool NOT NULL DEFAULT (false);
-- Who is here already was looked at before.
UPDATE `organisations` SET `standing` = 'VERIFIED';
CREATE TABLE `organisation_papers` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `kind` text NOT NULL, `key` text NOT NULL, `name` text NOT NULL, `type` text NOT NULL, `size` integer NOT NULL, `sha256` text NOT NULL, `person_id` integer NOT NULL, `by_organisation` integer NOT NULL, `at` datetime NOT NULL, `removed_at` datetime NULL);
CREATE INDEX `organisationpaper_organisation_id_kind` ON `organisation_papers` (`organisation_id`, `kind`);
CREATE TABLE `organisation_secrets` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `sealed` blob NOT NULL, `account_digest` text NOT NULL DEFAULT (''), `phone_digest` text NOT NULL DEFAULT (''), `changed_at` datetime NOT NULL);
CREATE UNIQUE INDEX `organisation_secrets_organisation_id_key` ON `organisation_secrets` (`organisation_id`);
CREATE INDEX `organisationsecret_account_digest` ON `organisation_secrets` (`account_digest`);
CREATE INDEX `organisationsecret_phone_digest` ON `organisation_secrets` (`phone_digest`);
CREATE TABLE `organisation_steps` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `deed` text NOT NULL, `before` text NOT NULL, `after` text NOT NULL, `reasons` text NOT NULL DEFAULT (''), `paper_id` integer NOT NULL DEFAULT (0), `until` datetime NULL, `person_id` integer NOT NULL DEFAULT (0), `by_organisation` integer NOT NULL DEFAULT (0), `at` datetime NOT NULL);
CREATE INDEX `organisationstep_organisation_id` ON `organisation_steps` (`organisation_id`);
CREATE TABLE `ownership_links` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `outward` bool NOT NULL, `relation` text NOT NULL, `other_name` text NOT NULL, `other_code` text NOT NULL DEFAULT (''), `state_organ` bool NOT NULL DEFAULT (false), `share_bp` integer NOT NULL DEFAULT (0), `since` text NOT NULL DEFAULT (''), `until` text NOT NULL DEFAULT (''), `source` text NOT NULL, `paper_id` integer NOT NULL DEFAULT (0), `state` text NOT NULL DEFAULT ('DECLARED'), `person_id` integer NOT NULL, `at` datetime NOT NULL, `note` text NOT NULL DEFAULT (''), `decided_by` integer NOT NULL DEFAULT (0), `decided_at` datetime NULL);
CREATE INDEX `ownershiplink_organisation_id_state` ON `ownership_links` (`organisation_id`, `state`);
CREATE INDEX `ownershiplink_other_code` ON `ownership_links` (`other_code`);
CREATE TABLE `party_findings` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `lot_id` integer NOT NULL DEFAULT (0), `project_id` integer NOT NULL DEFAULT (0), `operator_id` integer NOT NULL, `organisation_id` integer NOT NULL, `key` text NOT NULL, `effect` text NOT NULL, `reason` text NOT NULL, `role` text NOT NULL, `words` text NOT NULL, `state` text NOT NULL DEFAULT ('OPEN'), `note` text NOT NULL DEFAULT (''), `decided_by` integer NOT NULL DEFAULT (0), `decided_at` datetime NULL, `at` datetime NOT NULL);
CREATE UNIQUE INDEX `party_findings_key_key` ON `party_findings` (`key`);
CREATE INDEX `partyfinding_lot_id_organisation_id` ON `party_findings` (`lot_id`, `organisation_id`);
CREATE INDEX `partyfinding_project_id_organisation_id` ON `party_findings` (`project_id`, `organisation_id`);
CREATE INDEX `partyfinding_effect_state` ON `party_findings` (`effect`, `state`);
CREATE TABLE `sign_in_traces` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `organisation_id` integer NOT NULL, `kind` text NOT NULL, `digest` text NOT NULL, `seen_at` datetime NOT NULL);
CREATE UNIQUE INDEX `signintrace_organisation_id_kind_digest` ON `sign_in_traces` (`organisation_id`, `kind`, `digest`);
CREATE INDEX `signintrace_seen_at` ON `sign_in_traces` (`seen_at`);

-- +goose Down
DROP TABLE `sign_in_traces`;
DROP TABLE `party_findings`;
DROP TABLE `ownership_links`;
DROP TABLE `organisation_steps`;
DROP TABLE `organisation_secrets`;
DROP TABLE `organisation_papers`;
ALTER TABLE `organisations` DROP COLUMN `soe`;
ALTER TABLE `organisations` DROP COLUMN `state_established`;
ALTER TABLE `organisations` DROP COLUMN `cross_border`;
ALTER TABLE `organisations` DROP COLUMN `code_fails`;
ALTER TABLE `organisations` DROP COLUMN `expires_at`;
ALTER TABLE `organisations` DROP COLUMN `verified_at`;
ALTER TABLE `organisations` DROP COLUMN `steps`;
ALTER TABLE `organisations` DROP COLUMN `standing`;
