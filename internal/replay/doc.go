// Package replay runs past bids through the very engine that sells live, to try a rule set on history: what would each
// lot have brought under these rules?
//
// Input is a CSV file whose header names at least the columns lot, bidder, maximum, at and start, in any order;
// reserve may be there, other columns are ignored. Amounts are decimal with at most two places, times RFC 3339. Rows of
// a lot are taken in the order of the file, however the lots are interleaved; time never runs backwards, so a row that
// is out of order counts at the time of the row before it. So does one whose time is unknown, as databases and
// spreadsheets write it: with a month or a day 00, or before 1970.
//
// Rows in which nothing stands are passed over.
//
// A lot opens at the time of its first row with that row's start price. With a reserve it is sold under a hidden one
// (R3.4), whatever the rules say; without, under the rules' own mode, a hidden one becoming none. The reserve has no
// part in the price here either: eBay lifted the price to a reserve that the leader's maximum reached, so a lot that it
// sold in that way passes here. Bidders are admitted when first seen, as ordinary bidders. A row is a maximum bid where
// the rules allow maxima and a plain bid where they do not, and counts as confirmed (R3.1). A lot whose rules close it
// by hand closes after its last row; any other runs out.
//
// It may import auction and money, and nothing else of the house.
package replay
