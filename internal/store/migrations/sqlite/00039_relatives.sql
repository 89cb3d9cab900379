-- +goose Up
ALTER TABLE `ownership_links` ADD COLUMN `own_name` text NOT NULL DEFAULT ('');
