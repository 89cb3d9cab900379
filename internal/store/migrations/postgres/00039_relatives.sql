-- +goose Up
ALTER TABLE "ownership_links" ADD COLUMN "own_name" character varying NOT NULL DEFAULT '';
