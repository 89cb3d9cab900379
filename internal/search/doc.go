// Package search finds results on offer: by words in Chinese and English, by every printed form of a number, by facets
// with counts.
//
// Two things are kept, both made from the database and worth nothing without it. The texts are a Bleve index on disk,
// one document for each published listing with both its languages. What facets and orders need (city, price, state of
// the sale) is columns and bitmaps in memory: a bid changes only them, and counting them costs microseconds. The
// database's feed of changes keeps both true on every node; an index that is missing, or of another version or
// database, is built anew beside the work while whatever is there answers.
//
// It may import the rules and ent, and is the only owner of Bleve and Roaring. It never changes the catalogue.
package search
