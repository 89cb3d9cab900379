// Package ent is generated from ent/schema, which is written by hand.
package ent

//go:generate go tool ent generate --feature sql/upsert,sql/lock ./schema
