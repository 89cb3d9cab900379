-- +goose Up
ALTER TABLE `ownership_links` ADD COLUMN `own_name` text NOT NULL DEFAULT ('');
-- What waited in projects that ask for no price any more.
UPDATE `pending_prices` SET `state` = 'LAPSED' WHERE `state` = 'WAITING' AND `project_id` IN (SELECT `id` FROM `projects` WHERE `phase` NOT IN ('CLOSED_1', 'SUSPENDED'));
