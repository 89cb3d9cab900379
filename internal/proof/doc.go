// Package proof makes the log of a lot checkable by strangers. It knows the canonical form of every event, the
// commitments that stand for what is secret, the hash chain over a log, the signature under its head, the records
// that each audience may have, and the verifier that recomputes a sale from its record alone.
//
// The body of an entry is canonical JSON: keys sorted, no white space, whole numbers only, instants as RFC 3339
// text with microseconds in UTC (null if there is none), keys and hashes in lower-case hexadecimal. Two different
// byte sequences never mean the same event. The body has the event's kind and time but no position.
//
// Secrets. A secret field stands in the body as {"c":"…"}, c = HMAC-SHA-256(salt, the value's canonical JSON),
// salt = the first 16 bytes of HMAC-SHA-256(lot secret, position as 8 bytes big-endian ‖ field name). Numbers and
// texts are kept beside the body, sealed with AES-256-GCM; a yes-or-no needs no sealing, since whoever has the lot
// secret tries both.
//
// Leaves. Every entry is blinded alike: leaf = HMAC-SHA-256(salt of the field "leaf", body). So a leaf says nothing
// about an entry until its salt is opened in the record, and sealed or refused bids cannot be told from others.
// The chain is h(n) = SHA-256(h(n−1) ‖ leaf(n)), h(0) = 32 zero bytes (R3.18). A bidder's receipt is
// auction.Hash.Receipt of his leaf and not the leaf itself: with his leaf and the heads that everybody sees before
// and after it, he could test whether anything hidden stands between.
//
// It may import auction and money. No salt ever reaches auction.Decide, and nothing here reads a clock, draws a
// random number or does I/O.
package proof
